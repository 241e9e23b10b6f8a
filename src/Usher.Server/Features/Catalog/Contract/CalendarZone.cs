using System.Globalization;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.Catalog.Contract;

/// <summary>A zone in a calendar file, by the same rules as the local times of the API, so that page and file agree.</summary>
internal sealed class CalendarZone(TimeZoneInfo zone)
{
    private static readonly TimeSpan Around = TimeSpan.FromDays(400);

    /// <summary>Whether the local time of this instant occurs only once.</summary>
    public bool IsPlain(DateTimeOffset instant)
    {
        var offset = zone.GetUtcOffset(instant);
        return !new[] { instant.AddDays(-1), instant.AddDays(1) }.Select(zone.GetUtcOffset)
            .Any(other => other != offset && zone.GetUtcOffset(instant + (offset - other)) == other);
    }

    public string Local(DateTimeOffset instant) => LocalTime.ToLocal(instant, zone).ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);

    /// <summary>
    /// VTIMEZONE: each change of the offset from a year before to a year after, by its date. Recurrence rules would claim more than is
    /// known, and readers use their own rules for a known name.
    /// </summary>
    public void Describe(CalendarLines lines, DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = (from - Around, to + Around);
        var changes = Zones.Changes(zone, first, last).ToList();
        var lowest = changes.Select(change => change.After).Append(zone.GetUtcOffset(first)).Min();
        lines.Add("BEGIN", "VTIMEZONE");
        lines.Add("TZID", zone.Id);
        // A reader looks for the last change before the event.
        if (changes.Count == 0 || changes[0].At > from)
            Add(DateTime.UnixEpoch, zone.GetUtcOffset(first), zone.GetUtcOffset(first));
        foreach (var (at, before, after) in changes)
            Add((at + before).DateTime, before, after);
        lines.Add("END", "VTIMEZONE");

        void Add(DateTime local, TimeSpan before, TimeSpan after)
        {
            var kind = after > lowest ? "DAYLIGHT" : "STANDARD";
            lines.Add("BEGIN", kind);
            lines.Add("DTSTART", local.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture));
            lines.Add("TZOFFSETFROM", Offset(before));
            lines.Add("TZOFFSETTO", Offset(after));
            lines.Add("END", kind);
        }
    }

    private static string Offset(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString(offset.Seconds == 0 ? "hhmm" : "hhmmss", CultureInfo.InvariantCulture);
}
