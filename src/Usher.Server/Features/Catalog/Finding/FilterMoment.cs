using System.Globalization;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>One end of the days asked for: a day on the clock of each event's own place, or an instant.</summary>
internal sealed record FilterMoment(DateTime? Day, DateTimeOffset? Instant)
{
    private const int TimeAt = 11;

    /// <summary>No clock is further from UTC: what the days say bounds the instants too, and those are in the index that sorts.</summary>
    private static readonly TimeSpan FurthestClock = TimeSpan.FromHours(16);

    /// <summary>The first instant that it may mean anywhere.</summary>
    public DateTimeOffset? Earliest => Day is { } day ? day.Year > 1 ? new DateTimeOffset(day, TimeSpan.Zero) - FurthestClock : null : Instant;

    /// <summary>The instant by which it has ended everywhere.</summary>
    public DateTimeOffset? Latest => Day is { } day ? day.Year < 9999 ? new DateTimeOffset(day.AddDays(1), TimeSpan.Zero) + FurthestClock : null : Instant;

    /// <returns>Null when it is neither a day nor a time with an offset.</returns>
    public static FilterMoment? Parse(string text)
    {
        // A plus sign that was not encoded arrives as a space; the one between day and time is a space.
        if (text.Length > TimeAt && text.IndexOfAny(['+', '-'], TimeAt) < 0)
            text = text[..TimeAt] + text[TimeAt..].Replace(' ', '+');
        if (DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new(day, null);
        return LocalTime.TryParse(text, out var moment) && moment.Offset is not null && LocalTime.ToInstant(moment, null, out var instant) == LocalTime.ZoneResult.Ok
            ? new(null, instant)
            : null;
    }
}
