using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Caching;

/// <summary>
/// An output cache of public answers, as bytes, that may be a moment old. A hit is answered before routing. A miss is a single flight:
/// one request reads, and the others wait for it. It reads without a caller, so that an answer never depends on who asked first.
/// </summary>
internal sealed class KeptAnswers(
    CatalogueEdition edition, IServiceScopeFactory scopes, TimeProvider time, IOptions<CachingOptions> options, RedisAnswers? shared = null)
{
    /// <summary>The contract promises a second; a tenth of it is the margin for transport and for clock differences.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMilliseconds(900);

    /// <summary>
    /// Longest cached address in characters. Longer addresses are so rare that caching them would only help an attacker who fills the
    /// memory.
    /// </summary>
    private const int Longest = 500;

    private readonly Dictionary<string, Booked> _flights = new(StringComparer.Ordinal);
    private readonly Lock _turn = new();
    private readonly long _life = Ticks(Lifetime, time);
    private readonly long _maxBytes = options.Value.MaxMegabytes * 1024L * 1024;
    private Shelf _shelf = new();

    public bool IsEnabled { get; } = options.Value.Enabled;

    /// <summary>Number of cached addresses.</summary>
    public int Count => _shelf.ByAddress.Count;

    /// <summary>Null if the cache has no response for this request.</summary>
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
        // Refreshed while the old response is still valid, so that no caller waits at its end.
        if (now - answer.ReadAt > _life / 2 && slot.TryBeginRefresh(answer))
            _ = Observe(Fly(slot.Question, context.Connection.RemoteIpAddress, isRefresh: true, CancellationToken.None));
        CacheMeasures.Hit();
        context.SetEndpoint(slot.Question.Endpoint);
        return answer.Send(context);
    }

    /// <summary>Handles a request that was routed because the cache had no response for it.</summary>
    public async Task Answer(HttpContext context, KeptRoute route)
    {
        var (shelf, path, spelled) = (_shelf, context.Request.Path.Value ?? "", context.Request.QueryString.Value ?? "");
        var question = new Question(context.GetEndpoint()!, route, route.Parameters.Read(context.Request).Normal(), isShort: path.Length + spelled.Length <= Longest);
        var answer = Find(question.Key);
        if (answer is null)
        {
            CacheMeasures.Miss();
            answer = await Fly(question, context.Connection.RemoteIpAddress, isRefresh: false, context.RequestAborted);
        }
        else
        {
            CacheMeasures.Hit();
        }
        if (answer is null)
        {
            // The result is not a 200, so each caller reads it separately.
            await route.Read(context);
            return;
        }
        if (question.IsShort && shelf.ByKey.TryGetValue(question.Key, out var slot) && shelf.ByAddress.TryAdd((path, spelled), slot)
            && Interlocked.Increment(ref shelf.Addresses) > options.Value.MaxEntries)
            Empty(shelf);
        await answer.Send(context);
    }

    private bool IsFresh(KeptAnswer answer, long now) => answer.Edition == edition.Current && now - answer.ReadAt < _life;

    private KeptAnswer? Find(string key) =>
        _shelf.ByKey.TryGetValue(key, out var slot) && slot.Answer is { } answer && IsFresh(answer, time.GetTimestamp()) ? answer : null;

    /// <summary>Joins a running read, unless that read may have begun before an edit that this caller knows of.</summary>
    /// <param name="from">Address of the caller, for the limit on expensive searches.</param>
    /// <param name="isRefresh">The cached response is no longer good enough.</param>
    private async Task<KeptAnswer?> Fly(Question question, IPAddress? from, bool isRefresh, CancellationToken gone)
    {
        while (true)
        {
            Booked booked;
            lock (_turn)
            {
                if (!isRefresh && Find(question.Key) is { } landed)
                    return landed;
                do
                    booked = _flights.GetValueOrDefault(question.Key) is { Flight.IsOver: false } flying && flying.Edition == edition.Current ? flying
                        : _flights[question.Key] = Begin(question, from);
                while (!booked.Flight.TryBoard());
            }
            try
            {
                return await booked.Flight.Land(gone);
            }
            catch (ProblemException refused) when (refused.Problem.IsOfTheCaller && !Equals(booked.From, from))
            {
                // The first caller is over the limit of its address; another caller may start the read.
            }
        }
    }

    /// <summary>Call it inside the lock.</summary>
    private Booked Begin(Question question, IPAddress? from)
    {
        Booked? booked = null;
        return booked = new(edition.Current, from, new(async cancellationToken =>
        {
            try
            {
                return await Read(question, from, cancellationToken);
            }
            finally
            {
                lock (_turn)
                    if (_flights.GetValueOrDefault(question.Key) == booked)
                        _flights.Remove(question.Key);
            }
        }));
    }

    private async Task<KeptAnswer?> Read(Question question, IPAddress? from, CancellationToken cancellationToken)
    {
        if (shared is not null && await shared.Find(question.Key, youngerThan: Find(question.Key) is null ? Lifetime : Lifetime / 2) is { } found)
        {
            CacheMeasures.ReadShared();
            return Keep(question, found);
        }
        CacheMeasures.ReadDatabase();

        var (since, of, asked) = (time.GetTimestamp(), edition.Current, shared?.Ask());
        await using var scope = scopes.CreateAsyncScope();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = cancellationToken };
        (context.Request.Method, context.Request.Path, context.Request.QueryString) = ("GET", question.Route.Path, new QueryString(question.Query));
        context.Connection.RemoteIpAddress = from;
        context.Response.Body = body;
        context.SetEndpoint(question.Endpoint);
        await question.Route.Read(context);
        if (context.Response is not { StatusCode: 200, ContentType: { } type, Headers: var headers })
            return null;

        var answer = new KeptAnswer(new Rendered(body.ToArray(), headers.ETag.ToString(), type), headers.Link, since, of);
        if (!question.IsShort || answer.Size > _maxBytes / 16)
            return answer;
        if (asked is { } moment)
            shared!.Store(question.Key, answer, moment);
        return Keep(question, answer);
    }

    private KeptAnswer Keep(Question question, KeptAnswer answer)
    {
        var shelf = _shelf;
        var slot = shelf.ByKey.GetOrAdd(question.Key, static (_, question) => new Slot(question), question);
        var before = Interlocked.Exchange(ref slot.Answer, answer);
        if (Interlocked.Add(ref shelf.Bytes, answer.Size - (before?.Size ?? 0)) > _maxBytes)
            Empty(shelf);
        return answer;
    }

    /// <summary>Every entry would have expired within a second.</summary>
    private void Empty(Shelf full) => Interlocked.CompareExchange(ref _shelf, new Shelf(), full);

    private static long Ticks(TimeSpan span, TimeProvider time) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>A failure here occurs again for the next reader, who gets the error.</summary>
    private static async Task Observe(Task refresh) => await refresh.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private sealed class Shelf
    {
        public readonly ConcurrentDictionary<(string Path, string Query), Slot> ByAddress = new();
        public readonly ConcurrentDictionary<string, Slot> ByKey = new(StringComparer.Ordinal);
        public int Addresses;
        public long Bytes;
    }

    /// <param name="Edition">Edition of the catalogue when the read began.</param>
    /// <param name="From">Address of the first caller.</param>
    private sealed record Booked(long Edition, IPAddress? From, Flight<KeptAnswer?> Flight);

    /// <summary>One query, in any spelling.</summary>
    private sealed class Question(Endpoint endpoint, KeptRoute route, string query, bool isShort)
    {
        public Endpoint Endpoint { get; } = endpoint;
        public KeptRoute Route { get; } = route;
        public string Query { get; } = query;
        public string Key { get; } = $"{route.Path}{query}";

        /// <summary>Whether its response may be cached.</summary>
        public bool IsShort { get; } = isShort;
    }

    /// <summary>A query and its response.</summary>
    private sealed class Slot(Question question)
    {
        private KeptAnswer? _refreshed;

        public KeptAnswer? Answer;

        public Question Question { get; } = question;

        public bool TryBeginRefresh(KeptAnswer old) => Interlocked.Exchange(ref _refreshed, old) != old;
    }
}

/// <summary>A public GET without path parameters, whose response may be a moment old.</summary>
internal sealed record KeptRoute(string Path, QueryParameters Parameters, RequestDelegate Read);
