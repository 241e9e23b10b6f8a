namespace Usher.Server.Platform.Persistence;

/// <summary>
/// A fact that commits with the change it tells of, and is delivered afterwards. The row is there for as long as a consumer
/// still has to hear of it.
/// </summary>
internal sealed class OutboxRow
{
    /// <summary>Never given twice, also when its row has gone: the inbox knows messages by it.</summary>
    public long Id { get; init; }

    /// <summary>Name and version of the message, such as <c>booking.confirmed.v1</c>.</summary>
    public required string Type { get; init; }
    public Guid? EventId { get; init; }
    public Guid? BookingId { get; init; }
    public Guid? UserId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until then a dispatcher's lease or a pause after a failure lasts. Null: nobody has looked at it yet.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How often a consumer failed on it.</summary>
    public int Failures { get; init; }

    /// <summary>Set when it was given up: which consumer failed, and how. It stays until somebody looks after it.</summary>
    public string? DeadReason { get; init; }
}

/// <summary>A consumer has applied a message; commits with its effect.</summary>
internal sealed class InboxRow
{
    public required string Consumer { get; init; }
    public required long MessageId { get; init; }
    public required DateTimeOffset AppliedAt { get; init; }
}
