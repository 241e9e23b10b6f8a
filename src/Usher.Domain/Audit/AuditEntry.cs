namespace Usher.Domain.Audit;

/// <summary>Kept as a number: new ones are added at the end.</summary>
public enum AuditAction : short
{
    EventCreated = 0, EventImported = 1, EventChanged = 2, EventCancelled = 3, EventDeleted = 4,
    TicketTypeCreated = 5, TicketTypeChanged = 6, TicketTypeDeleted = 7,

    /// <summary>Cancelled by another person than the buyer. The booking itself records the buyer's own actions.</summary>
    BookingCancelled = 8,
    MailResent = 9,
    AccountRegistered = 10, AccountChanged = 11, PasswordChanged = 12, EmailVerified = 13, AccountErased = 14, MadeAdmin = 15,
    SecondFactorOn = 16, SecondFactorOff = 17, RecoveryCodeUsed = 18, RecoveryCodesRenewed = 19,

    /// <summary>Times derived again after the rules of the zone changed.</summary>
    EventMovedByZone = 40,
    EmailChanged = 20, EmailChangeUndone = 21, AccountSuspended = 22, AccountUnsuspended = 23,
}

/// <summary>Audit entry: actor, action, object and time. It is written in the transaction of the action and never changed.</summary>
public sealed class AuditEntry
{
    /// <summary>Ids are in order of time.</summary>
    public required Guid Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required AuditAction Action { get; init; }

    /// <summary>Null for the program itself and for its operator.</summary>
    public Guid? ActorId { get; init; }
    public Guid? EventId { get; init; }
    public Guid? TicketTypeId { get; init; }
    public Guid? BookingId { get; init; }

    /// <summary>The affected account.</summary>
    public Guid? UserId { get; init; }

    public static AuditEntry Of(AuditAction action, DateTimeOffset at, Guid? actor, Guid? eventId = null, Guid? ticketTypeId = null, Guid? bookingId = null, Guid? userId = null) => new()
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
