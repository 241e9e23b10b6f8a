namespace Usher.Domain.BoxOffice;

/// <summary>Places that lapsed holds still claim, by ticket type.</summary>
public readonly record struct LapsedHold(Guid EventId, Guid TicketTypeId, int Quantity);

/// <summary>Change of the counters. Deltas, so that the database's check constraints reject even a wrong decision.</summary>
public readonly record struct StockDelta(int Sold, int Held)
{
    public static StockDelta operator +(StockDelta a, StockDelta b) => new(a.Sold + b.Sold, a.Held + b.Held);
    public static StockDelta operator -(StockDelta a, StockDelta b) => new(a.Sold - b.Sold, a.Held - b.Held);
    public static StockDelta Add(StockDelta left, StockDelta right) => left + right;
    public static StockDelta Subtract(StockDelta left, StockDelta right) => left - right;
}
