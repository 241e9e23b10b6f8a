using Usher.Domain;
using Usher.Domain.Catalog;
using Usher.Testing;

namespace Usher.Bench.Finding;

/// <summary>Grown events as the rows of the server's tables, derived by the domain's own rules.</summary>
internal static class EventRows
{
    public static Event Of(GrownEvent grown, Guid organizer)
    {
        var about = grown.About;
        var zone = Zones.Of(about.TimeZone);
        var id = Guid.CreateVersion7(grown.CreatedAt);
        var currency = Currency.Get(about.Currency);
        List<TicketType> types = [.. about.TicketTypes.Select((type, at) => Type(type, at, id, grown, currency))];
        var sold = types.Count == 0 ? 0 : types.Sum(type => type.Stock.Sold);
        var row = new Event
        {
            Id = id,
            OrganizerId = organizer,
            Name = about.Name,
            Description = about.Description,
            StartsAt = Instant(about.Date, zone),
            LocalDate = about.Date,
            EndsAt = about.EndDate is { } end ? Instant(zone.IsInvalidTime(end) ? end.AddHours(1) : end, zone) : null,
            TimeZone = about.TimeZone,
            Location = about.Location,
            Venue = about.Venue,
            City = about.City,
            Country = about.Country,
            Latitude = about.Latitude,
            Longitude = about.Longitude,
            Category = about.Category,
            Tags = [.. about.Tags],
            Currency = about.Currency,
            Publication = grown.Draft ? Publication.Draft : Publication.Published,
            CancelledAt = grown.Cancelled ? grown.CreatedAt.AddDays(1) : null,
            CreatedAt = Truncated(grown.CreatedAt),
            UpdatedAt = Truncated(grown.CreatedAt),
            Stock = new EventStock { EventId = id, TotalCapacity = Math.Max(about.TotalCapacity, sold), Sold = sold },
            TicketTypes = types,
        };
        row.Describe();
        // As the server's own job would have left them.
        row.IsPast = (row.EndsAt ?? row.StartsAt) < TimeProvider.System.GetUtcNow();
        row.Popularity = (int)(2 * Math.Log(1 + sold) / Math.Log(2));
        return row;
    }

    private static TicketType Type(ImportedTicketType type, int at, Guid eventId, GrownEvent grown, Currency currency)
    {
        var id = Guid.CreateVersion7(grown.CreatedAt);
        return new TicketType
        {
            Id = id,
            EventId = eventId,
            Name = type.Name,
            PriceMinor = currency.TryToMinor(type.Price, out var minor) ? minor : throw new InvalidOperationException($"{type.Price} {currency.Code}"),
            SortOrder = 0,
            CreatedAt = Truncated(grown.CreatedAt).AddMilliseconds(at),
            Stock = new TicketStock { TicketTypeId = id, EventId = eventId, QuantityTotal = type.QuantityAvailable, Sold = (int)(type.QuantityAvailable * grown.Sold) },
        };
    }

    private static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone) => new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();

    private static DateTimeOffset Truncated(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());
}
