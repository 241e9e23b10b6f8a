using Usher.Domain.Audit;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Audit;

/// <summary>
/// The message that commits with a cancellation names the actor, if it is not the buyer. The sale writes no additional row for the audit,
/// and no entry is lost.
/// </summary>
internal sealed class NoteCancellations : IConsumer
{
    public string Name => "audit";

    public bool Takes(string type) => type == MessageTypes.BookingCancelled;

    public Task Handle(IReadOnlyList<Message> messages, UsherDb db, CancellationToken cancellationToken)
    {
        foreach (var message in messages.Where(m => m.UserId is not null))
            db.AuditEntries.Add(AuditEntry.Of(AuditAction.BookingCancelled, message.At, message.UserId, eventId: message.EventId, bookingId: message.BookingId));
        return Task.CompletedTask;
    }
}
