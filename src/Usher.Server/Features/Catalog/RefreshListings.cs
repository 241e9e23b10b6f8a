using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog;

/// <summary>
/// Brings two columns up to date that only help lists to be fast: which events are past, and how popular each is. No
/// answer is wrong while they are behind, and any number of processes may do it.
/// </summary>
internal sealed partial class RefreshListings(
    IServiceScopeFactory scopes, IDatabaseEngine engine, DatabaseClock clock, TimeProvider time, ILogger<RefreshListings> log)
    : RepeatedWork(scopes, Pause, time, log)
{
    private const int Several = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    /// <summary>Sales are found by the time in their ids; whoever's clock is wrong by more is seen in the next whole round.</summary>
    private static readonly TimeSpan Looked = TimeSpan.FromSeconds(60), WholeRound = TimeSpan.FromDays(1);

    private DateTimeOffset _wholeRoundAt;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var past = await Repeat(db, PastAlready(db, now), (ids, token) =>
            db.Events.Where(e => ids.Contains(e.Id) && e.OverAt < now).ExecuteUpdateAsync(set => set.SetProperty(e => e.IsPast, true), token), cancellationToken);

        var whole = now - _wholeRoundAt > WholeRound;
        var risen = await Repeat(db, whole ? Misjudged(db) : Sold(db, now), (ids, token) =>
            db.Events.Where(e => ids.Contains(e.Id)).ExecuteUpdateAsync(set => set.SetProperty(
                // Half a step for each half of a doubling: an event that sells a million takes forty.
                e => e.Popularity, e => (int)(2 * Math.Log(1 + e.Stock.Sold) / Math.Log(2))), token), cancellationToken);
        if (whole)
            _wholeRoundAt = now;
        if (past + risen > 0)
            Log.Refreshed(log, past, risen);
    }

    private static IQueryable<Guid> PastAlready(UsherDb db, DateTimeOffset now) =>
        db.Events.Where(e => e.Publication == Publication.Published && e.CancelledAt == null && !e.IsPast && e.OverAt < now).Select(e => e.Id);

    private static IQueryable<Guid> Misjudged(UsherDb db) =>
        db.Events.Where(e => e.Popularity != (int)(2 * Math.Log(1 + e.Stock.Sold) / Math.Log(2))).Select(e => e.Id);

    private static IQueryable<Guid> Sold(UsherDb db, DateTimeOffset now)
    {
        var first = FirstIdAt(now - Looked);
        var sold = db.Bookings.Where(b => b.Id.CompareTo(first) >= 0).Select(b => b.EventId).Distinct();
        return Misjudged(db).Where(id => sold.Contains(id));
    }

    /// <summary>The lowest UUIDv7 of a moment: the first 48 bits are its milliseconds.</summary>
    private static Guid FirstIdAt(DateTimeOffset moment)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, moment.ToUnixTimeMilliseconds() << 16);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Few at a time, so that nobody waits long for a row, or for the one writer.</summary>
    private async Task<int> Repeat(UsherDb db, IQueryable<Guid> behind, Func<List<Guid>, CancellationToken, Task<int>> update, CancellationToken cancellationToken)
    {
        var changed = 0;
        for (var first = true; ; first = false)
        {
            var ids = await behind.Take(Several).ToListAsync(cancellationToken);
            if (ids.Count == 0 || (!first && changed == 0))
                return changed;
            await using var change = await Change.Begin(db, engine, cancellationToken);
            changed += await update(ids, cancellationToken);
            await change.Commit(cancellationToken);
            if (ids.Count < Several)
                return changed;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Lists refreshed: {Past} events are past, {Risen} changed in popularity")]
        public static partial void Refreshed(ILogger log, int past, int risen);
    }
}
