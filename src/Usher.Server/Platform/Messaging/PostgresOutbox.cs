using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Messaging;

internal sealed class PostgresOutbox : IOutbox
{
    public Task<List<OutboxRow>> Claim(
        UsherDb db, long after, int atMost, DateTimeOffset now, DateTimeOffset leaseEnds, CancellationToken cancellationToken) => db.Set<OutboxRow>().FromSql($"""
        WITH due AS MATERIALIZED (
            SELECT id FROM outbox WHERE id > {after} AND (due_at IS NULL OR due_at <= {now}) AND dead_reason IS NULL
            ORDER BY id LIMIT {atMost} FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE outbox o SET due_at = {leaseEnds} FROM due WHERE o.id = due.id RETURNING o.*
        """).AsNoTracking().ToListAsync(cancellationToken);

    public Task<List<long>> EnterInbox(
        UsherDb db, string consumer, IReadOnlyList<long> messages, DateTimeOffset now, CancellationToken cancellationToken) => db.Database.SqlQuery<long>($"""
        INSERT INTO inbox (consumer, message_id, applied_at) SELECT {consumer}, id, {now} FROM unnest({messages}) AS id ORDER BY id
        ON CONFLICT DO NOTHING RETURNING message_id AS "Value"
        """).ToListAsync(cancellationToken);
}
