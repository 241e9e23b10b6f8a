using System.Globalization;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>One end of a range of days: a day in each event's own local time, or an instant.</summary>
internal sealed record FilterMoment(DateTime? Day, DateTimeOffset? Instant)
{
    private const int TimeAt = 11;

    /// <summary>Largest offset from UTC: a range of days also bounds the instants, which the index of the sort has.</summary>
    private static readonly TimeSpan FurthestClock = TimeSpan.FromHours(16);

    /// <summary>The earliest instant that it can mean in any zone.</summary>
    public DateTimeOffset? Earliest => Day is { } day ? day.Year > 1 ? new DateTimeOffset(day, TimeSpan.Zero) - FurthestClock : null : Instant;

    /// <summary>The instant at which it has ended in every zone.</summary>
    public DateTimeOffset? Latest => Day is { } day ? day.Year < 9999 ? new DateTimeOffset(day.AddDays(1), TimeSpan.Zero) + FurthestClock : null : Instant;

    /// <returns>Null if it is neither a day nor a time with an offset.</returns>
    public static FilterMoment? Parse(string text)
    {
        // An unencoded plus sign arrives as a space; the space between day and time stays one.
        if (text.Length > TimeAt && text.IndexOfAny(['+', '-'], TimeAt) < 0)
            text = text[..TimeAt] + text[TimeAt..].Replace(' ', '+');
        if (DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new(day, null);
        return LocalTime.TryParse(text, out var moment) && moment.Offset is not null && LocalTime.ToInstant(moment, null, out var instant) == LocalTime.ZoneResult.Ok
            ? new(null, instant)
            : null;
    }
}
