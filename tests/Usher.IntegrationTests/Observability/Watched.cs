using System.Collections.Concurrent;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Observability;

[CollectionDefinition(nameof(Watched))]
public sealed class WatchedTests : ICollectionFixture<Watched>;

/// <summary>A server an engine that is watched in every way there is, for the tests of this folder.</summary>
public sealed class Watched(Servers servers) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Engine, Lazy<Task<Stage>>> _stages = new();

    internal Task<Stage> On(Engine engine) => _stages.GetOrAdd(engine, e => new(() => Stage.Set(servers, e))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in _stages.Values)
            await (await stage.Value).DisposeAsync();
    }

    /// <param name="Show">Ten places.</param>
    /// <param name="Booked">What the buyer booked with <see cref="TraceParent"/> and the key <c>k</c>.</param>
    internal sealed record Stage(UsherServer Server, OtlpSink Sink, Person Organizer, Person Buyer, Show Show, Reply Booked) : IAsyncDisposable
    {
        public const string TraceId = "0af7651916cd43dd8448eb211c80319c", TraceParent = $"00-{TraceId}-b7ad6b7169203331-01";

        public static async Task<Stage> Set(Servers servers, Engine engine)
        {
            var sink = await OtlpSink.Open();
            var server = await servers.StartProcess(engine,
            [
                ("Logging:Format", "json"), ("Metrics:AllowedNetworks", "127.0.0.1"), ("Metrics:EverySeconds", "0.2"), ("Tracing:MostPerSecond", "10000"),
                ("Verify:EveryMinutes", "0.01"), ("RateLimiting:Enabled", "true"), ("RateLimiting:Write", "15"), .. sink.Settings,
            ]);
            var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
            var show = await organizer.Announce(capacity: 10);
            var booked = (await buyer.Send("POST", "api/bookings", new { eventId = show.Id, ticketTypeId = show.Types[0], quantity = 2, hold = false, payment = (object?)null },
                ("traceparent", TraceParent), ("Idempotency-Key", "k"))).Expect(201);
            return new(server, sink, organizer, buyer, show, booked);
        }

        public async Task<MetricsText> Metrics() => new((await new Person(Server).Get("metrics")).Expect(200).Text);

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await Sink.DisposeAsync();
        }
    }
}
