namespace Usher.Domain.Catalog;

public enum SaleWindowState { NotOpen, Open, Closed }

/// <summary>Sale window: [start, end), open-ended if a side is missing.</summary>
public readonly record struct SaleWindow(DateTimeOffset? Start, DateTimeOffset? End)
{
    public SaleWindowState At(DateTimeOffset now) =>
        now < Start ? SaleWindowState.NotOpen
        : now >= End ? SaleWindowState.Closed
        : SaleWindowState.Open;
}
