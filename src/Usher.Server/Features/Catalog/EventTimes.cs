using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog;

/// <summary>Reads the times of one request, all by the same zone.</summary>
internal readonly struct EventTimes(TimeZoneInfo? zone, bool zoneIsWrong, Faults faults)
{
    private const int FirstYear = 2000, LastYear = 2100;

    public DateTimeOffset? Read(string path, string? text)
    {
        if (text is null)
            return null;
        if (!LocalTime.TryParse(text, out var moment))
            faults.Add(path, "A time as RFC 3339 has it, such as 2030-05-01T19:30:00Z, or without an offset beside timeZone.");
        else if (moment.Offset is null && zoneIsWrong)
            return null;
        else
        {
            switch (LocalTime.ToInstant(moment, zone, out var instant))
            {
                case LocalTime.ZoneResult.ZoneRequired:
                    faults.Add(path, "Give the time an offset, or a timeZone beside it.", Problems.TimeZoneRequired);
                    break;
                case LocalTime.ZoneResult.Nonexistent:
                    faults.Add(path, $"No clock in {zone?.Id} shows this time: a change of its offset skips it.", Problems.LocalTimeNonexistent);
                    break;
                case LocalTime.ZoneResult.Ok when instant.Year is >= FirstYear and <= LastYear:
                    return instant;
                default:
                    faults.Add(path, $"A time in the years {FirstYear} to {LastYear}.");
                    break;
            }
        }
        return null;
    }

    /// <summary>A pair of which the first comes before the second.</summary>
    public (DateTimeOffset? Start, DateTimeOffset? End) ReadWindow(string prefix, string? start, string? end)
    {
        var window = (Start: Read($"{prefix}salesStartAt", start), End: Read($"{prefix}salesEndAt", end));
        if (window.Start >= window.End)
            faults.Add($"{prefix}salesEndAt", "Sales must end after they start.");
        return window;
    }

    public static bool HasOffset(string? text) => LocalTime.TryParse(text, out var moment) && moment.Offset is not null;

    /// <summary>What clocks at the place show, without an offset: with another zone it becomes another instant.</summary>
    public static string OnTheClock(DateTimeOffset instant, string timeZone) =>
        LocalTime.ToLocal(instant, Zones.Of(timeZone)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture);

    [return: NotNullIfNotNull(nameof(instant))]
    public static string? Instant(DateTimeOffset? instant) => instant?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
