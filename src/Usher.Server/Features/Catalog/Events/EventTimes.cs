using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>Parses the times of one request, all in the same zone.</summary>
internal readonly struct EventTimes(TimeZoneInfo? zone, bool zoneIsWrong, Faults faults)
{
    private const int FirstYear = 2000, LastYear = 2100;

    /// <summary>A time as it was given. Without an offset, <see cref="Local"/> is the given value, and the instant is derived from it.</summary>
    public readonly record struct Given(DateTimeOffset At, DateTime? Local);

    public Given? Read(string path, string? text)
    {
        if (text is null)
            return null;
        if (!LocalTime.TryParse(text, out var moment))
            faults.Add(path, "Send an RFC 3339 time such as 2030-05-01T19:30:00Z, or a time without an offset together with `timeZone`.");
        else if (moment.Offset is null && zoneIsWrong)
            return null;
        else
        {
            switch (LocalTime.ToInstant(moment, zone, out var instant))
            {
                case LocalTime.ZoneResult.ZoneRequired:
                    faults.Add(path, "Send the time with an offset, or send `timeZone` with it.", Problems.TimeZoneRequired);
                    break;
                case LocalTime.ZoneResult.Nonexistent:
                    faults.Add(path, $"This time does not exist in {zone?.Id}: clocks skip it when the offset changes.", Problems.LocalTimeNonexistent);
                    break;
                case LocalTime.ZoneResult.Ok when instant.Year is >= FirstYear and <= LastYear:
                    return new(instant, moment.Offset is null ? moment.Local : null);
                default:
                    faults.Add(path, $"The time must be in the years {FirstYear} to {LastYear}.");
                    break;
            }
        }
        return null;
    }

    /// <summary>A start and an end, of which the start must come first.</summary>
    public (Given? Start, Given? End) ReadWindow(string prefix, (string? Text, Given? Stored) start, (string? Text, Given? Stored) end)
    {
        var window = (Start: Read($"{prefix}salesStartAt", start.Text, start.Stored), End: Read($"{prefix}salesEndAt", end.Text, end.Stored));
        if (window.Start?.At >= window.End?.At)
            faults.Add($"{prefix}salesEndAt", "Sales must end after they start.");
        return window;
    }

    /// <summary>
    /// A time that is sent back as it was shown stays as it was given, local or not. Otherwise, with every other change, a time in a
    /// repeated hour would move to the earlier one.
    /// </summary>
    /// <param name="stored">Null if there is none, or if the zone has changed since.</param>
    /// <param name="shown">Local time in the response.</param>
    public Given? Read(string path, string? text, Given? stored, DateTime? shown = null) =>
        stored is { } given && LocalTime.TryParse(text, out var moment) && (moment.Offset is null
            ? moment.Local == (given.Local ?? shown ?? (zone is null ? moment.Local : LocalTime.ToLocal(given.At, zone)))
            : LocalTime.ToInstant(moment, null, out var instant) == LocalTime.ZoneResult.Ok && instant == given.At)
            ? given : Read(path, text);

    public static Given? Stored(DateTimeOffset? at, DateTime? local) => at is { } instant ? new(instant, local) : null;

    public static bool HasOffset(string? text) => LocalTime.TryParse(text, out var moment) && moment.Offset is not null;

    /// <summary>In the form it was given: local, so that it moves with the zone, or as an instant.</summary>
    public static string? AsGiven(DateTimeOffset? instant, DateTime? local) =>
        instant is not null && local is { } given ? given.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture) : Instant(instant);

    [return: NotNullIfNotNull(nameof(instant))]
    public static string? Instant(DateTimeOffset? instant) => instant?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
