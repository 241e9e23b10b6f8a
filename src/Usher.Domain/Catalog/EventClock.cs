namespace Usher.Domain.Catalog;

/// <summary>Result of applying the rules of a zone.</summary>
[Flags]
public enum Moved
{
    Nothing = 0,

    /// <summary>The date of the event: the instant, or the local time of the venue.</summary>
    Date = 1,

    /// <summary>Sale windows or the cancellation deadline.</summary>
    Sales = 2,
}

/// <summary>
/// Applies time zone rules. A time that an organizer gave in local time stays, and its instant is derived again. A time that was given as
/// an instant stays the instant. Past times stay as they were.
/// </summary>
public static class EventClock
{
    /// <summary>Derives the instants of an event and its ticket types by the current rules of its zone.</summary>
    public static Moved FollowClock(this Event row, TimeZoneInfo zone, DateTimeOffset now)
    {
        var moved = row.StartsAt > now && FollowDate(row, zone) ? Moved.Date : Moved.Nothing;
        if (row.LocalEnd is { } end && row.EndsAt > now && LocalTime.ToInstantOrAfter(end, zone) is var ends && ends != row.EndsAt && ends >= row.StartsAt)
        {
            row.EndsAt = ends;
            moved |= Moved.Date;
        }
        var (start, stop) = Window(row.SalesStartAt, row.LocalSalesStart, row.SalesEndAt, row.LocalSalesEnd, zone, now);
        var deadline = Derived(row.CancellationDeadline, row.LocalDeadline, zone, now);
        if ((start, stop, deadline) != (row.SalesStartAt, row.SalesEndAt, row.CancellationDeadline))
            moved |= Moved.Sales;
        (row.SalesStartAt, row.SalesEndAt, row.CancellationDeadline) = (start, stop, deadline);
        foreach (var type in row.TicketTypes)
            if (type.FollowClock(zone, now))
                moved |= Moved.Sales;
        return moved;
    }

    private static bool FollowClock(this TicketType type, TimeZoneInfo zone, DateTimeOffset now)
    {
        var window = Window(type.SalesStartAt, type.LocalSalesStart, type.SalesEndAt, type.LocalSalesEnd, zone, now);
        if (window == (type.SalesStartAt, type.SalesEndAt)) return false;
        (type.SalesStartAt, type.SalesEndAt) = window;
        type.Version++;
        return true;
    }

    private static bool FollowDate(Event row, TimeZoneInfo zone)
    {
        if (LocalTime.ToLocal(row.StartsAt, zone) == row.LocalDate) return false;
        var starts = row.DateIsInstant ? row.StartsAt : LocalTime.ToInstantOrAfter(row.LocalDate, zone);
        // An end of which no local time is known keeps its distance.
        if (row.LocalEnd is null && row.EndsAt is { } end) row.EndsAt = end + (starts - row.StartsAt);
        row.StartsAt = starts;
        row.LocalDate = LocalTime.ToLocal(starts, zone);
        return true;
    }

    private static (DateTimeOffset? Start, DateTimeOffset? End) Window(
        DateTimeOffset? start, DateTime? localStart, DateTimeOffset? end, DateTime? localEnd, TimeZoneInfo zone, DateTimeOffset now)
    {
        var derived = (Start: Derived(start, localStart, zone, now), End: Derived(end, localEnd, zone, now));
        return derived.Start >= derived.End ? (start, end) : derived;
    }

    private static DateTimeOffset? Derived(DateTimeOffset? stored, DateTime? local, TimeZoneInfo zone, DateTimeOffset now) =>
        stored > now && local is { } given ? LocalTime.ToInstantOrAfter(given, zone) : stored;
}
