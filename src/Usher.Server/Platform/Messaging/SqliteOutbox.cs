using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Messaging;

internal sealed class SqliteOutbox : IOutbox
{
    public Task<List<OutboxRow>> Claim(
        UsherDb db, long after, int atMost, DateTimeOffset now, DateTimeOffset leaseEnds, CancellationToken cancellationToken) => db.Set<OutboxRow>().FromSql($"""
        UPDATE outbox SET due_at = {leaseEnds.ToUnixTimeMilliseconds()} WHERE id IN (
            SELECT id FROM outbox WHERE id > {after} AND (due_at IS NULL OR due_at <= {now.ToUnixTimeMilliseconds()}) AND dead_reason IS NULL
            ORDER BY id LIMIT {atMost})
        RETURNING *
        """).AsNoTracking().ToListAsync(cancellationToken);

    public Task<List<long>> EnterInbox(
        UsherDb db, string consumer, IReadOnlyList<long> messages, DateTimeOffset now, CancellationToken cancellationToken) => db.Database.SqlQuery<long>($"""
        INSERT INTO inbox (consumer, message_id, applied_at) SELECT {consumer}, value, {now.ToUnixTimeMilliseconds()} FROM json_each({JsonSerializer.Serialize(messages)})
        WHERE true ON CONFLICT DO NOTHING RETURNING message_id AS "Value"
        """).ToListAsync(cancellationToken);
}
