namespace Usher.Domain.BoxOffice;

/// <summary>A running cancellation of an event: each booking is cancelled and refunded. It exists from the commit that cancels the event.</summary>
public sealed class EventCancellation
{
    public required Guid EventId { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Bookings that were pending or confirmed when the event was cancelled.</summary>
    public required int Bookings { get; init; }

    /// <summary>Time at which the last booking was cancelled and refunded.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}
