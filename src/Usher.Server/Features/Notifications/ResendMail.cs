using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain.Audit;
using Usher.Domain.Notifications;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications;

internal sealed partial class ResendMail
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/events/{id:uuid}/mails/{mailId:uuid}/resend", Handle)
        .WithName("ResendMail").WithSummary("Send a mail again")
        .WithDescription("Queues the mail as if it had not been tried. A mail that was already sent goes out as a new message with its own Message-ID. A mail that is still " +
            "queued stays as it is. You can resend each mail once a minute, and only a few times a day.")
        .Refuses(Problems.Forbidden, Problems.NotFound, Problems.TooManyMails);

    private static async Task<Results<Accepted<MailResponse>, Problem>> Handle(
        Guid id, Guid mailId, Caller caller, UsherDb db, DatabaseClock clock, MailBounds bounds, IOptions<MailOptions> options, ILogger<ResendMail> log, CancellationToken cancellationToken)
    {
        if (await OrganizersEvent.Refuse(db, id, caller, "Only the event's organizer can send its mails again.", cancellationToken) is { } no)
            return no;
        var now = clock.Now;
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            var queued = await db.Mails.Where(m => m.Id == mailId && m.EventId == id && m.State != MailState.Queued).ExecuteUpdateAsync(m => m
                .SetProperty(x => x.Resends, x => x.State == MailState.Sent ? x.Resends + 1 : x.Resends)
                .SetProperty(x => x.State, MailState.Queued)
                .SetProperty(x => x.Attempts, 0)
                .SetProperty(x => x.DueAt, now)
                .SetProperty(x => x.SentAt, (DateTimeOffset?)null)
                .SetProperty(x => x.LastError, (string?)null), cancellationToken);
            if (queued > 0 && !await MayResend(mailId, bounds, options.Value, db, cancellationToken))
                return new Problem(Problems.TooManyMails, "This mail was sent again a moment ago, or it has reached its limit for today.") { RetryAfterSeconds = Math.Max(1, (int)options.Value.ResendEverySeconds) };
            if (queued > 0)
                change.Audit(AuditAction.MailResent, caller.UserId, eventId: id);
            await change.Commit(cancellationToken);
            if (queued > 0)
                Log.Queued(log, mailId, caller.UserId);
        }
        var found = await db.Mails.AsNoTracking().Where(m => m.Id == mailId && m.EventId == id)
            .Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new { Mail = m, u.Username, u.Email }).SingleOrDefaultAsync(cancellationToken);
        return found is null ? new Problem(Problems.NotFound) : TypedResults.Accepted((string?)null, MailResponse.Of(found.Mail, found.Username, found.Email, options.Value));
    }

    private static async Task<bool> MayResend(Guid mailId, MailBounds bounds, MailOptions options, UsherDb db, CancellationToken cancellationToken)
    {
        var aDay = TimeSpan.FromDays(1);
        var unverified = await db.Mails.Where(m => m.Id == mailId).Join(db.Users.Where(u => !u.EmailVerified), m => m.UserId, u => u.Id, (m, u) => u.EmailKey).SingleOrDefaultAsync(cancellationToken);
        return await bounds.Take($"resend {mailId}", new(options.ResendsPerDay, aDay, TimeSpan.FromSeconds(options.ResendEverySeconds)), db, cancellationToken)
            && (unverified is null || await bounds.Take(MailBounds.OfAddress("unverified", unverified), new(options.UnverifiedPerDay, aDay), db, cancellationToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Mail {MailId} queued again by {UserId}")]
        public static partial void Queued(ILogger log, Guid mailId, Guid userId);
    }
}
