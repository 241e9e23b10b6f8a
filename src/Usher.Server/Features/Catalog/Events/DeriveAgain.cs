using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>
/// Derives words and keys again after an upgrade that changed their rules. Each row stores the version of its rules, so an interrupted run
/// continues where it stopped. Searches use the old derivation meanwhile.
/// </summary>
internal sealed partial class DeriveAgain(
    IServiceScopeFactory scopes, TimeProvider time, IOptions<CatalogOptions> options, ILogger<DeriveAgain> log)
    : RepeatedWork(scopes, TimeSpan.FromSeconds(options.Value.RefreshSeconds), time, log)
{
    /// <summary>Rows per transaction, so that no other transaction waits long for a row, or for the single writer.</summary>
    private const int Several = 200;

    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        for (var (all, now) = (0, Several); now == Several; all += now)
        {
            now = await DeriveSome(db, cancellationToken);
            if (now > 0 && (now < Several || all % (50 * Several) == 0))
                Log.Derived(log, all + now);
        }
    }

    private static async Task<int> DeriveSome(UsherDb db, CancellationToken cancellationToken)
    {
        // A locked row is derived by its own change, or in the next round.
        var locked = db.Engine.Pick(sqlite: () => "", postgres: () => "FOR NO KEY UPDATE SKIP LOCKED");
        await using var change = await Change.BeginLazily(db, cancellationToken);
        // With the text of the partial index, which excludes up-to-date rows.
        var sql = Sql.Of($"SELECT * FROM events WHERE {Sql.Plain(UsherDb.ToDerive)} ORDER BY id LIMIT {Several} {Sql.Plain(locked)}");
        var rows = await db.Events.FromSqlRaw(sql.Text, [.. sql.Values]).ToListAsync(cancellationToken);
        rows.ForEach(row => row.DescribeWords());
        await change.Commit(cancellationToken);
        db.ChangeTracker.Clear();
        return rows.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "What {Events} events are found by was derived again, as this version has other rules")]
        public static partial void Derived(ILogger log, int events);
    }
}
