using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain.Notifications;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications;

/// <summary>A notice to a buyer, and its state.</summary>
/// <param name="BookingId">The booking that the notice is about. Null for a notice about the event itself.</param>
/// <param name="Attempts">Number of attempts since the mail was last queued.</param>
/// <param name="NextAttemptAt">Time of the next attempt. Null if there is none.</param>
/// <param name="LastError">Error of the last attempt, in the words of the mail server.</param>
/// <param name="MessageId">Message-ID of the mail. It is the same for each attempt.</param>
public sealed record MailResponse(
    Guid Id, MailKind Kind, MailState State, MailRecipient Recipient, Guid EventId, Guid? BookingId, int Attempts, DateTimeOffset? NextAttemptAt,
    string? LastError, string MessageId, DateTimeOffset CreatedAt, DateTimeOffset? SentAt)
{
    internal static MailResponse Of(Mail mail, string username, string email, MailOptions options) => new(
        mail.Id, mail.Kind, mail.State, new(mail.UserId, username, email), mail.EventId!.Value, mail.SubjectId == mail.EventId ? null : mail.SubjectId, mail.Attempts,
        mail.State < MailState.Sent ? mail.DueAt : null, mail.LastError, $"{mail.MessageKey}@{MailOptions.HostOf(options.Sender)}", mail.CreatedAt, mail.SentAt);
}

public sealed record MailRecipient(Guid UserId, string Username, string Email);

internal static class ListMails
{
    private static readonly QueryParameters Parameters = new([
        .. PageRequest.Parameters,
        new("state", "Mails in any of these states.", Values: Choice.Of<MailState>(), Repeats: true),
    ]);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/mails", Methods.Read, Handle)
        .WithName("ListEventMails").WithSummary("List the mails to the buyers of an event")
        .WithDescription("For the event's organizer and admins, newest first. Each item states which notice went to whom, and whether it was queued, is being retried, was " +
            "sent, or could not be delivered.")
        .WithQuery(Parameters).Refuses(Problems.Forbidden, Problems.NotFound, Problems.PageTooDeep);

    private static async Task<Results<Tagged<Paged<MailResponse>>, Problem>> Handle(
        Guid id, Caller caller, UsherDb db, IOptions<MailOptions> options, HttpContext context, CancellationToken cancellationToken)
    {
        var query = Parameters.Read(context.Request);
        var page = PageRequest.From(query);
        var states = query.ManyOf<MailState>("state");
        if (await OrganizersEvent.Refuse(db, id, caller, "Only the event's organizer can see its mails.", cancellationToken) is { } no)
            return no;

        var rows = db.Mails.Where(m => m.EventId == id);
        if (states.Count > 0)
            rows = rows.Where(m => states.Contains(m.State));
        var total = await PageRequest.Count(rows, cancellationToken);
        // Ids are in order of time.
        var found = await page.Cut(rows.OrderByDescending(m => m.Id)).AsNoTracking()
            .Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new { Mail = m, u.Username, u.Email }).OrderByDescending(r => r.Mail.Id).ToListAsync(cancellationToken);
        return new Tagged<Paged<MailResponse>>(page.Of(found.ConvertAll(r => MailResponse.Of(r.Mail, r.Username, r.Email, options.Value)), total, context), version: null);
    }
}
