namespace Usher.Domain.Catalog;

public enum SaleWindowState { NotOpen, Open, Closed }

/// <summary>When tickets may be sold: [start, end), open-ended where a side is missing.</summary>
public readonly record struct SaleWindow(DateTimeOffset? Start, DateTimeOffset? End)
{
    public SaleWindowState At(DateTimeOffset now) =>
        now < Start ? SaleWindowState.NotOpen
        : now >= End ? SaleWindowState.Closed
        : SaleWindowState.Open;
}
