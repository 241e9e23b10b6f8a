namespace Usher.Domain.BoxOffice;

/// <summary>What follows when an event is cancelled: each of its bookings is cancelled and refunded. There from that commit on.</summary>
public sealed class EventCancellation
{
    public required Guid EventId { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Bookings that were pending or confirmed when the event was cancelled.</summary>
    public required int Bookings { get; init; }

    /// <summary>When the last of them was cancelled and refunded.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}
