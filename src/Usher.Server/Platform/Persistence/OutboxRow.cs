namespace Usher.Server.Platform.Persistence;

/// <summary>
/// Outbox row: a message that commits with its change and is delivered afterwards. The row exists until every consumer has applied it.
/// </summary>
internal sealed class OutboxRow
{
    /// <summary>Never reused, even after the row is deleted, because the inbox identifies messages by it.</summary>
    public long Id { get; init; }

    /// <summary>Name and version of the message, such as <c>booking.confirmed.v1</c>.</summary>
    public required string Type { get; init; }
    public Guid? EventId { get; init; }
    public Guid? BookingId { get; init; }
    public Guid? UserId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>End of a dispatcher's lease, or of the pause after a failure. Null if no dispatcher has claimed it yet.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Number of failures of a consumer.</summary>
    public int Failures { get; init; }

    /// <summary>Set when the message was given up: the failing consumer and its error. The operator must clear it.</summary>
    public string? DeadReason { get; init; }
}

/// <summary>Inbox row: a consumer has applied a message. It commits with the effect.</summary>
internal sealed class InboxRow
{
    public required string Consumer { get; init; }
    public required long MessageId { get; init; }
    public required DateTimeOffset AppliedAt { get; init; }
}
