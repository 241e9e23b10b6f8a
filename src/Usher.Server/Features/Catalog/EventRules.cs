using Usher.Domain;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog;

/// <summary>
/// The rules of an event that reach beyond one member. A new event, a change and an imported row all pass here, and
/// what is wrong is gathered: only a row without faults may be described and saved.
/// </summary>
internal static class EventRules
{
    /// <summary>An event about which nothing has been said yet.</summary>
    /// <param name="known">Its id, if it must have a certain one.</param>
    public static Event Blank(Guid organizer, string currency, DateTimeOffset now, Guid? known = null)
    {
        var id = known ?? Guid.CreateVersion7(now);
        return new Event
        {
            Id = id,
            OrganizerId = organizer,
            Name = "",
            Location = "",
            StartsAt = default,
            TimeZone = "UTC",
            Currency = currency,
            CreatedAt = now,
            UpdatedAt = now,
            Stock = new EventStock { EventId = id },
        };
    }

    public static void Create(CreateEventRequest request, Event row, DateTimeOffset now, Faults faults)
    {
        Apply(request, row, zoneUntilNow: null, now, faults);
        foreach (var (index, type) in (request.TicketTypes ?? []).Index())
        {
            if (type is null)
                faults.Add($"ticketTypes[{index}]", "A ticket type cannot be null.");
            else
                TicketTypeRules.Create(type, row, now.AddMilliseconds(index), faults, $"ticketTypes[{index}].");
        }
    }

    public static void Change(ChangeEventRequest request, Event row, DateTimeOffset now, Faults faults) =>
        Apply(request, row, row.TimeZone, now, faults);

    private static void Apply(EventRequest request, Event row, string? zoneUntilNow, DateTimeOffset now, Faults faults)
    {
        row.Name = Clean(request.Name) ?? "";
        row.Description = request.Description;
        row.Location = Clean(request.Location) ?? "";
        row.Venue = Clean(request.Venue);
        row.City = Clean(request.City);
        row.Country = Clean(request.Country);
        row.Category = Clean(request.Category);
        row.Tags = ReadTags(request.Tags, faults);
        row.ImageUrl = ReadAddress(request.ImageUrl, faults);
        // A zero below zero is a zero, which not every database says.
        (row.Latitude, row.Longitude) = (request.Latitude + 0.0, request.Longitude + 0.0);
        if (row.Latitude is null != row.Longitude is null)
            faults.Add(row.Latitude is null ? "latitude" : "longitude", "Latitude and longitude belong together.");
        if (request.Currency is not null && !Currency.TryGet(request.Currency, out _))
            faults.Add("currency", "An active code of ISO 4217, in capitals.");
        else
            row.Currency = request.Currency ?? row.Currency;
        row.Stock.TotalCapacity = request.TotalCapacity ?? 0;
        row.Publication = request.Publication ?? row.Publication;
        (row.MaxPerBooking, row.MaxPerUser) = (request.MaxPerBooking, request.MaxPerUser);
        ApplyTimes(request, row, zoneUntilNow, now, faults);
    }

    private static void ApplyTimes(EventRequest request, Event row, string? zoneUntilNow, DateTimeOffset now, Faults faults)
    {
        TimeZoneInfo? zone = null;
        var named = request.TimeZone ?? zoneUntilNow ?? (EventTimes.HasOffset(request.Date) ? "UTC" : null);
        // One that is stored and that this machine does not know is as good as before, while no new time hangs on it.
        var zoneIsWrong = named is not null && !Zones.TryFind(named, out zone) && named != zoneUntilNow;
        if (zoneIsWrong)
            faults.Add("timeZone", "A zone of the IANA database, such as Europe/Vienna.");
        var canonical = zoneIsWrong || named is null ? null : Zones.Canonical(named);
        var times = new EventTimes(zone, zoneIsWrong, faults);

        // An hour that a clock shows twice would otherwise slip to the earlier one with every change of something else.
        DateTimeOffset? Keep(DateTimeOffset? stored, string? text) =>
            zoneUntilNow is not null && canonical == Zones.Canonical(zoneUntilNow) && stored is { } instant && text == EventTimes.OnTheClock(instant, zoneUntilNow)
                ? instant : null;

        var starts = Keep(row.StartsAt, request.Date) ?? times.Read("date", request.Date);
        var ends = Keep(row.EndsAt, request.EndDate) ?? times.Read("endDate", request.EndDate);
        if (starts != row.StartsAt && starts <= now)
            faults.Add("date", "The date must be in the future.");
        if (ends < starts)
            faults.Add("endDate", "An event cannot end before it begins.");
        // What a clock at the place shows was said by the organizer: it is not asked of the zone again while nothing moves.
        if ((starts is not null && starts != row.StartsAt) || (canonical is not null && canonical != Zones.Canonical(row.TimeZone)) || zoneUntilNow is null)
            row.LocalDate = LocalTime.ToLocal(starts ?? row.StartsAt, Zones.Of(canonical ?? row.TimeZone));
        row.StartsAt = starts ?? row.StartsAt;
        row.EndsAt = ends;
        row.TimeZone = canonical ?? row.TimeZone;
        (row.SalesStartAt, row.SalesEndAt) = times.ReadWindow("", request.SalesStartAt, request.SalesEndAt);
        row.CancellationDeadline = times.Read("cancellationDeadline", request.CancellationDeadline);
    }

    private static List<string> ReadTags(List<string?>? tags, Faults faults)
    {
        foreach (var (index, tag) in (tags ?? []).Index())
            if ((tag is null ? "A tag cannot be null." : OneLineAttribute.Problem(tag, 50)) is { } problem)
                faults.Add($"tags[{index}]", problem);
        return [.. (tags ?? []).OfType<string>().Select(Text.Clean).Distinct()];
    }

    private static string? ReadAddress(string? address, Faults faults)
    {
        if (address is not null && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            faults.Add("imageUrl", "An absolute http or https address.");
        return address;
    }

    internal static string? Clean(string? value) => value is null ? null : Text.Clean(value);
}
