using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.TicketTypes;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>An event in a list.</summary>
public record EventListing
{
    public required Guid Id { get; init; }
    public required Guid OrganizerId { get; init; }
    public required string Name { get; init; }
    public required string? Description { get; init; }
    public required DateTimeOffset Date { get; init; }
    public required DateTimeOffset? EndDate { get; init; }

    /// <summary>IANA time zone of the place.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Local date and time at the place, without an offset.</summary>
    public required DateTime LocalDate { get; init; }
    public required string Location { get; init; }
    public required string? Venue { get; init; }
    public required string? City { get; init; }
    public required string? Country { get; init; }
    public required double? Latitude { get; init; }
    public required double? Longitude { get; init; }
    public required string? Category { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public required string? ImageUrl { get; init; }

    /// <summary>Computed status. Cancelled takes precedence over past, and past over sold out.</summary>
    public required EventStatus Status { get; init; }
    public required Publication Publication { get; init; }
    public required string Currency { get; init; }

    /// <summary>Lowest price of all ticket types, in major units.</summary>
    public required decimal? MinPrice { get; init; }
    public required long? MinPriceMinor { get; init; }

    /// <summary>Highest price of all ticket types, in major units.</summary>
    public required decimal? MaxPrice { get; init; }
    public required long? MaxPriceMinor { get; init; }
    public required int TotalCapacity { get; init; }
    public required int QuantitySold { get; init; }

    /// <summary>Number of tickets that can be bought now, over all ticket types and within the event's capacity.</summary>
    public required int QuantityAvailable { get; init; }
    public required DateTimeOffset? SalesStartAt { get; init; }
    public required DateTimeOffset? SalesEndAt { get; init; }
    public required DateTimeOffset? CancellationDeadline { get; init; }
    public required int? MaxPerBooking { get; init; }
    public required int? MaxPerUser { get; init; }
    public required DateTimeOffset? CancelledAt { get; init; }
    public required string? CancelReason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required int Version { get; init; }

    internal static EventListing Of(Event row, int available, DateTimeOffset now)
    {
        var currency = Domain.Currency.Get(row.Currency);
        return new EventListing
        {
            Id = row.Id,
            OrganizerId = row.OrganizerId,
            Name = row.Name,
            Description = row.Description,
            Date = row.StartsAt,
            EndDate = row.EndsAt,
            TimeZone = row.TimeZone,
            LocalDate = row.LocalDate,
            Location = row.Location,
            Venue = row.Venue,
            City = row.City,
            Country = row.Country,
            Latitude = row.Latitude,
            Longitude = row.Longitude,
            Category = row.Category,
            Tags = row.Tags,
            ImageUrl = row.ImageUrl,
            Status = row.StatusAt(now),
            Publication = row.Publication,
            Currency = row.Currency,
            MinPrice = row.MinPriceMinor is { } min ? currency.ToMajor(min) : null,
            MinPriceMinor = row.MinPriceMinor,
            MaxPrice = row.MaxPriceMinor is { } max ? currency.ToMajor(max) : null,
            MaxPriceMinor = row.MaxPriceMinor,
            TotalCapacity = row.Stock.TotalCapacity,
            QuantitySold = row.Stock.Sold,
            QuantityAvailable = available,
            SalesStartAt = row.SalesStartAt,
            SalesEndAt = row.SalesEndAt,
            CancellationDeadline = row.CancellationDeadline,
            MaxPerBooking = row.MaxPerBooking,
            MaxPerUser = row.MaxPerUser,
            CancelledAt = row.CancelledAt,
            CancelReason = row.CancelReason,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            Version = row.Version,
        };
    }
}

/// <summary>An event with its ticket types.</summary>
public sealed record EventResponse : EventListing
{
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<TicketTypeResponse> TicketTypes { get; init; }

    [SetsRequiredMembers]
    private EventResponse(EventListing listing, IReadOnlyList<TicketTypeResponse> ticketTypes) : base(listing) => TicketTypes = ticketTypes;

    internal static EventResponse Of(EventSnapshot snapshot) => new(
        EventListing.Of(snapshot.Event, snapshot.Available, snapshot.Now),
        [.. snapshot.TicketTypes.Select(type => TicketTypeResponse.Of(type, snapshot))]);
}
