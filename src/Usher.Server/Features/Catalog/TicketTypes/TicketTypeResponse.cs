using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Events;

namespace Usher.Server.Features.Catalog.TicketTypes;

public sealed record TicketTypeResponse
{
    public required Guid Id { get; init; }
    public required Guid EventId { get; init; }
    public required string Name { get; init; }
    public required string? Description { get; init; }

    /// <summary>Price in major units of the currency.</summary>
    public required decimal Price { get; init; }
    public required long PriceMinor { get; init; }
    public required string Currency { get; init; }

    /// <summary>Number of tickets that can be bought now: neither sold nor held, and within the remaining capacity of the event.</summary>
    public required int QuantityAvailable { get; init; }
    public required int QuantitySold { get; init; }
    public required int QuantityHeld { get; init; }
    public required int QuantityTotal { get; init; }
    public required DateTimeOffset? SalesStartAt { get; init; }
    public required DateTimeOffset? SalesEndAt { get; init; }
    public required int MinPerBooking { get; init; }
    public required int? MaxPerBooking { get; init; }
    public required int SortOrder { get; init; }

    /// <summary>Whether a ticket of this type can be bought now.</summary>
    public required bool OnSale { get; init; }
    public required int Version { get; init; }

    internal static TicketTypeResponse Of(TicketType row, EventSnapshot snapshot)
    {
        var (of, now) = (snapshot.Event, snapshot.Now);
        var available = snapshot.AvailableOf(row);
        var currency = Domain.Currency.Get(of.Currency);
        return new TicketTypeResponse
        {
            Id = row.Id,
            EventId = row.EventId,
            Name = row.Name,
            Description = row.Description,
            Price = currency.ToMajor(row.PriceMinor),
            PriceMinor = row.PriceMinor,
            Currency = of.Currency,
            QuantityAvailable = available,
            QuantitySold = row.Stock.Sold,
            QuantityHeld = snapshot.HeldOf(row),
            QuantityTotal = row.Stock.QuantityTotal,
            SalesStartAt = row.SalesStartAt,
            SalesEndAt = row.SalesEndAt,
            MinPerBooking = row.MinPerBooking,
            MaxPerBooking = row.MaxPerBooking,
            SortOrder = row.SortOrder,
            OnSale = available > 0
                && of.Publication == Publication.Published
                && Domain.BoxOffice.OnSale.Refuse(of.StatusAt(now), of.Sales, now) is null
                && Domain.BoxOffice.OnSale.Refuse(row.Sales, now) is null,
            Version = row.Version,
        };
    }
}
