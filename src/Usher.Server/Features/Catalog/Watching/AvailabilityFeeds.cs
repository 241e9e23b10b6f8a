using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Watching;

/// <summary>One query every half second for each watched event, for all its watchers. Sales of other processes show like those of this one.</summary>
internal sealed class AvailabilityFeeds(
    EventReads events, IDatabaseEngine engine, IOptions<CatalogOptions> options, IOptions<RateLimitingOptions> limits, JobHealth jobs, TimeProvider time,
    IHostApplicationLifetime lifetime, ILogger<AvailabilityFeeds> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>So often the pause doubles while the looks fail: up to four seconds.</summary>
    private const int MostDoublings = 3;

    private readonly Dictionary<Guid, Feed> _feeds = [];
    private readonly Dictionary<ClientKey, int> _watchersAt = [];
    private readonly Lock _turn = new();
    private int _watchers;

    /// <summary>Null if the limit of watchers is reached, in total or for the address. Dispose it when the watcher has gone.</summary>
    public Watcher? Join(Guid id, SeenEvent first, IPAddress? address)
    {
        var client = ClientKey.At(address);
        lock (_turn)
        {
            var atAddress = _watchersAt.GetValueOrDefault(client);
            if (_watchers >= options.Value.MaxStreams || (limits.Value.Enabled && atAddress >= options.Value.MaxStreamsPerAddress))
            {
                Guard.Rejected(Guard.Streams);
                return null;
            }
            _watchers++;
            _watchersAt[client] = atAddress + 1;
            if (!_feeds.TryGetValue(id, out var feed))
            {
                _feeds[id] = feed = new Feed(new State(first));
                _ = Task.Run(() => Follow(id, feed));
            }
            feed.Watchers++;
            return new Watcher(feed, TimeSpan.FromSeconds(options.Value.StreamPingSeconds), () => Leave(id, feed, client));
        }
    }

    private void Leave(Guid id, Feed feed, ClientKey client)
    {
        lock (_turn)
        {
            _watchers--;
            if (--_watchersAt[client] == 0)
                _watchersAt.Remove(client);
            if (--feed.Watchers == 0)
                Forget(id, feed);
        }
    }

    private void Forget(Guid id, Feed feed)
    {
        lock (_turn)
        {
            if (_feeds.TryGetValue(id, out var known) && known == feed)
                _feeds.Remove(id);
            // Nobody looks any more, so nothing fails.
            if (_feeds.Count == 0)
                jobs.Worked(nameof(AvailabilityFeeds), log);
        }
        feed.Over.Cancel();
    }

    private async Task Follow(Guid id, Feed feed)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(feed.Over.Token, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Pause, time);
        var failures = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(ends.Token))
            {
                try
                {
                    var (before, seen) = (feed.Now!, await events.Read(id, ends.Token));
                    if (seen is null)
                        break;
                    if (new State(seen) is var state && state.Id != before.Id)
                        feed.Show(state);
                    failures = 0;
                    jobs.Worked(nameof(AvailabilityFeeds), log);
                }
                catch (Exception away) when (!ends.IsCancellationRequested)
                {
                    failures++;
                    jobs.Failed(nameof(AvailabilityFeeds), away, log, engine.IsTransient(away));
                }
                timer.Period = RepeatedWork.PauseAfter(Math.Min(failures, MostDoublings), Pause);
            }
        }
        catch (OperationCanceledException)
        {
            // The last watcher has gone, or the program is stopping.
        }
        Forget(id, feed);
        feed.Show(null);
    }

    /// <summary>Availability at one moment, until the next state.</summary>
    public sealed class State(SeenEvent seen)
    {
        private readonly TaskCompletionSource _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SeenEvent Seen { get; } = seen;

        /// <summary>The same for equal states, in every process.</summary>
        public string Id { get; } = Rendered.Stamp(JsonSerializer.SerializeToUtf8Bytes(AvailabilityResponse.Of(seen) with { AsOf = default }, StrictJson.Options))
            + (seen.IsPublic ? "" : "-draft");

        public Task Superseded => _superseded.Task;

        public void Supersede() => _superseded.TrySetResult();
    }

    public sealed class Watcher(Feed feed, TimeSpan pingAfter, Action leave) : IDisposable
    {
        public State? Now => feed.Now;
        public TimeSpan PingAfter { get; } = pingAfter;

        public void Dispose() => leave();
    }

    public sealed class Feed(State first)
    {
        private State? _now = first;

        public State? Now => Volatile.Read(ref _now);
        public int Watchers { get; set; }
        public CancellationTokenSource Over { get; } = new();

        public void Show(State? next) => Interlocked.Exchange(ref _now, next)?.Supersede();
    }
}
