namespace Usher.Domain.Catalog;

/// <summary>When and where an event was to be before that changed: those who had tickets are told what is new by what was.</summary>
public sealed class FormerEvent
{
    public required Guid Id { get; init; }
    public required Guid EventId { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public required string TimeZone { get; init; }
    public required string Location { get; init; }
    public string? Venue { get; init; }
    public string? City { get; init; }
    public string? Country { get; init; }

    /// <summary>When it became another: the instant of the message that tells of it.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>An event as it stands, before it is changed.</summary>
    public static FormerEvent Of(Event row) => new()
    {
        Id = Guid.CreateVersion7(row.UpdatedAt),
        EventId = row.Id,
        Name = row.Name,
        StartsAt = row.StartsAt,
        EndsAt = row.EndsAt,
        TimeZone = row.TimeZone,
        Location = row.Location,
        Venue = row.Venue,
        City = row.City,
        Country = row.Country,
    };

    /// <summary>Whether it takes place at another time or place than it did; another name is no reason to write to anybody.</summary>
    public bool IsElsewhere(Event row) =>
        (StartsAt, EndsAt, Zones.Canonical(TimeZone), Location, Venue, City, Country) != (row.StartsAt, row.EndsAt, Zones.Canonical(row.TimeZone), row.Location, row.Venue, row.City, row.Country);
}
