namespace Usher.Domain.Catalog;

/// <summary>Previous date and place of a changed event, so that a mail can show ticket holders what changed.</summary>
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

    /// <summary>Time of the change: the instant of the message about it.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>Copies an event before it is changed.</summary>
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

    /// <summary>Whether the date or the place changed. A changed name alone causes no mail.</summary>
    public bool IsElsewhere(Event row) =>
        (StartsAt, EndsAt, Zones.Canonical(TimeZone), Location, Venue, City, Country) != (row.StartsAt, row.EndsAt, Zones.Canonical(row.TimeZone), row.Location, row.Venue, row.City, row.Country);
}
