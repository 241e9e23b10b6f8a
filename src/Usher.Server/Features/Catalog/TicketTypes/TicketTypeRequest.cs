using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Validation;
using Usher.Domain;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.TicketTypes;

/// <summary>The fields of a ticket type.</summary>
[ValidatableType]
public abstract record TicketTypeRequest
{
    [Required, OneLine(200)]
    public string? Name { get; init; }

    [PlainText(10_000)]
    public string? Description { get; init; }

    /// <summary>Price in major units. It can have no more decimals than the event's currency, and at most 10¹² minor units. 0 is free.</summary>
    [Required, Range(0d, MinorUnits.HighestPrice)]
    public decimal? Price { get; init; }

    /// <summary>The allotment: the total number of tickets of this type, including those sold.</summary>
    [Range(1, 1_000_000)]
    public int? QuantityTotal { get; init; }

    public string? SalesStartAt { get; init; }

    public string? SalesEndAt { get; init; }

    /// <summary>Fewest tickets of this type in a booking that contains it.</summary>
    [DefaultValue(1), Range(1, 1_000_000)]
    public int? MinPerBooking { get; init; }

    [Range(1, 1_000_000)]
    public int? MaxPerBooking { get; init; }

    /// <summary>Ticket types are sorted by this number and then by creation.</summary>
    [DefaultValue(0), Range(-1_000_000, 1_000_000)]
    public int? SortOrder { get; init; }
}

/// <summary>A new ticket type. Send its allotment as <c>quantityAvailable</c> or as <c>quantityTotal</c>.</summary>
[ValidatableType]
public sealed record CreateTicketTypeRequest : TicketTypeRequest
{
    /// <summary>The same as <c>quantityTotal</c>. If you send both, <c>quantityTotal</c> applies.</summary>
    [Range(1, 1_000_000)]
    public int? QuantityAvailable { get; init; }
}

/// <summary>A change of a ticket type. Fields that you leave out keep their value.</summary>
[ValidatableType]
public sealed record ChangeTicketTypeRequest : TicketTypeRequest, IChange
{
    /// <summary>The ticket type in the form of a request, as the base of a change.</summary>
    internal static ChangeTicketTypeRequest Of(TicketType row, string currency) => new()
    {
        Name = row.Name,
        Description = row.Description,
        Price = Currency.Get(currency).ToMajor(row.PriceMinor),
        QuantityTotal = row.Stock.QuantityTotal,
        SalesStartAt = EventTimes.Instant(row.SalesStartAt),
        SalesEndAt = EventTimes.Instant(row.SalesEndAt),
        MinPerBooking = row.MinPerBooking,
        MaxPerBooking = row.MaxPerBooking,
        SortOrder = row.SortOrder,
    };
}
