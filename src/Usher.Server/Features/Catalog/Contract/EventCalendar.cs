using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using NodaTime;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.Catalog.Contract;

/// <summary>An event as a calendar takes it (RFC 5545). The same event in the same version always gives the same bytes.</summary>
internal static class EventCalendar
{
    public const string ContentType = "text/calendar; charset=utf-8";

    /// <param name="note">Stands before the event's own description.</param>
    public static string Compose(Event of, string? note = null)
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(of.TimeZone) is { Id: not CalDateTime.UtcTzId } known ? known : null;
        var entry = new CalendarEvent
        {
            Uid = $"{of.Id}@usher",
            Sequence = of.Version,
            DtStamp = Utc(of.UpdatedAt),
            Created = Utc(of.CreatedAt),
            LastModified = Utc(of.UpdatedAt),
            Summary = of.Name,
            Description = string.Join("\n\n", new[] { note, of.CancelReason, of.Description }.Where(text => !string.IsNullOrEmpty(text))),
            Location = of.Location,
            Status = of.CancelledAt is null ? Ical.Net.EventStatus.Confirmed : Ical.Net.EventStatus.Cancelled,
            Start = At(of.StartsAt, zone),
            End = of.EndsAt is { } end ? At(end, zone) : null,
        };
        if (of is { Latitude: { } latitude, Longitude: { } longitude })
            entry.GeographicLocation = new GeographicLocation(latitude, longitude);
        if (of.Category is not null)
            entry.Categories = [of.Category];

        var calendar = new Calendar { ProductId = "-//Usher//Usher//EN", Method = CalendarMethods.Publish };
        calendar.Events.Add(entry);
        if (zone is not null && (entry.Start.TzId == zone.Id || entry.End?.TzId == zone.Id))
            calendar.TimeZones.Add(Describe(zone, of.StartsAt, of.EndsAt ?? of.StartsAt));
        return new CalendarSerializer().SerializeToString(calendar)!;
    }

    /// <summary>
    /// On the clock of the place. Of an hour that a clock shows twice, a calendar means the first one, and it may not know
    /// every zone that we do: then the instant is what is certain.
    /// </summary>
    private static CalDateTime At(DateTimeOffset instant, DateTimeZone? zone)
    {
        if (zone is null)
            return Utc(instant);
        var local = Instant.FromDateTimeOffset(instant).InZone(zone).LocalDateTime;
        return zone.ResolveLocal(local, NodaTime.TimeZones.Resolvers.LenientResolver).ToInstant() == Instant.FromDateTimeOffset(instant)
            ? new CalDateTime(local.ToDateTimeUnspecified(), zone.Id)
            : Utc(instant);
    }

    /// <summary>What the zone's clocks do while the event lasts; the library's own description reaches back from today only.</summary>
    private static VTimeZone Describe(DateTimeZone zone, DateTimeOffset from, DateTimeOffset to)
    {
        var described = new VTimeZone(zone.Id);
        foreach (var interval in zone.GetZoneIntervals(Instant.FromDateTimeOffset(from), Instant.FromDateTimeOffset(to) + NodaTime.Duration.Epsilon))
        {
            var start = interval.HasStart ? interval.Start : Instant.FromUnixTimeSeconds(0);
            var before = interval.HasStart ? zone.GetUtcOffset(interval.Start - NodaTime.Duration.Epsilon) : interval.WallOffset;
            described.Children.Add(new VTimeZoneInfo(interval.Savings == Offset.Zero ? Components.Standard : Components.Daylight)
            {
                Start = new CalDateTime(start.WithOffset(before).LocalDateTime.ToDateTimeUnspecified()),
                OffsetFrom = new UtcOffset(before.ToTimeSpan()),
                OffsetTo = new UtcOffset(interval.WallOffset.ToTimeSpan()),
                TimeZoneName = interval.Name,
            });
        }
        return described;
    }

    private static CalDateTime Utc(DateTimeOffset instant) => new(instant.UtcDateTime);
}
