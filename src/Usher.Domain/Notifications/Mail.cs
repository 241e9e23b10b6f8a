namespace Usher.Domain.Notifications;

public enum MailKind : short
{
    BookingConfirmed = 0, HoldExpiring = 1, BookingCancelled = 2, EventChanged = 3, EventCancelled = 4, Welcome = 5, Report = 6,
    VerifyEmail = 7, ResetPassword = 8, PasswordChanged = 9,
    EmailChanged = 10, SecondFactorOn = 11, SecondFactorOff = 12, RecoveryCodeUsed = 13,
}

public enum MailState : short
{
    Queued = 0,
    Retrying = 1,
    Sent = 2,

    /// <summary>Rejected permanently, or attempted for a day.</summary>
    Undeliverable = 3,
}

/// <summary>
/// A mail to be sent. Its text is rendered from the current data when it is sent. The row stores only the obligation, once per kind,
/// subject, recipient and edition.
/// </summary>
public sealed class Mail
{
    public required Guid Id { get; init; }
    public required MailKind Kind { get; init; }

    /// <summary>The booking, event, account, report, link or former address that the mail is about.</summary>
    public required Guid SubjectId { get; init; }
    public required Guid UserId { get; init; }

    /// <summary>The event whose organizer sees the state of the mail.</summary>
    public Guid? EventId { get; init; }

    /// <summary>
    /// Distinguishes mails of the same kind about the same subject, because an event can change more than once. For a changed event it is
    /// <see cref="EditionOf"/> the first change in the mail.
    /// </summary>
    public long Edition { get; init; }

    public static long EditionOf(DateTimeOffset changedAt) => changedAt.ToUnixTimeMilliseconds();

    /// <summary>Host of the recipient's address. A host that does not respond must not delay mails to others.</summary>
    public required string Domain { get; init; }
    public MailState State { get; init; }

    /// <summary>Attempts since it was last queued, including one that ended with its process.</summary>
    public int Attempts { get; init; }

    /// <summary>Number of resends by the organizer; each one is a new message.</summary>
    public int Resends { get; init; }

    /// <summary>Earliest time of the next attempt; during an attempt, end of the lease.</summary>
    public required DateTimeOffset DueAt { get; init; }
    public string? LastError { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Left side of its Message-ID, the same for all attempts.</summary>
    public string MessageKey => Resends == 0 ? $"{Id:N}" : $"{Id:N}.{Resends}";
}
