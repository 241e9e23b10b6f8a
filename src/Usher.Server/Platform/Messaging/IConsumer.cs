using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Messaging;

/// <summary>A fact that is told after it was committed: ids only, so that nothing personal travels.</summary>
/// <param name="Id">Of its outbox row; the same however often it is delivered.</param>
/// <param name="Type">Name and version, such as <c>booking.confirmed.v1</c>.</param>
public sealed record Message(long Id, string Type, Guid? EventId, Guid? BookingId, Guid? UserId, DateTimeOffset At)
{
    internal static Message Of(OutboxRow row) => new(row.Id, row.Type, row.EventId, row.BookingId, row.UserId, row.CreatedAt);
}

/// <summary>
/// Does something about what happened. Messages come at least once, late and in any order; each is applied once,
/// because the inbox rows of a batch commit in one transaction with what the consumer wrote.
/// </summary>
internal interface IConsumer
{
    /// <summary>Part of the inbox key: never renamed.</summary>
    string Name { get; }

    bool Takes(string type);

    /// <summary>
    /// Writes what follows from these messages, none of which it has seen before, inside the transaction that is open on the
    /// database. If it throws, each goes alone.
    /// </summary>
    Task Handle(IReadOnlyList<Message> messages, UsherDb db, CancellationToken cancellationToken);
}
