using System.Data.Common;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>
/// Admission control for questions to the catalogue. Each keeps a processor of the database busy, which also sells: few run at
/// once, each for a bounded time, and whoever waits is told soon that it is in vain. One client has a few places in the queue,
/// so that another one's turn comes after the search that is running.
/// </summary>
internal sealed class SearchTurns(IOptions<CatalogOptions> options, TimeProvider time) : IDisposable
{
    private const int Waiting = 500;

    /// <summary>The first searches of a process are compiled first, which takes longer than to run them.</summary>
    private const int Cold = 8, WhileCold = 5;

    private readonly ConcurrencyLimiter _turns = new(Places(AtOnce(options.Value), Waiting));
    private readonly PartitionedRateLimiter<ClientKey> _ofOne = PartitionedRateLimiter.Create<ClientKey, ClientKey>(client => RateLimitPartition.GetConcurrencyLimiter(client, _ =>
    {
        var (atOnce, all) = (AtOnce(options.Value), options.Value.SearchesPerAddress);
        return Places(Math.Min(atOnce, all), Math.Max(0, all - atOnce));
    }));

    private int _answered;

    /// <param name="db">What it asks.</param>
    /// <param name="search">Ends, one way or another, when its token says so.</param>
    public async Task<T> Take<T>(HttpContext context, UsherDb db, Func<CancellationToken, Task<T>> search)
    {
        var gone = context.RequestAborted;
        using var patience = new CancellationTokenSource(Within(options.Value.SearchQueueSeconds), time);
        using var waits = CancellationTokenSource.CreateLinkedTokenSource(gone, patience.Token);
        RateLimitLease? place = null, turn = null;
        try
        {
            place = await _ofOne.AcquireAsync(ClientKey.Of(context, RouteClass.Read), 1, waits.Token);
            turn = place.IsAcquired ? await _turns.AcquireAsync(1, waits.Token) : null;
            return turn is { IsAcquired: true } ? await Run(db, search, gone) : throw Refuse(ofTheCaller: turn is null);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested && turn is null)
        {
            throw Refuse(ofTheCaller: place is null);
        }
        finally
        {
            turn?.Dispose();
            place?.Dispose();
        }
    }

    private async Task<T> Run<T>(UsherDb db, Func<CancellationToken, Task<T>> search, CancellationToken gone)
    {
        using var limit = new CancellationTokenSource(Within(options.Value.SearchSeconds), time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(gone, limit.Token);
        try
        {
            await using var ended = await db.Engine.EndWith(db, ends.Token);
            var found = await search(ends.Token);
            Interlocked.Increment(ref _answered);
            return found;
        }
        catch (Exception cut) when (ends.IsCancellationRequested && cut is OperationCanceledException or DbException)
        {
            gone.ThrowIfCancellationRequested();
            throw Refuse(ofTheCaller: false);
        }
    }

    private TimeSpan Within(double seconds) => TimeSpan.FromSeconds(Volatile.Read(ref _answered) < Cold ? WhileCold * seconds : seconds);

    private static ProblemException Refuse(bool ofTheCaller)
    {
        Guard.Rejected(Guard.SearchQueue);
        return new(new Problem(Problems.Overloaded) { RetryAfterSeconds = 2, IsOfTheCaller = ofTheCaller });
    }

    private static int AtOnce(CatalogOptions options) => options.SearchesAtOnce is > 0 and var set ? set : Environment.ProcessorCount;

    private static ConcurrencyLimiterOptions Places(int atOnce, int waiting) =>
        new() { PermitLimit = atOnce, QueueLimit = waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };

    public void Dispose()
    {
        _turns.Dispose();
        _ofOne.Dispose();
    }
}
