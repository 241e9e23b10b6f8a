using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Caching;

/// <summary>
/// Public answers that may be a moment old, kept as bytes. A hit is answered before routing; of those who find nothing,
/// one reads and the others wait for it. An answer is read as a stranger, whoever asked first.
/// </summary>
internal sealed class KeptAnswers(
    CatalogueEdition edition, IServiceScopeFactory scopes, TimeProvider time, IOptions<CachingOptions> options, RedisAnswers? shared = null)
{
    /// <summary>A second is promised; a tenth of it is kept for the way and for clocks that differ.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMilliseconds(900);

    private readonly long _life = Ticks(Lifetime, time);
    private readonly long _maxBytes = options.Value.MaxMegabytes * 1024L * 1024;
    private Shelf _shelf = new();

    public bool IsEnabled { get; } = options.Value.Enabled;

    /// <summary>Null when there is nothing to be shown to this request.</summary>
    public Task? TryAnswer(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return null;
        if (!_shelf.ByAddress.TryGetValue((request.Path.Value ?? "", request.QueryString.Value ?? ""), out var slot))
            return null;
        var now = time.GetTimestamp();
        if (slot.Answer is not { } answer || !IsFresh(answer, now))
            return null;
        // Read anew while the old one is still good, so that nobody waits at the end of its life.
        if (now - answer.ReadAt > _life / 2 && slot.TryBeginRefresh(answer))
            _ = Observe(slot.Join(edition.Current, () => null, () => Task.Run(() => Read(slot))));
        CacheMeasures.Hit();
        context.SetEndpoint(slot.Endpoint);
        return answer.Send(context);
    }

    /// <summary>For a request that was routed here because nothing was kept for it.</summary>
    public async Task Answer(HttpContext context, KeptRoute route)
    {
        var shelf = _shelf;
        var query = route.Parameters.Read(context.Request).Normal();
        var slot = shelf.ByKey.GetOrAdd($"{route.Path}{query}", static (_, made) => new Slot(made.Endpoint, made.route, made.query), (Endpoint: context.GetEndpoint()!, route, query));
        if (shelf.ByAddress.TryAdd((context.Request.Path.Value ?? "", context.Request.QueryString.Value ?? ""), slot)
            && Interlocked.Increment(ref shelf.Addresses) > options.Value.MaxEntries)
            Empty(shelf);

        KeptAnswer? answer;
        if (slot.Answer is { } kept && IsFresh(kept, time.GetTimestamp()))
        {
            CacheMeasures.Hit();
            answer = kept;
        }
        else
        {
            CacheMeasures.Miss();
            answer = await Fly(slot).WaitAsync(context.RequestAborted);
        }
        await (answer is null ? route.Read(context) : answer.Send(context));
    }

    private bool IsFresh(KeptAnswer answer, long now) => answer.Edition == edition.Current && now - answer.ReadAt < _life;

    /// <summary>Joins whoever reads already, unless they may have begun before an edit that this reader knows of.</summary>
    private Task<KeptAnswer?> Fly(Slot slot) => slot.Join(
        edition.Current, () => slot.Answer is { } answer && IsFresh(answer, time.GetTimestamp()) ? answer : null, () => Task.Run(() => Read(slot)));

    private async Task<KeptAnswer?> Read(Slot slot)
    {
        if (shared is not null && await shared.Find(slot.Key, youngerThan: slot.Answer is null ? Lifetime : Lifetime / 2) is { } found)
        {
            CacheMeasures.ReadShared();
            return Keep(slot, found);
        }
        CacheMeasures.ReadDatabase();

        var (since, of, asked) = (time.GetTimestamp(), edition.Current, shared?.Ask());
        await using var scope = scopes.CreateAsyncScope();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        (context.Request.Method, context.Request.Path, context.Request.QueryString) = ("GET", slot.Route.Path, new QueryString(slot.Query));
        context.Response.Body = body;
        context.SetEndpoint(slot.Endpoint);
        await slot.Route.Read(context);
        if (context.Response is not { StatusCode: 200, ContentType: { } type, Headers: var headers })
            return null;

        var answer = new KeptAnswer(new Rendered(body.ToArray(), headers.ETag.ToString(), type), headers.Link, since, of);
        if (answer.Size > _maxBytes / 16)
            return answer;
        if (asked is { } question)
            shared!.Store(slot.Key, answer, question);
        return Keep(slot, answer);
    }

    private KeptAnswer Keep(Slot slot, KeptAnswer answer)
    {
        var before = Interlocked.Exchange(ref slot.Answer, answer);
        var shelf = _shelf;
        if (Interlocked.Add(ref shelf.Bytes, answer.Size - (before?.Size ?? 0)) > _maxBytes)
            Empty(shelf);
        return answer;
    }

    /// <summary>Nothing on it would have lived for another second.</summary>
    private void Empty(Shelf full) => Interlocked.CompareExchange(ref _shelf, new Shelf(), full);

    private static long Ticks(TimeSpan span, TimeProvider time) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>What fails here fails again for the next reader, who is told.</summary>
    private static async Task Observe(Task refresh) => await refresh.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private sealed class Shelf
    {
        public readonly ConcurrentDictionary<(string Path, string Query), Slot> ByAddress = new();
        public readonly ConcurrentDictionary<string, Slot> ByKey = new(StringComparer.Ordinal);
        public int Addresses;
        public long Bytes;
    }

    /// <summary>One question, however it is spelled, and its answer.</summary>
    private sealed class Slot(Endpoint endpoint, KeptRoute route, string query)
    {
        private readonly Lock _turn = new();
        private Task<KeptAnswer?>? _flight;
        private long _flightEdition;
        private KeptAnswer? _refreshed;

        public KeptAnswer? Answer;

        public Endpoint Endpoint { get; } = endpoint;
        public KeptRoute Route { get; } = route;
        public string Query { get; } = query;
        public string Key { get; } = $"{route.Path}{query}";

        public bool TryBeginRefresh(KeptAnswer old) => Interlocked.Exchange(ref _refreshed, old) != old;

        /// <param name="landed">What the flight before may have brought since the caller looked.</param>
        public Task<KeptAnswer?> Join(long edition, Func<KeptAnswer?> landed, Func<Task<KeptAnswer?>> read)
        {
            lock (_turn)
            {
                if (_flight is { IsCompleted: false } && _flightEdition == edition)
                    return _flight;
                if (landed() is { } answer)
                    return Task.FromResult<KeptAnswer?>(answer);
                (_flight, _flightEdition) = (read(), edition);
                return _flight;
            }
        }
    }
}

/// <summary>A public GET without anything in its path, whose answer may be a moment old.</summary>
internal sealed record KeptRoute(string Path, QueryParameters Parameters, RequestDelegate Read);
