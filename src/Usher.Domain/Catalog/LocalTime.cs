using System.Globalization;
using System.Text.RegularExpressions;

namespace Usher.Domain.Catalog;

/// <summary>Converts between local time of a venue and instants.</summary>
public static partial class LocalTime
{
    public enum ZoneResult
    {
        Ok,

        /// <summary>The moment has no offset, so a zone is required.</summary>
        ZoneRequired,

        /// <summary>The local time does not exist in the zone, because a change of the offset skips it.</summary>
        Nonexistent,
    }

    /// <summary>A time as a client sent it: an instant if there is an offset, otherwise a local time.</summary>
    public readonly record struct Moment(DateTime Local, TimeSpan? Offset);

    /// <summary>
    /// RFC 3339 with optional seconds and offset, and the fraction cut to milliseconds. A space for the T, and an offset without colon or
    /// minutes, are accepted, as spreadsheets, databases and most languages print times. A leap second is rejected: nothing begins in one,
    /// and no database could store it.
    /// </summary>
    public static bool TryParse(string? text, out Moment moment)
    {
        moment = default;
        var match = Rfc3339().Match(text ?? "");
        if (!match.Success) return false;

        var seconds = match.Groups["s"] is { Success: true } s ? s.Value : "00";
        var written = match.Groups["date"].Value + match.Groups["time"].Value + seconds + match.Groups["f"].Value.PadRight(3, '0')[..3];
        if (!DateTime.TryParseExact(written, "yyyy-MM-ddHH:mmssfff", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return false;

        TimeSpan? offset = null;
        if (match.Groups["zulu"].Success) offset = TimeSpan.Zero;
        if (match.Groups["offset"] is { Success: true } o)
        {
            if (!TimeSpan.TryParseExact(o.ValueSpan[1..], [@"hh\:mm", "hhmm", "hh"], CultureInfo.InvariantCulture, out var size)) return false;
            offset = o.ValueSpan[0] == '-' ? -size : size;
        }
        if (offset is { } known && !TryInstant(local, known, out _)) return false;

        moment = new Moment(local, offset);
        return true;
    }

    /// <summary>The instant in whole milliseconds of UTC. A local time that occurs twice means the earlier one.</summary>
    public static ZoneResult ToInstant(Moment moment, TimeZoneInfo? zone, out DateTimeOffset instant)
    {
        if (moment.Offset is { } offset)
            return TryInstant(moment.Local, offset, out instant) ? ZoneResult.Ok : ZoneResult.Nonexistent;

        instant = default;
        if (zone is null) return ZoneResult.ZoneRequired;

        // Whatever the offset changes by, it is one of those a day before and a day after; the larger gives the earlier instant.
        // TimeZoneInfo.IsInvalidTime knows only daylight saving, not a zone that moved (Apia had no 30 December 2011).
        var before = OffsetNear(moment.Local, -1, zone);
        var after = OffsetNear(moment.Local, +1, zone);
        foreach (var candidate in (TimeSpan[])[Max(before, after), Min(before, after)])
        {
            if (TryInstant(moment.Local, candidate, out instant) && zone.GetUtcOffset(instant) == candidate) return ZoneResult.Ok;
        }
        instant = default;
        return ZoneResult.Nonexistent;
    }

    /// <summary>The same for a time that was valid when it was given. If clocks skip it now, it moves forward by the skipped time.</summary>
    public static DateTimeOffset ToInstantOrAfter(DateTime local, TimeZoneInfo zone)
    {
        if (ToInstant(new(local, null), zone, out var instant) == ZoneResult.Ok) return instant;
        return TryInstant(local, Min(OffsetNear(local, -1, zone), OffsetNear(local, +1, zone)), out instant) ? instant : new DateTimeOffset(local, TimeSpan.Zero);
    }

    /// <summary>Local time of the zone at the instant.</summary>
    public static DateTime ToLocal(DateTimeOffset instant, TimeZoneInfo zone) =>
        new(Math.Clamp(instant.UtcTicks + zone.GetUtcOffset(instant).Ticks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Unspecified);

    private static bool TryInstant(DateTime local, TimeSpan offset, out DateTimeOffset instant)
    {
        var ticks = local.Ticks - offset.Ticks;
        var exists = ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
        instant = exists ? new DateTimeOffset(ticks - ticks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero) : default;
        return exists;
    }

    private static TimeSpan OffsetNear(DateTime local, int days, TimeZoneInfo zone) =>
        zone.GetUtcOffset(new DateTimeOffset(Math.Clamp(local.Ticks + days * TimeSpan.TicksPerDay, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero));

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [GeneratedRegex(@"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})([Tt]|(?<sql> ))(?<time>[0-9]{2}:[0-9]{2})(:(?<s>[0-9]{2})(\.(?<f>[0-9]+))?)?((?<zulu>[Zz])|(?(sql) ?)(?<offset>[+-][0-9]{2}(:?[0-9]{2})?))?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Rfc3339();
}
