using Usher.Domain;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.TicketTypes;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>
/// Rules of an event that involve several members. New events, changes and imported rows all pass here, and all errors are collected: only
/// a row without errors may be saved.
/// </summary>
internal static class EventRules
{
    /// <summary>An empty event.</summary>
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
        // Converts negative zero to zero, because not every database distinguishes them.
        (row.Latitude, row.Longitude) = (request.Latitude + 0.0, request.Longitude + 0.0);
        if (row.Latitude is null != row.Longitude is null)
            faults.Add(row.Latitude is null ? "latitude" : "longitude", "Send both `latitude` and `longitude`, or neither.");
        if (request.Currency is not null && !Currency.TryGet(request.Currency, out _))
            faults.Add("currency", "The currency must be an active ISO 4217 code in capital letters.");
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
        // A stored zone that this machine does not know stays acceptable while no new time depends on it.
        var zoneIsWrong = named is not null && !Zones.TryFind(named, out zone) && named != zoneUntilNow;
        if (zoneIsWrong)
            faults.Add("timeZone", "The time zone must be an IANA name such as Europe/Vienna.");
        var canonical = zoneIsWrong || named is null ? null : Zones.Canonical(named);
        var times = new EventTimes(zone, zoneIsWrong, faults);
        var stays = zoneUntilNow is not null && canonical == Zones.Canonical(zoneUntilNow);
        EventTimes.Given? Stored(DateTimeOffset? at, DateTime? local) => stays ? EventTimes.Stored(at, local) : null;

        var starts = times.Read("date", request.Date, Stored(row.StartsAt, row.DateIsInstant ? null : row.LocalDate), shown: row.LocalDate);
        var ends = times.Read("endDate", request.EndDate, Stored(row.EndsAt, row.LocalEnd));
        if (starts?.At != row.StartsAt && starts?.At <= now)
            faults.Add("date", "The date must be in the future.");
        if (ends?.At < starts?.At)
            faults.Add("endDate", "An event cannot end before it begins.");
        // The local time is not derived from the zone again while nothing changes.
        if (starts is { } date && !(stays && date.At == row.StartsAt && (date.Local is null) == row.DateIsInstant))
            (row.StartsAt, row.DateIsInstant, row.LocalDate) = (date.At, date.Local is null, date.Local ?? LocalTime.ToLocal(date.At, Zones.Of(canonical ?? row.TimeZone)));
        (row.EndsAt, row.LocalEnd) = (ends?.At, ends?.Local);
        row.TimeZone = canonical ?? row.TimeZone;
        var sales = times.ReadWindow("", (request.SalesStartAt, Stored(row.SalesStartAt, row.LocalSalesStart)), (request.SalesEndAt, Stored(row.SalesEndAt, row.LocalSalesEnd)));
        (row.SalesStartAt, row.LocalSalesStart, row.SalesEndAt, row.LocalSalesEnd) = (sales.Start?.At, sales.Start?.Local, sales.End?.At, sales.End?.Local);
        var deadline = times.Read("cancellationDeadline", request.CancellationDeadline, Stored(row.CancellationDeadline, row.LocalDeadline));
        (row.CancellationDeadline, row.LocalDeadline) = (deadline?.At, deadline?.Local);
        // The local sale windows of its ticket types move with it.
        if (zoneUntilNow is not null && !stays && zone is not null)
            row.FollowClock(zone, now);
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
        if (address is not null && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && Text.IsName(address)))
            faults.Add("imageUrl", "The image URL must be an absolute http or https address.");
        return address;
    }

    internal static string? Clean(string? value) => value is null ? null : Text.Clean(value);
}
