namespace Usher.Domain.Catalog;

/// <summary>Computed, never set.</summary>
public enum EventStatus : short { Upcoming = 0, SoldOut = 1, Cancelled = 2, Past = 3 }

public enum Publication : short { Draft = 0, Published = 1 }

public static class EventStatuses
{
    /// <summary>Cancelled takes precedence over past, and past over sold out.</summary>
    public static EventStatus Of(bool cancelled, DateTimeOffset ends, bool soldOut, DateTimeOffset now) =>
        cancelled ? EventStatus.Cancelled
        : ends < now ? EventStatus.Past
        : soldOut ? EventStatus.SoldOut
        : EventStatus.Upcoming;
}
