using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts.Contract;

/// <param name="Most">Mails in a window.</param>
/// <param name="Window">It begins with the first mail.</param>
/// <param name="Pause">Between two mails.</param>
internal readonly record struct MailBound(int Most, TimeSpan Window, TimeSpan Pause = default);

/// <summary>
/// Bounds what requests can have mailed. Each count is a row that is taken by the same statement that looks at it: of many requests at once, in
/// whatever processes, no more get through than may.
/// </summary>
internal sealed class MailBounds(DatabaseClock clock, IDatabaseEngine engine)
{
    /// <summary>After which nothing is counted any more.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The address itself is nobody's business.</summary>
    public static string OfAddress(string what, string emailKey) => $"{what} {RefreshChain.Hash(emailKey)}";

    /// <summary>Inside a transaction: counts a mail, unless it is one too many.</summary>
    public async Task<bool> Take(string key, MailBound bound, UsherDb db, CancellationToken cancellationToken) =>
        (await Take([key], bound, db, cancellationToken)).Count == 1;

    /// <returns>For which of the keys a mail was counted.</returns>
    public async Task<HashSet<string>> Take(IReadOnlyCollection<string> keys, MailBound bound, UsherDb db, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return [];
        // In one order, so that two who take the same ones do not wait for each other.
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
