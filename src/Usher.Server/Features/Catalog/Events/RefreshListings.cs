using System.Buffers.Binary;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>Updates two columns that only speed up lists: past events, and popularity. No response is wrong while they are behind.</summary>
internal sealed partial class RefreshListings(
    IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, IOptions<CatalogOptions> options, ILogger<RefreshListings> log)
    : RepeatedWork(scopes, TimeSpan.FromSeconds(options.Value.RefreshSeconds), time, log)
{
    /// <summary>Rows per transaction, so that no other transaction waits long for a row, or for the single writer.</summary>
    private const int Several = 1_000;

    /// <summary>Two steps for each doubling: an event that sells a million tickets moves forty times.</summary>
    private static readonly Sql Popularity = Sql.Plain("CAST(floor(2 * ln(1 + s.sold) / ln(2)) AS int)");

    /// <summary>Sales are found by the time in their ids. A larger clock error shows in the next full round.</summary>
    private readonly TimeSpan _looksBack = TimeSpan.FromSeconds(30 + 2 * options.Value.RefreshSeconds);

    private DateTimeOffset _wholeRoundAt;

    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var past = await Repeat(db, Sql.Of($"""
            UPDATE events SET is_past = TRUE WHERE id IN (
                SELECT e.id FROM events e WHERE {Sql.Plain(UsherDb.OnShow)} AND e.starts_at < {db.Engine.ValueOf(now)} AND e.over_at < {db.Engine.ValueOf(now)} LIMIT {Several})
            """), cancellationToken);

        var whole = now - _wholeRoundAt > TimeSpan.FromDays(1);
        var among = whole ? Sql.Plain("1 = 1") : Sql.Of($"s.event_id IN (SELECT b.event_id FROM bookings b WHERE b.id >= {FirstIdAt(now - _looksBack)})");
        var moved = await Repeat(db, Sql.Of($"""
            UPDATE events SET popularity = n.popularity FROM (
                SELECT s.event_id, {Popularity} AS popularity FROM event_stock s JOIN events e ON e.id = s.event_id
                WHERE {among} AND e.popularity <> {Popularity} LIMIT {Several}) n
            WHERE events.id = n.event_id
            """), cancellationToken);
        if (whole)
            _wholeRoundAt = now;
        if (past + moved > 0)
            Log.Refreshed(log, past, moved);
    }

    private static async Task<int> Repeat(UsherDb db, Sql update, CancellationToken cancellationToken)
    {
        for (var changed = 0; ;)
        {
            await using var change = await Change.Begin(db, cancellationToken);
            var now = await db.Database.ExecuteSqlRawAsync(update.Text, update.Values, cancellationToken);
            await change.Commit(cancellationToken);
            changed += now;
            if (now < Several)
                return changed;
        }
    }

    /// <summary>Lowest UUIDv7 of an instant: its first 48 bits are the milliseconds.</summary>
    private static Guid FirstIdAt(DateTimeOffset moment)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, moment.ToUnixTimeMilliseconds() << 16);
        return new Guid(bytes, bigEndian: true);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Lists refreshed: {Past} events are past, {Moved} moved in popularity")]
        public static partial void Refreshed(ILogger log, int past, int moved);
    }
}
