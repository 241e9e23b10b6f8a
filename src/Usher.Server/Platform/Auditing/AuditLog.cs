using Usher.Domain.Audit;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Auditing;

internal static class AuditLog
{
    /// <summary>Writes an entry into the transaction that is open.</summary>
    public static void Note(
        this UsherDb db, AuditAction action, DateTimeOffset at, Guid? actor, Guid? eventId = null, Guid? ticketTypeId = null, Guid? bookingId = null, Guid? userId = null) =>
        db.AuditEntries.Add(Entry(action, at, actor, eventId, ticketTypeId, bookingId, userId));

    public static AuditEntry Entry(
        AuditAction action, DateTimeOffset at, Guid? actor, Guid? eventId = null, Guid? ticketTypeId = null, Guid? bookingId = null, Guid? userId = null) => new()
        {
            Id = Guid.CreateVersion7(at),
            At = at,
            Action = action,
            ActorId = actor,
            EventId = eventId,
            TicketTypeId = ticketTypeId,
            BookingId = bookingId,
            UserId = userId,
        };
}
