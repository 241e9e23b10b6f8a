using System.Globalization;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.Catalog.Contract;

/// <summary>An event in the iCalendar format (RFC 5545). The same event in the same version always gives the same bytes.</summary>
internal static class EventCalendar
{
    public const string ContentType = "text/calendar; charset=utf-8";

    /// <summary>Sequence numbers for a buyer's own changes between two versions of an event.</summary>
    private const int ChangesOfAVersion = 100;

    /// <summary>Calendars expect an end, and some show nothing for an entry without one.</summary>
    private static readonly TimeSpan WhenNoEndIsKnown = TimeSpan.FromHours(1);

    public static string Compose(Event of) => Compose(of, null);

    /// <param name="buyers">The entry of one buyer, for a mail; null for the public entry.</param>
    public static string Compose(Event of, BuyersEntry? buyers)
    {
        var zone = Zones.Of(of.TimeZone);
        var place = zone.Id == "UTC" ? null : new CalendarZone(zone);
        var (start, end) = (of.StartsAt, of.EndsAt is { } known && Seconds(known) > Seconds(of.StartsAt) ? known : of.StartsAt + WhenNoEndIsKnown);
        // For an hour that occurs twice, RFC 5545 means the first, and most readers take the second: only the instant is unambiguous.
        var isLocal = place is not null && place.IsPlain(start) && place.IsPlain(end);
        var stands = of.CancelledAt is null && buyers is not { Stands: false };

        var lines = new CalendarLines();
        lines.Add("BEGIN", "VCALENDAR");
        lines.Add("VERSION", "2.0");
        lines.Add("PRODID", "-//Usher//Usher//EN");
        lines.Add("METHOD", buyers?.Method(of) ?? BuyersEntry.Publish);
        if (isLocal)
            place!.Describe(lines, start, end);
        lines.Add("BEGIN", "VEVENT");
        lines.Add("UID", $"{of.Id}@usher");
        lines.Add("DTSTAMP", Utc(buyers is { ChangedAt: var later } && later > of.UpdatedAt ? later : of.UpdatedAt));
        lines.Add("CREATED", Utc(of.CreatedAt));
        lines.Add("LAST-MODIFIED", Utc(of.UpdatedAt));
        lines.Add("SEQUENCE", Sequence(of.Version, buyers?.Changes ?? 0));
        lines.Add("STATUS", stands ? "CONFIRMED" : "CANCELLED");
        if (buyers is not null)
            lines.Add("ORGANIZER", $"mailto:{buyers.Organizer}");
        At("DTSTART", start);
        At("DTEND", end);
        lines.AddText("SUMMARY", of.Name);
        lines.AddText("DESCRIPTION", string.Join("\n\n", new[] { buyers?.Note, of.CancelReason, of.Description }.Where(text => !string.IsNullOrEmpty(text))));
        lines.AddText("LOCATION", of.Location);
        if (of is { Latitude: { } latitude, Longitude: { } longitude })
            lines.Add("GEO", string.Create(CultureInfo.InvariantCulture, $"{latitude:0.######};{longitude:0.######}"));
        lines.AddText("CATEGORIES", of.Category);
        lines.Add("END", "VEVENT");
        lines.Add("END", "VCALENDAR");
        return lines.ToString();

        void At(string name, DateTimeOffset instant)
        {
            if (isLocal)
                lines.Add($"{name};TZID={zone.Id}", place!.Local(instant));
            else
                lines.Add(name, Utc(instant));
        }
    }

    /// <summary>Calendars accept higher numbers only: an edit of the event exceeds all earlier changes of a buyer.</summary>
    private static string Sequence(int version, int changes) =>
        Math.Min(((long)version * ChangesOfAVersion) + Math.Min(changes, ChangesOfAVersion - 1), int.MaxValue).ToString(CultureInfo.InvariantCulture);

    private static long Seconds(DateTimeOffset instant) => instant.ToUnixTimeSeconds();

    private static string Utc(DateTimeOffset instant) => instant.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
