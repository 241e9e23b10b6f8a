namespace Usher.Server.Platform.OpenApi;

/// <summary>An error response (RFC 9457). Some codes add fields of their own.</summary>
/// <param name="Code">Stable code that programs can rely on.</param>
/// <param name="Errors">Messages by the path of the invalid field.</param>
/// <param name="BookingStatus">Status of the booking that prevented the request.</param>
/// <param name="Available">Number of tickets that can be booked.</param>
/// <param name="Limit">Limit of tickets for a booking or a person.</param>
/// <param name="TicketTypeId">The ticket type that caused the refusal.</param>
/// <param name="TotalPriceMinor">Current total price in minor units.</param>
/// <param name="Sold">Number of places already sold.</param>
/// <param name="Held">Number of places held at the moment.</param>
/// <param name="Version">Current version of the resource.</param>
/// <param name="Known">The query parameters that this endpoint accepts.</param>
internal sealed record ProblemResponse(
    string Type, string Title, int Status, string Detail, string Instance, string Code, string TraceId,
    Dictionary<string, string[]>? Errors = null, Domain.BoxOffice.BookingStatus BookingStatus = default, int? Available = null, int? Limit = null, Guid? TicketTypeId = null,
    long? TotalPriceMinor = null, int? Sold = null, int? Held = null, int? Version = null, string[]? Known = null);
