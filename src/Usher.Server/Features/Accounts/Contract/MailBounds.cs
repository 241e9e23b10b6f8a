using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts.Contract;

/// <param name="Most">Mails in a window.</param>
/// <param name="Window">Length of the window, which begins with the first mail.</param>
/// <param name="Pause">Shortest time between two mails.</param>
internal readonly record struct MailBound(int Most, TimeSpan Window, TimeSpan Pause = default);

/// <summary>
/// Limits the mails that requests can cause. One statement checks and updates the row of a count, so concurrent requests in any processes
/// cannot exceed the limit.
/// </summary>
internal sealed class MailBounds(DatabaseClock clock, IDatabaseEngine engine)
{
    /// <summary>Time after which a count expires.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>A hash: the count does not need the address itself.</summary>
    public static string OfAddress(string what, string emailKey) => $"{what} {RefreshChain.Hash(emailKey)}";

    /// <summary>Counts a mail in a transaction, unless it exceeds the limit.</summary>
    public async Task<bool> Take(string key, MailBound bound, UsherDb db, CancellationToken cancellationToken) =>
        (await Take([key], bound, db, cancellationToken)).Count == 1;

    /// <returns>The keys for which a mail was counted.</returns>
    public async Task<HashSet<string>> Take(IReadOnlyCollection<string> keys, MailBound bound, UsherDb db, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return [];
        // In one order, to avoid deadlocks.
        string[] sorted = [.. keys.Distinct().Order(StringComparer.Ordinal)];
        var (now, over, before) = (engine.ValueOf(clock.Now), engine.ValueOf(clock.Now - bound.Window), engine.ValueOf(clock.Now - bound.Pause));
        var source = engine.Pick(
            sqlite: () => Sql.Of($"SELECT value, {now}, 1, {now} FROM json_each({JsonSerializer.Serialize(sorted)}) WHERE true"),
            postgres: () => Sql.Of($"SELECT d, {now}, 1, {now} FROM unnest({sorted}) AS d"));
        var sql = Sql.Of($"""
            INSERT INTO mail_counts (key, since, count, last_at) {source}
            ON CONFLICT (key) DO UPDATE SET last_at = excluded.last_at,
                since = CASE WHEN mail_counts.since <= {over} THEN excluded.since ELSE mail_counts.since END,
                count = CASE WHEN mail_counts.since <= {over} THEN 1 ELSE mail_counts.count + 1 END
            WHERE mail_counts.last_at <= {before} AND (mail_counts.since <= {over} OR mail_counts.count < {bound.Most})
            RETURNING key
            """);
        return [.. await db.Database.SqlQueryRaw<string>(sql.Text, [.. sql.Values]).ToListAsync(cancellationToken)];
    }
}
