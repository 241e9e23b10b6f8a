using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Domain.Notifications;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Features.Reports.Contract;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications.Letters;

internal static class Occasions
{
    /// <summary>Reads the data of these mails with a few statements for all.</summary>
    public static async Task<List<Occasion>> Read(UsherDb db, AccountLinks links, IReadOnlyList<Mail> mails, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var userIds = mails.Select(m => m.UserId).Distinct().ToList();
        var users = await db.Users.AsNoTracking().Where(u => userIds.Contains(u.Id)).ToDictionaryAsync(u => u.Id, cancellationToken);
        var eventIds = mails.Select(m => m.EventId).OfType<Guid>().Distinct().ToList();
        var events = await db.Events.AsNoTracking().Where(e => eventIds.Contains(e.Id)).ToDictionaryAsync(e => e.Id, cancellationToken);
        var names = await db.TicketTypes.AsNoTracking().Where(t => eventIds.Contains(t.EventId)).Select(t => new { t.Id, t.Name })
            .ToDictionaryAsync(t => t.Id, t => t.Name, cancellationToken);

        var bookingIds = mails.Where(m => IsOfOneBooking(m.Kind)).Select(m => m.SubjectId).ToList();
        var bookings = bookingIds.Count == 0 ? [] : await db.Bookings.AsNoTracking().Include(b => b.Items.OrderBy(i => i.Id)).AsSingleQuery()
            .Where(b => bookingIds.Contains(b.Id)).ToDictionaryAsync(b => b.Id, cancellationToken);
        var ofEvents = await BookingsOfEvents(db, [.. mails.Where(m => IsInACalendar(m.Kind))], cancellationToken);
        var before = await Before(db, [.. mails.Where(m => m.Kind == MailKind.EventChanged)], cancellationToken);
        var reportIds = mails.Where(m => m.Kind == MailKind.Report).Select(m => m.SubjectId).ToList();
        var reports = reportIds.Count == 0 ? [] : (await db.Reports.AsNoTracking().Where(r => reportIds.Contains(r.Id)).ToListAsync(cancellationToken))
            .ToDictionary(r => r.Id, ReportResponse.Of);
        var ofAccounts = await LinksOf(db, [.. mails.Where(m => PurposeOf(m.Kind) is not null).Select(m => m.UserId).Distinct()], cancellationToken);

        var moved = mails.Where(m => m.Kind == MailKind.EmailChanged).Select(m => m.SubjectId).ToList();
        var former = moved.Count == 0 ? [] : await db.FormerAddresses.AsNoTracking().Where(a => moved.Contains(a.Id)).ToDictionaryAsync(a => a.Id, cancellationToken);

        return [.. mails.Select(m =>
        {
            var (user, link) = (users[m.UserId], LinkOf(m));
            return new Occasion(
                m, user, m.EventId is { } id ? events[id] : null,
                bookings.GetValueOrDefault(m.SubjectId), [.. ofEvents[(m.EventId, m.UserId)]],
                names, reports.GetValueOrDefault(m.SubjectId), link is null ? null : links.AddressOf(link),
                m.Kind == MailKind.VerifyEmail && link is not null && link.EmailKey == user.PendingEmailKey, former.GetValueOrDefault(m.SubjectId),
                m.Kind == MailKind.EventChanged ? before[m.EventId!.Value].FirstOrDefault(f => Mail.EditionOf(f.ChangedAt) >= m.Edition) : null, now);
        })];

        // A link goes only to its own address, and nowhere if the account no longer has that address.
        AccountLink? LinkOf(Mail mail)
        {
            var user = users[mail.UserId];
            return ofAccounts[mail.UserId].LastOrDefault(link => link.Purpose == PurposeOf(mail.Kind) && mail.Kind switch
            {
                MailKind.EmailChanged => link.EmailKey == former.GetValueOrDefault(mail.SubjectId)?.EmailKey,
                MailKind.VerifyEmail => link.Id == mail.SubjectId && (link.EmailKey == user.EmailKey || link.EmailKey == user.PendingEmailKey),
                MailKind.ResetPassword => link.Id == mail.SubjectId && link.EmailKey == user.EmailKey,
                _ => link.EmailKey == user.EmailKey,
            });
        }
    }

    /// <summary>In order of time.</summary>
    private static async Task<ILookup<Guid, AccountLink>> LinksOf(UsherDb db, Guid[] users, CancellationToken cancellationToken) =>
        (users.Length == 0 ? [] : await db.AccountLinks.AsNoTracking().Where(l => l.UserId != null && users.Contains(l.UserId.Value)).OrderBy(l => l.Id).ToListAsync(cancellationToken))
            .ToLookup(l => l.UserId!.Value);

    private static LinkPurpose? PurposeOf(MailKind kind) => kind switch
    {
        MailKind.Welcome or MailKind.VerifyEmail => LinkPurpose.VerifyEmail,
        MailKind.ResetPassword => LinkPurpose.ResetPassword,
        MailKind.EmailChanged => LinkPurpose.UndoEmailChange,
        _ => null,
    };

    private static async Task<ILookup<(Guid?, Guid), Booking>> BookingsOfEvents(UsherDb db, Mail[] mails, CancellationToken cancellationToken)
    {
        var (events, users) = (mails.Select(m => m.EventId!.Value).Distinct().ToList(), mails.Select(m => m.UserId).Distinct().ToList());
        var bookings = mails.Length == 0 ? [] : await db.Bookings.AsNoTracking()
            .Where(b => events.Contains(b.EventId) && users.Contains(b.UserId) && b.ConfirmedAt != null).OrderBy(b => b.Id).ToListAsync(cancellationToken);
        return bookings.ToLookup(b => ((Guid?)b.EventId, b.UserId));
    }

    private static bool IsOfOneBooking(MailKind kind) => kind is MailKind.BookingConfirmed or MailKind.BookingCancelled or MailKind.HoldExpiring;

    private static bool IsInACalendar(MailKind kind) => kind is MailKind.BookingConfirmed or MailKind.BookingCancelled or MailKind.EventChanged or MailKind.EventCancelled;

    /// <summary>In order of time.</summary>
    private static async Task<ILookup<Guid, FormerEvent>> Before(UsherDb db, Mail[] mails, CancellationToken cancellationToken)
    {
        var events = mails.Select(m => m.EventId!.Value).Distinct().ToList();
        return (mails.Length == 0 ? [] : await db.FormerEvents.AsNoTracking().Where(f => events.Contains(f.EventId)).OrderBy(f => f.ChangedAt).ToListAsync(cancellationToken))
            .ToLookup(f => f.EventId);
    }
}
