namespace Usher.Server.Platform.OpenApi;

/// <summary>An answer that says no (RFC 9457). Some codes add members of their own.</summary>
/// <param name="Code">Stable; the part for programs to rely on.</param>
/// <param name="Errors">What is wrong, by the path of the member it is wrong with.</param>
/// <param name="BookingStatus">The state that the request lost against.</param>
/// <param name="Available">How many tickets could be had.</param>
/// <param name="Limit">How many tickets a booking, or a person, may have.</param>
/// <param name="TicketTypeId">The ticket type that was refused.</param>
/// <param name="TotalPriceMinor">What it costs now.</param>
/// <param name="Sold">Places that are sold already.</param>
/// <param name="Held">Places that are held at this moment.</param>
/// <param name="Version">The edit that there is now.</param>
/// <param name="Known">The query parameters that there are.</param>
internal sealed record ProblemResponse(
    string Type, string Title, int Status, string Detail, string Instance, string Code, string TraceId,
    Dictionary<string, string[]>? Errors = null, Domain.BoxOffice.BookingStatus BookingStatus = default, int? Available = null, int? Limit = null, Guid? TicketTypeId = null,
    long? TotalPriceMinor = null, int? Sold = null, int? Held = null, int? Version = null, string[]? Known = null);
