using Usher.Domain.Catalog;

namespace Usher.Domain.BoxOffice;

/// <summary>An event as the box office reads it, while the event's stock is locked.</summary>
public sealed class EventOffer
{
    public required Guid Id { get; init; }
    public required Guid OrganizerId { get; init; }
    public required string Name { get; init; }
    public required string Location { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public required string TimeZone { get; init; }
    public DateTime LocalDate { get; init; }
    public required string Currency { get; init; }
    public required bool Published { get; init; }
    public required bool Cancelled { get; init; }
    public DateTimeOffset? SalesStartAt { get; init; }
    public DateTimeOffset? SalesEndAt { get; init; }
    public DateTimeOffset? CancellationDeadline { get; init; }
    public int? MaxPerBooking { get; init; }
    public int? MaxPerUser { get; init; }
    public required int Version { get; init; }
    public required int Capacity { get; init; }
    public required int Sold { get; set; }
    public required int Held { get; set; }

    /// <summary>The stored flag; compare with <see cref="IsSoldOut"/> after the batch.</summary>
    public required bool SoldOutFlag { get; init; }
    public List<TicketOffer> TicketTypes { get; } = [];

    public SaleWindow Sales => new(SalesStartAt, SalesEndAt);

    public Allotment Places => new(Capacity, Sold, Held);

    public bool IsSoldOut => OnSale.IsSoldOut(Places, TicketTypes, static t => t.Places);

    public EventStatus StatusAt(DateTimeOffset now) => EventStatuses.Of(Cancelled, EndsAt ?? StartsAt, IsSoldOut, now);
}

/// <summary>A ticket type as the box office reads it.</summary>
public sealed class TicketOffer
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required long PriceMinor { get; init; }
    public DateTimeOffset? SalesStartAt { get; init; }
    public DateTimeOffset? SalesEndAt { get; init; }
    public int MinPerBooking { get; init; } = 1;
    public int? MaxPerBooking { get; init; }
    public required int Total { get; init; }
    public required int Sold { get; set; }
    public required int Held { get; set; }

    public SaleWindow Sales => new(SalesStartAt, SalesEndAt);

    public Allotment Places => new(Total, Sold, Held);
}
