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

    /// <summary>Refused for good, or tried for a day.</summary>
    Undeliverable = 3,
}

/// <summary>
/// A notice that is owed to somebody. What it says is made from what is true when it is sent; only the fact that it is owed
/// is kept, once per kind, subject, recipient and edition.
/// </summary>
public sealed class Mail
{
    public required Guid Id { get; init; }
    public required MailKind Kind { get; init; }

    /// <summary>The booking, event, account, report, link or former address it is about.</summary>
    public required Guid SubjectId { get; init; }
    public required Guid UserId { get; init; }

    /// <summary>Whose organizer sees its state.</summary>
    public Guid? EventId { get; init; }

    /// <summary>
    /// Tells notices of the same kind about the same subject apart: an event can change more than once. Of a changed event it is
    /// <see cref="EditionOf"/> the first change that the notice tells of.
    /// </summary>
    public long Edition { get; init; }

    public static long EditionOf(DateTimeOffset changedAt) => changedAt.ToUnixTimeMilliseconds();

    /// <summary>The host of the recipient's address: one that does not answer must not hold up the others.</summary>
    public required string Domain { get; init; }
    public MailState State { get; init; }

    /// <summary>Since it was last queued; a try that ended with its process counts.</summary>
    public int Attempts { get; init; }

    /// <summary>How often the organizer asked for it again; each time it is another message.</summary>
    public int Resends { get; init; }

    /// <summary>Not tried before; while it is being sent, until when nobody else tries.</summary>
    public required DateTimeOffset DueAt { get; init; }
    public string? LastError { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The left side of its Message-ID: the same however often it is tried.</summary>
    public string MessageKey => Resends == 0 ? $"{Id:N}" : $"{Id:N}.{Resends}";
}
