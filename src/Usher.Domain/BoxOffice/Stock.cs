namespace Usher.Domain.BoxOffice;

/// <summary>Places that holds past their time still claim, by ticket type.</summary>
public readonly record struct LapsedHold(Guid EventId, Guid TicketTypeId, int Quantity);

/// <summary>By how much counters move. Deltas, so that the database's own checks guard even a wrong decision.</summary>
public readonly record struct StockDelta(int Sold, int Held)
{
    public static StockDelta operator +(StockDelta a, StockDelta b) => new(a.Sold + b.Sold, a.Held + b.Held);
    public static StockDelta operator -(StockDelta a, StockDelta b) => new(a.Sold - b.Sold, a.Held - b.Held);
    public static StockDelta Add(StockDelta left, StockDelta right) => left + right;
    public static StockDelta Subtract(StockDelta left, StockDelta right) => left - right;
}
