using Usher.Domain.Catalog;

namespace Usher.Domain.Reports;

public enum PeriodKind : short { Day = 0, Week = 1 }

/// <summary>A calendar day, or a week that begins on Monday (ISO 8601). The time zone determines its instants.</summary>
public readonly record struct Period(PeriodKind Kind, DateOnly First)
{
    public DateOnly End => First.AddDays(Kind == PeriodKind.Day ? 1 : 7);
    public Period Next => this with { First = End };
    public Period Previous => this with { First = First.AddDays(Kind == PeriodKind.Day ? -1 : -7) };

    public static Period Containing(DateTimeOffset instant, PeriodKind kind, TimeZoneInfo zone) => Containing(LocalDay(instant, zone), kind);

    public static Period Containing(DateOnly day, PeriodKind kind) =>
        new(kind, kind == PeriodKind.Day ? day : day.AddDays(-((int)day.DayOfWeek + 6) % 7));

    /// <summary>From the first instant of the period to the first of the next one, exclusive: 23 or 25 hours at a clock change.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) In(TimeZoneInfo zone) => (StartOf(First, zone), StartOf(End, zone));

    public static DateOnly LocalDay(DateTimeOffset instant, TimeZoneInfo zone) => DateOnly.FromDateTime(LocalTime.ToLocal(instant, zone));

    /// <summary>First instant of the day in the zone: midnight, the earlier one if there are two, or the end of the skipped time.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // A change of the offset skips midnight in some zones, and once it skipped a whole day.
        for (var minutes = 0; minutes <= 48 * 60; minutes += 15)
            if (LocalTime.ToInstant(new(midnight.AddMinutes(minutes), null), zone, out var instant) == LocalTime.ZoneResult.Ok)
                return instant;
        throw new ArgumentException($"{zone.Id} has no {day:O}.", nameof(day));
    }
}
