namespace Usher.Testing;

/// <summary>
/// One line of an import file: the members of a <c>POST /api/events</c> body, in its order and under its names.
/// <see cref="Date"/> and <see cref="EndDate"/> are local times in <see cref="TimeZone"/>.
/// </summary>
public sealed record ImportedEvent
{
    public required string Name { get; init; }
    public string? Description { get; init; }
    public required DateTime Date { get; init; }
    public DateTime? EndDate { get; init; }
    public required string TimeZone { get; init; }
    public required string Location { get; init; }
    public string? Venue { get; init; }
    public string? City { get; init; }
    public string? Country { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public required string Category { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public required string Currency { get; init; }
    public required int TotalCapacity { get; init; }
    public required IReadOnlyList<ImportedTicketType> TicketTypes { get; init; }
}

/// <param name="Name">Holds neither <c>:</c> nor <c>|</c>, which separate these in the CSV form.</param>
/// <param name="Price">In major units.</param>
/// <param name="QuantityAvailable">The allotment.</param>
public sealed record ImportedTicketType(string Name, decimal Price, int QuantityAvailable);
