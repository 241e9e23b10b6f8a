using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Validation;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.TicketTypes;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>The fields of an event. Times are RFC 3339. A time without an offset is local to <c>timeZone</c>.</summary>
[ValidatableType]
public abstract record EventRequest
{
    [Required, OneLine(200)]
    public string? Name { get; init; }

    [PlainText(10_000)]
    public string? Description { get; init; }

    /// <summary>Start of the event. Must be in the future, and not after the year 2100.</summary>
    [Required]
    public string? Date { get; init; }

    /// <summary>End of the event. Must not be before its start.</summary>
    public string? EndDate { get; init; }

    /// <summary>IANA time zone of the place. The default is <c>UTC</c> if <c>date</c> has an offset. If you change only the time zone, the local time stays the same.</summary>
    public string? TimeZone { get; init; }

    [Required, OneLine(200)]
    public string? Location { get; init; }

    [OneLine(200)]
    public string? Venue { get; init; }

    [OneLine(100)]
    public string? City { get; init; }

    [OneLine(100)]
    public string? Country { get; init; }

    [Range(-90d, 90d)]
    public double? Latitude { get; init; }

    [Range(-180d, 180d)]
    public double? Longitude { get; init; }

    [OneLine(50)]
    public string? Category { get; init; }

    /// <summary>At most 20 tags of at most 50 characters each.</summary>
    [MaxLength(20)]
    public List<string?>? Tags { get; init; }

    /// <summary>Absolute http or https URL of an image.</summary>
    [StringLength(2_000)]
    public string? ImageUrl { get; init; }

    /// <summary>ISO 4217 currency code for the whole event. It cannot change while the event has ticket types.</summary>
    public string? Currency { get; init; }

    /// <summary>Number of people that the place holds. It limits all ticket types together.</summary>
    [Required, Range(1, 1_000_000)]
    public int? TotalCapacity { get; init; }

    /// <summary>Only the organizer and admins can see a draft.</summary>
    [DefaultValue(Usher.Domain.Catalog.Publication.Published)]
    public Publication? Publication { get; init; }

    public string? SalesStartAt { get; init; }

    public string? SalesEndAt { get; init; }

    /// <summary>Time until which buyers can cancel. The default is a number of hours before the event.</summary>
    public string? CancellationDeadline { get; init; }

    /// <summary>Most tickets in one booking, over all ticket types.</summary>
    [Range(1, 1_000_000)]
    public int? MaxPerBooking { get; init; }

    /// <summary>Most tickets that one person can have for this event.</summary>
    [Range(1, 1_000_000)]
    public int? MaxPerUser { get; init; }
}

/// <summary>A new event, optionally with its ticket types.</summary>
[ValidatableType]
public sealed record CreateEventRequest : EventRequest
{
    [MaxLength(100)]
    public List<CreateTicketTypeRequest?>? TicketTypes { get; init; }
}

/// <summary>A change of an event. Fields that you leave out keep their value.</summary>
[ValidatableType]
public sealed record ChangeEventRequest : EventRequest, IChange
{
    /// <summary>The event in the form of a request, as the base of a change.</summary>
    internal static ChangeEventRequest Of(Event row) => new()
    {
        Name = row.Name,
        Description = row.Description,
        Date = EventTimes.AsGiven(row.StartsAt, row.LocalDate),
        EndDate = row.EndsAt is { } end ? EventTimes.AsGiven(end, row.LocalEnd ?? LocalTime.ToLocal(end, Zones.Of(row.TimeZone))) : null,
        TimeZone = row.TimeZone,
        Location = row.Location,
        Venue = row.Venue,
        City = row.City,
        Country = row.Country,
        Latitude = row.Latitude,
        Longitude = row.Longitude,
        Category = row.Category,
        Tags = [.. row.Tags],
        ImageUrl = row.ImageUrl,
        Currency = row.Currency,
        TotalCapacity = row.Stock.TotalCapacity,
        Publication = row.Publication,
        SalesStartAt = EventTimes.AsGiven(row.SalesStartAt, row.LocalSalesStart),
        SalesEndAt = EventTimes.AsGiven(row.SalesEndAt, row.LocalSalesEnd),
        CancellationDeadline = EventTimes.AsGiven(row.CancellationDeadline, row.LocalDeadline),
        MaxPerBooking = row.MaxPerBooking,
        MaxPerUser = row.MaxPerUser,
    };
}
