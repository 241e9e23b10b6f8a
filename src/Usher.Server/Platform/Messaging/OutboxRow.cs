namespace Usher.Server.Platform.Messaging;

/// <summary>A fact that commits with the change it tells of, and is delivered afterwards.</summary>
internal sealed class OutboxRow
{
    public long Id { get; init; }

    /// <summary>Name and version of the message, such as <c>booking.confirmed.v1</c>.</summary>
    public required string Type { get; init; }
    public required Guid EventId { get; init; }
    public Guid? BookingId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
