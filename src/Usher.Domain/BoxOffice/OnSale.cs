using Usher.Domain.Catalog;

namespace Usher.Domain.BoxOffice;

/// <summary>The places of an event or of one of its ticket types, and what has become of them.</summary>
public readonly record struct Allotment(int Total, int Sold, int Held)
{
    public int Free => Total - Sold - Held;

    /// <summary>Holds do not count: they may come back.</summary>
    public bool IsSoldOut => Sold >= Total;
}

/// <summary>What can be bought. Whoever shows it and whoever sells it asks here.</summary>
public static class OnSale
{
    /// <summary>Everything is sold, of the ticket types or of the event's capacity.</summary>
    public static bool IsSoldOut<T>(Allotment capacity, List<T> types, Func<T, Allotment> places)
    {
        if (types.Count == 0 || capacity.IsSoldOut)
            return types.Count > 0;
        foreach (var type in types)
            if (!places(type).IsSoldOut)
                return false;
        return true;
    }

    /// <summary>How many tickets can be had.</summary>
    /// <param name="free">Of the ticket types in question.</param>
    /// <param name="lapsed">Places of those types that are counted as held, by holds past their time.</param>
    /// <param name="capacity">Of the event.</param>
    /// <param name="lapsedOfAll">The same as <paramref name="lapsed"/>, of all its ticket types.</param>
    public static int Available(long free, long lapsed, Allotment capacity, long lapsedOfAll) =>
        (int)Math.Max(0, Math.Min(free + lapsed, capacity.Free + lapsedOfAll));

    /// <summary>Why nothing of an event is sold now, however much is left; null if its sale is open.</summary>
    public static Refusal? Refuse(EventStatus status, SaleWindow sales, DateTimeOffset now) => status switch
    {
        EventStatus.Cancelled => Refusal.EventCancelled,
        EventStatus.Past => Refusal.EventPast,
        _ => Refuse(sales, now),
    };

    /// <summary>The same of a ticket type of such an event.</summary>
    public static Refusal? Refuse(SaleWindow sales, DateTimeOffset now) => sales.At(now) switch
    {
        SaleWindowState.NotOpen => Refusal.SalesNotOpen,
        SaleWindowState.Closed => Refusal.SalesClosed,
        _ => null,
    };
}
