using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Domain.Notifications;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Features.Notifications.Sending;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications;

/// <summary>Consumer that queues mails for messages. The content of a mail is determined when it is sent.</summary>
internal sealed class WriteMails(DatabaseClock clock, MailBounds bounds, IOptions<MailOptions> options) : IConsumer
{
    public string Name => "mails";

    public bool Takes(string type) => type is MessageTypes.BookingConfirmed or MessageTypes.BookingCancelled or MessageTypes.EventCancelled or MessageTypes.EventChanged
            or MessageTypes.EmailChanged || KindOfAccountMail(type) is not null || (type is MessageTypes.BookingHeld && options.Value.HoldReminderMinutes > 0);

    public async Task Handle(IReadOnlyList<Message> messages, UsherDb db, CancellationToken cancellationToken)
    {
        var mails = new List<Mail>();
        var ofBookings = messages.Where(m => m.BookingId is not null).DistinctBy(m => (m.BookingId, m.Type)).ToList();
        if (ofBookings.Count > 0)
            mails.AddRange(await OfBookings(ofBookings, db, cancellationToken));
        foreach (var message in messages.Where(m => m.Type is MessageTypes.EventCancelled or MessageTypes.EventChanged))
            mails.AddRange(await OfEvent(message, db, cancellationToken));
        var moved = messages.Where(m => m.Type == MessageTypes.EmailChanged).Select(m => m.UserId!.Value).Distinct().ToList();
        if (moved.Count > 0)
            mails.AddRange(await OfFormerAddresses(moved, db, cancellationToken));
        // A link for an address without an account has no user.
        var ofAccounts = messages.Where(m => m.UserId is not null && KindOfAccountMail(m.Type) is not null).ToList();
        if (ofAccounts.Count > 0)
            mails.AddRange(await OfAccounts(ofAccounts, db, cancellationToken));
        await MailQueue.Add(db, mails, cancellationToken);
    }

    private static MailKind? KindOfAccountMail(string type) => type switch
    {
        MessageTypes.AccountRegistered => MailKind.Welcome,
        MessageTypes.VerificationAsked => MailKind.VerifyEmail,
        MessageTypes.PasswordResetAsked => MailKind.ResetPassword,
        MessageTypes.PasswordChanged => MailKind.PasswordChanged,
        MessageTypes.SecondFactorOn => MailKind.SecondFactorOn,
        MessageTypes.SecondFactorOff => MailKind.SecondFactorOff,
        MessageTypes.RecoveryCodeUsed => MailKind.RecoveryCodeUsed,
        _ => null,
    };

    private async Task<IEnumerable<Mail>> OfAccounts(List<Message> messages, UsherDb db, CancellationToken cancellationToken)
    {
        var ids = messages.Select(m => m.UserId!.Value).Distinct().ToList();
        var users = await db.Users.Where(u => ids.Contains(u.Id)).Select(u => new { u.Id, u.EmailKey, u.EmailVerified }).ToDictionaryAsync(u => u.Id, cancellationToken);
        var instants = messages.Select(m => m.At).ToList();
        var links = (await db.AccountLinks.AsNoTracking().Where(l => l.UserId != null && ids.Contains(l.UserId.Value) && instants.Contains(l.CreatedAt)).ToListAsync(cancellationToken))
            .ToLookup(l => (l.UserId!.Value, l.CreatedAt));
        return messages.Where(m => users.ContainsKey(m.UserId!.Value)).SelectMany(m =>
        {
            var (kind, user) = (KindOfAccountMail(m.Type)!.Value, users[m.UserId!.Value]);
            var to = new Recipient(user.Id, user.EmailKey);
            return kind switch
            {
                MailKind.Welcome => [Owed(kind, user.Id, to, eventId: null)],
                MailKind.VerifyEmail => links[(user.Id, m.At)].Where(l => l.Purpose == LinkPurpose.VerifyEmail).Select(l => Owed(kind, l.Id, new(user.Id, l.EmailKey), eventId: null)),
                MailKind.ResetPassword => links[(user.Id, m.At)].Where(l => l.Purpose == LinkPurpose.ResetPassword).Select(l => Owed(kind, l.Id, to, eventId: null)),
                // The person who registered an address may not be its reader, and no other person must learn of the account's actions.
                _ => user.EmailVerified ? [Owed(kind, user.Id, to, eventId: null, edition: m.Id)] : Enumerable.Empty<Mail>(),
            };
        });
    }

    /// <summary>To each former address, which the account itself no longer has.</summary>
    private async Task<IEnumerable<Mail>> OfFormerAddresses(List<Guid> users, UsherDb db, CancellationToken cancellationToken)
    {
        var addresses = await db.FormerAddresses.AsNoTracking().Where(a => users.Contains(a.UserId)).ToListAsync(cancellationToken);
        return addresses.Select(a => Owed(MailKind.EmailChanged, a.Id, new Recipient(a.UserId, EmailAddress.Key(a.Email)), eventId: null));
    }

