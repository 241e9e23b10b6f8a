using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain.Notifications;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications;

/// <summary>A notice to a buyer, and what became of it.</summary>
/// <param name="BookingId">Null for a notice about the event itself.</param>
/// <param name="Attempts">Tries since it was last queued.</param>
/// <param name="NextAttemptAt">When it is tried next; null when it is not.</param>
/// <param name="LastError">Why the last try failed, as the mail server put it.</param>
/// <param name="MessageId">The Message-ID it has or will have; the same at each try.</param>
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
    private static readonly Dictionary<string, MailState> States =
        new() { ["queued"] = MailState.Queued, ["retrying"] = MailState.Retrying, ["sent"] = MailState.Sent, ["undeliverable"] = MailState.Undeliverable };

    private static readonly QueryParameters Parameters = new([
        .. PageRequest.Parameters,
        new("state", "Only these states.", Values: Choice.Of<MailState>(), Repeats: true),
    ]);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/mails", Methods.Read, Handle)
        .WithName("ListEventMails").WithSummary("The mails to the buyers of an event")
        .WithDescription("For its organizer and admins, newest first: which notice went to whom, and whether it was queued, is being retried, was sent, or could not be delivered.")
        .WithQuery(Parameters).Refuses(Problems.Forbidden, Problems.NotFound, Problems.PageTooDeep);

    private static async Task<Results<Tagged<Paged<MailResponse>>, Problem>> Handle(
        Guid id, Caller caller, UsherDb db, IOptions<MailOptions> options, HttpContext context, CancellationToken cancellationToken)
    {
        var query = Parameters.Read(context.Request);
        var page = PageRequest.From(query);
        var states = query.Many("state").Select(name => States.TryGetValue(name, out var state) ? state : throw Query.Bad("state", $"Any of: {string.Join(", ", States.Keys)}.")).ToList();
        if (await OrganizersEvent.Refuse(db, id, caller, "Only the event's organizer sees its mails.", cancellationToken) is { } no)
            return no;

        var rows = db.Mails.Where(m => m.EventId == id);
        if (states.Count > 0)
            rows = rows.Where(m => states.Contains(m.State));
        var total = await PageRequest.Count(rows, cancellationToken);
        // Ids rise with the time.
        var found = await page.Cut(rows.OrderByDescending(m => m.Id)).AsNoTracking()
            .Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new { Mail = m, u.Username, u.Email }).OrderByDescending(r => r.Mail.Id).ToListAsync(cancellationToken);
        return new Tagged<Paged<MailResponse>>(page.Of(found.ConvertAll(r => MailResponse.Of(r.Mail, r.Username, r.Email, options.Value)), total, context), version: null);
    }
}
