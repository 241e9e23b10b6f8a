using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Notifications;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications.Sending;

/// <summary>Queue of mails, oldest first. All operations work on sets, because a cancelled event causes fifty thousand at once.</summary>
internal static class MailQueue
{
    private const int MostAtOnce = 5_000;

    /// <summary>Adds mails in a transaction, without duplicates, and without mails to erased accounts.</summary>
    public static async Task Add(UsherDb db, IEnumerable<Mail> mails, CancellationToken cancellationToken)
    {
        foreach (var some in mails.Chunk(MostAtOnce))
            await db.Database.ExecuteSqlAsync(db.Engine.Pick(sqlite: () => InsertAsJson(some), postgres: () => InsertAsArrays(some)), cancellationToken);
    }

    /// <summary>Claims due mails under a lease.</summary>
    public static async Task<List<Mail>> Claim(UsherDb db, int most, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        // A read first, because it blocks no writer; SQLite has only one.
        if (!await db.Mails.AnyAsync(m => m.State < MailState.Sent && m.DueAt <= now, cancellationToken))
            return [];
        await using var change = await Change.Begin(db, cancellationToken);
        var unsent = Sql.Of($"state < {Sql.Number(MailState.Sent)}");
        var claim = db.Engine.Pick(
            sqlite: () => Sql.Of($"""
                UPDATE mails SET attempts = attempts + 1, due_at = {(now + lease).ToUnixTimeMilliseconds()} WHERE id IN (
                    SELECT id FROM mails WHERE {unsent} AND due_at <= {now.ToUnixTimeMilliseconds()} ORDER BY due_at, id LIMIT {most}) RETURNING *
                """),
            // As an array: joined to the subquery, it could run again and claim more.
            postgres: () => Sql.Of($"""
                UPDATE mails SET attempts = attempts + 1, due_at = {now + lease} WHERE id = ANY (ARRAY(
                    SELECT id FROM mails WHERE {unsent} AND due_at <= {now} ORDER BY due_at, id LIMIT {most} FOR UPDATE SKIP LOCKED)) RETURNING *
                """));
        var claimed = await db.Mails.FromSqlRaw(claim.Text, [.. claim.Values]).AsNoTracking().ToListAsync(cancellationToken);
        await change.Commit(cancellationToken);
        return [.. claimed.OrderBy(m => m.CreatedAt).ThenBy(m => m.Id)];
    }

    /// <summary>Whether a claimed mail is still queued: its recipient may have been erased.</summary>
    public static Task<bool> IsOwed(UsherDb db, Mail mail, CancellationToken cancellationToken) =>
        db.Mails.AnyAsync(m => m.Id == mail.Id && m.Resends == mail.Resends && m.State < MailState.Sent && db.Users.Any(u => u.Id == m.UserId && u.ErasedAt == null), cancellationToken);

    /// <summary>Releases claimed mails that were not attempted.</summary>
    public static async Task Return(UsherDb db, IReadOnlyList<Mail> untried, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        if (untried.Count == 0)
            return;
        var ids = untried.Select(m => m.Id).ToList();
        await using var change = await Change.Begin(db, cancellationToken);
        await db.Mails.Where(m => ids.Contains(m.Id) && m.State < MailState.Sent).ExecuteUpdateAsync(m => m
            .SetProperty(x => x.DueAt, dueAt)
            .SetProperty(x => x.Attempts, x => x.Attempts - 1), cancellationToken);
        await change.Commit(cancellationToken);
    }

    /// <summary>Postpones due mails to a failing host; otherwise each would be claimed for nothing.</summary>
    public static async Task Postpone(UsherDb db, string domain, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var change = await Change.Begin(db, cancellationToken);
        await db.Mails.Where(m => m.Domain == domain && m.State < MailState.Sent && m.DueAt <= now).OrderBy(m => m.DueAt).Take(MostAtOnce)
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.DueAt, until), cancellationToken);
        await change.Commit(cancellationToken);
    }

    private static FormattableString InsertAsArrays(Mail[] mails) => $"""
        INSERT INTO mails (id, kind, subject_id, user_id, event_id, edition, domain, due_at, created_at, state, attempts, resends)
        SELECT d.*, 0, 0, 0 FROM unnest({Array.ConvertAll(mails, m => m.Id)}, {Array.ConvertAll(mails, m => (short)m.Kind)},
            {Array.ConvertAll(mails, m => m.SubjectId)}, {Array.ConvertAll(mails, m => m.UserId)}, {Array.ConvertAll(mails, m => m.EventId)},
            {Array.ConvertAll(mails, m => m.Edition)}, {Array.ConvertAll(mails, m => m.Domain)},
            {Array.ConvertAll(mails, m => m.DueAt)}, {Array.ConvertAll(mails, m => m.CreatedAt)})
            AS d (id, kind, subject_id, user_id, event_id, edition, domain, due_at, created_at)
        JOIN users u ON u.id = d.user_id WHERE u.erased_at IS NULL FOR KEY SHARE OF u
        ON CONFLICT DO NOTHING
        """;

    private static FormattableString InsertAsJson(Mail[] mails)
    {
        // SQLite stores an id as text in upper case.
        var json = JsonSerializer.Serialize(mails.Select(m => new object?[]
        {
            Upper(m.Id), (short)m.Kind, Upper(m.SubjectId), Upper(m.UserId), Upper(m.EventId), m.Edition, m.Domain, m.DueAt.ToUnixTimeMilliseconds(), m.CreatedAt.ToUnixTimeMilliseconds(),
        }));
        return $"""
            INSERT INTO mails (id, kind, subject_id, user_id, event_id, edition, domain, due_at, created_at, state, attempts, resends)
            SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, 0, 0, 0
            FROM json_each({json}) JOIN users u ON u.id = value ->> 3 WHERE u.erased_at IS NULL ON CONFLICT DO NOTHING
            """;
    }

    private static string? Upper(Guid? id) => id?.ToString("D").ToUpperInvariant();
}