    private async Task<IEnumerable<Mail>> OfBookings(List<Message> messages, UsherDb db, CancellationToken cancellationToken)
    {
        var ids = messages.Select(m => m.BookingId!.Value).Distinct().ToList();
        var rows = await (from b in db.Bookings
                          join u in db.Users on b.UserId equals u.Id
                          where ids.Contains(b.Id)
                          select new { b.Id, b.EventId, b.UserId, u.EmailKey, b.CancelReason, b.ConfirmedAt, b.ExpiresAt, IsBounded = !u.EmailVerified && b.CapturedMinor == 0 })
            .ToDictionaryAsync(b => b.Id, cancellationToken);
        var mails = messages.Select(m => (m.Type, Booking: rows.GetValueOrDefault(m.BookingId!.Value))).Where(m => m.Booking is not null).Select(m =>
        {
            var (b, to) = (m.Booking!, new Recipient(m.Booking!.UserId, m.Booking.EmailKey));
            return m.Type switch
            {
                MessageTypes.BookingConfirmed => Owed(MailKind.BookingConfirmed, b.Id, to, b.EventId),
                // One mail for all bookings of a buyer in a cancelled event, whichever message comes first.
                MessageTypes.BookingCancelled when b.CancelReason == CancelReason.EventCancelled => Owed(MailKind.EventCancelled, b.EventId, to, b.EventId),
                // A buyer who cancels a hold needs no mail.
                MessageTypes.BookingCancelled when b.ConfirmedAt is not null || b.CancelReason == CancelReason.PaymentFailed => Owed(MailKind.BookingCancelled, b.Id, to, b.EventId),
                MessageTypes.BookingHeld when b.ExpiresAt is { } end => Owed(MailKind.HoldExpiring, b.Id, to, b.EventId, end.AddMinutes(-options.Value.HoldReminderMinutes)),
                _ => null,
            } is { } mail ? (Mail: mail, Key: b.IsBounded ? OfUnverified(b.EmailKey) : null) : default;
        }).Where(m => m.Mail is not null).ToList();
        return await Within(mails, db, cancellationToken);
    }

    private static string OfUnverified(string emailKey) => MailBounds.OfAddress("unverified", emailKey);

    /// <summary>Without mails that exceed the limit of an unverified address.</summary>
    private async Task<List<Mail>> Within(List<(Mail Mail, string? Key)> mails, UsherDb db, CancellationToken cancellationToken)
    {
        var owed = mails.Where(m => m.Key is null).Select(m => m.Mail).ToList();
        // Each round counts one mail of each address; usually there is one round.
        for (var rest = mails.Where(m => m.Key is not null).ToLookup(m => m.Key!, m => m.Mail).ToDictionary(m => m.Key, m => m.ToList()); rest.Count > 0;)
        {
            var taken = await bounds.Take(rest.Keys, new(options.Value.UnverifiedPerDay, TimeSpan.FromDays(1)), db, cancellationToken);
            foreach (var (key, left) in rest.ToList())
            {
                if (taken.Contains(key))
                    owed.Add(left[0]);
                left.RemoveAt(0);
                if (left.Count == 0 || !taken.Contains(key))
                    rest.Remove(key);
            }
        }
        return owed;
    }

    private async Task<IEnumerable<Mail>> OfEvent(Message message, UsherDb db, CancellationToken cancellationToken)
    {
        var id = message.EventId!.Value;
        var cancelled = message.Type == MessageTypes.EventCancelled;
        var kind = cancelled ? MailKind.EventCancelled : MailKind.EventChanged;
        var bookings = db.Bookings.Where(b => b.EventId == id && b.ConfirmedAt != null
            && (b.Status == BookingStatus.Confirmed || (cancelled && b.CancelReason == CancelReason.EventCancelled)));
        // A buyer who has not been notified of the last change yet gets one mail about both, because a mail shows the current data.
        var buyers = await db.Users
            .Where(u => bookings.Any(b => b.UserId == u.Id)
                && (cancelled || !db.Mails.Any(m => m.SubjectId == id && m.Kind == kind && m.UserId == u.Id && m.State == MailState.Queued && m.Attempts == 0)))
            .Select(u => new { u.Id, u.EmailKey, IsBounded = !u.EmailVerified && !bookings.Any(b => b.UserId == u.Id && b.CapturedMinor > 0) }).ToListAsync(cancellationToken);
        DateTimeOffset? due = cancelled || await bounds.Take($"changed {id}", new(options.Value.EventChangesPerDay, TimeSpan.FromDays(1)), db, cancellationToken) ? null : clock.Now.AddHours(1);
        return await Within(
            buyers.ConvertAll(u => (Owed(kind, id, new(u.Id, u.EmailKey), id, due, edition: cancelled ? 0 : Mail.EditionOf(message.At)), u.IsBounded ? OfUnverified(u.EmailKey) : null)), db, cancellationToken);
    }

    private Mail Owed(MailKind kind, Guid subject, Recipient to, Guid? eventId, DateTimeOffset? dueAt = null, long edition = 0) => new()
    {
        Id = Guid.CreateVersion7(clock.Now),
        Kind = kind,
        SubjectId = subject,
        UserId = to.Id,
        EventId = eventId,
        Edition = edition,
        Domain = EmailAddress.HostOf(to.EmailKey),
        DueAt = dueAt is { } due && due > clock.Now ? due : clock.Now,
        CreatedAt = clock.Now,
    };

    private sealed record Recipient(Guid Id, string EmailKey);
}
