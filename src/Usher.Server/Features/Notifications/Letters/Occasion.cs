using MimeKit;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Domain.Notifications;
using Usher.Server.Features.Reports.Contract;

namespace Usher.Server.Features.Notifications.Letters;

/// <summary>Current data of a mail.</summary>
/// <param name="Booking">The booking, for a mail about one.</param>
/// <param name="Bookings">All bookings of the recipient for the event that were ever confirmed.</param>
/// <param name="TicketTypes">Names of the ticket types.</param>
/// <param name="Link">Link of a mail about the account, if it is still valid.</param>
/// <param name="IsForPending">The mail goes to the pending address.</param>
/// <param name="Former">Recipient address, if it is a former one of the account.</param>
/// <param name="Before">The event before its change, as the recipient knows it.</param>
internal sealed record Occasion(
    Mail Mail, User Recipient, Event? Event, Booking? Booking, IReadOnlyList<Booking> Bookings, IReadOnlyDictionary<Guid, string> TicketTypes, ReportResponse? Report, string? Link,
    bool IsForPending, FormerAddress? Former, FormerEvent? Before, DateTimeOffset Now)
{
    /// <summary>A link to verify an address goes to that address.</summary>
    public string Address => Former?.Email ?? (IsForPending ? Recipient.PendingEmail! : Recipient.Email);

    /// <returns>Null if the mail is no longer needed.</returns>
    public Letter? Write(MailboxAddress sender)
    {
        var letter = Mail.Kind switch
        {
            MailKind.BookingConfirmed => BookingLetters.Confirmed(Event!, Booking!, TicketTypes, Calendar),
            MailKind.HoldExpiring => BookingLetters.Expiring(Event!, Booking!, TicketTypes, Now),
            MailKind.BookingCancelled => BookingLetters.Cancelled(Event!, Booking!, TicketTypes, Calendar),
            MailKind.EventChanged => EventLetters.Changed(Event!, Before, Bookings, Calendar),
            MailKind.EventCancelled => EventLetters.Cancelled(Event!, Bookings, Calendar),
            MailKind.Welcome => AccountLetters.Welcome(Recipient, Link),
            MailKind.VerifyEmail => AccountLetters.VerifyEmail(Link),
            MailKind.ResetPassword => AccountLetters.ResetPassword(Link),
            MailKind.PasswordChanged => AccountLetters.PasswordChanged(Recipient, Mail.CreatedAt),
            MailKind.EmailChanged => Former is null ? null : AccountLetters.EmailChanged(Recipient, Former.ReplacedAt, Link),
            MailKind.SecondFactorOn => AccountLetters.SecondFactorOn(Recipient, Mail.CreatedAt),
            MailKind.SecondFactorOff => AccountLetters.SecondFactorOff(Recipient, Mail.CreatedAt),
            MailKind.RecoveryCodeUsed => AccountLetters.RecoveryCodeUsed(Recipient, Mail.CreatedAt),
            MailKind.Report => ReportLetter.Write(Report!),
            _ => throw new InvalidOperationException($"There is no letter of the kind {Mail.Kind}."),
        };
        return letter is null ? null : letter with { Footer = $"You get this because {Reason} Please don't reply: nobody reads this mailbox." };

        Attachment? Calendar() => Bookings.Count == 0 ? null : CalendarPart.Of(Event!, Bookings, MailOptions.AsciiOf(sender));
    }

    private string Reason => Mail.Kind switch
    {
        MailKind.Welcome => "you opened an account.",
        MailKind.VerifyEmail => "an account has this address.",
        MailKind.ResetPassword => "a new password was asked for.",
        MailKind.PasswordChanged => "the password of your account was changed.",
        MailKind.EmailChanged => "your account had this address.",
        MailKind.SecondFactorOn or MailKind.SecondFactorOff or MailKind.RecoveryCodeUsed => "the way you log in was changed or used.",
        MailKind.Report => "you sell tickets with this account.",
        _ => "you booked tickets with this account.",
    };
}
