using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Messaging;

/// <summary>The same promises with a real broker in between.</summary>
public sealed class BrokerTests(Servers servers)
{
    private static int _prefixes;

    [Theory, OnBothEngines]
    public async Task Two_workers_hear_of_every_sale_through_the_broker(Engine engine)
    {
        await using var sink = await OtlpSink.Open();
        var (post, _) = await Open(await servers.RabbitMq(), engine, "mail,books", [("Tracing:MostPerSecond", "100000"), .. sink.Settings]);
        await using var server = await ServerProcess.Start(post.Database, ["serve"]);
        await using var one = await post.Worker();
        await using var two = await post.Worker();
        var show = await (await Person.Organizer(server)).Announce(capacity: 100);
        var buyers = await Person.Attendees(server, 4);
        await Task.WhenAll(buyers.Select(async buyer =>
        {
            for (var i = 0; i < 20; i++)
                (await buyer.Book(show)).Expect(201);
        }));
        await post.Delivered(80);
        await server.Verify();

        // Each message can be followed from the outbox through the broker to where it was applied.
        var published = await sink.Wait(span => span.Scope == "RabbitMQ.Client.Publisher");
        await sink.Wait(span => span.Name == "dispatch messages" && span.SpanId == published.ParentId);
        var received = await sink.Wait(span => span.Scope == "RabbitMQ.Client.Subscriber" && (span.ParentId == published.SpanId || span.Links.Contains(published.SpanId)));
        await sink.Wait(span => span.Name.StartsWith("apply ", StringComparison.Ordinal) && span.Links.Contains(received.SpanId));
    }

    [Theory, OnBothEngines]
    public async Task A_broker_killed_and_wiped_during_a_sale_costs_neither_a_booking_nor_a_message(Engine engine)
    {
        await using var broker = await LocalRabbitMq.Start();
        // Slow, so that confirmed messages lie at the broker when it dies.
        var (post, _) = await Open(broker, engine, "probe", ("PROBE_PAUSE_MS", "200"), ("Messaging:MaxBatch", "10"), ("Messaging:LeaseSeconds", "5"));
        await using var server = await ServerProcess.Start(post.Database, ["serve"]);
        await using var worker = await post.Worker();
        var show = await (await Person.Organizer(server)).Announce(capacity: 1_000_000);
        var buyers = await Person.Attendees(server, 2);
        using var over = new CancellationTokenSource();
        var buying = Task.WhenAll(buyers.Select(async buyer =>
        {
            for (var n = 0; ; n++)
            {
                if (over.IsCancellationRequested)
                    return n;
                (await buyer.Book(show)).Expect(201);
                await Task.Delay(50);
            }
        }));
        await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM probe") > 20);
        await Says("healthy");
        await broker.Kill();
        await Says("degraded");
        await Says("degraded", "jobs", "Dispatcher, Subscriber");
        var soldBefore = await post.Count("SELECT count(*) FROM bookings");
        await broker.Restart(wiped: true);
        await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM bookings") > soldBefore);
        await over.CancelAsync();
        var booked = (await buying).Sum();

        await post.Delivered(booked, withinSeconds: 60);
        await server.Verify();
        await Says("healthy");
        await Says("healthy", "jobs");

        Task Says(string state, string check = "broker", string why = "") => Eventually.IsTrue(async () =>
            (await new Person(worker).Get("health/ready")).Expect(200)["checks"][check]! is var said && said["status"]!.GetValue<string>() == state && said.ToJsonString().Contains(why, StringComparison.Ordinal));
    }

    [Theory, OnBothEngines]
    public async Task Messages_that_come_twice_and_in_any_order_are_applied_once(Engine engine)
    {
        var (post, prefix) = await Open(await servers.RabbitMq(), engine, "probe", ("Messaging:MaxBatch", "37"));
        await post.Write(500);
        await using var worker = await post.Worker();
        await post.Delivered(500);
        await using var channel = await Channel(await servers.RabbitMq());
        var again = Enumerable.Range(1, 500).SelectMany(id => Enumerable.Repeat(id, 3)).ToArray();
        Random.Shared.Shuffle(again);
        foreach (var id in again)
            await channel.BasicPublishAsync("", $"{prefix}.probe", Encoding.UTF8.GetBytes($$"""{"id":{{id}},"type":"booking.confirmed.v1","eventId":null,"bookingId":null,"userId":null,"at":"2026-11-01T10:00:00Z"}"""));
        await Eventually.IsTrue(async () => await channel.MessageCountAsync($"{prefix}.probe") == 0);
        await post.Write(1);
        await post.Delivered(501);
    }

    [Theory, OnBothEngines]
    public async Task What_nobody_can_read_ends_in_the_dead_queue_and_holds_nobody_up(Engine engine)
    {
        var (post, prefix) = await Open(await servers.RabbitMq(), engine);
        await using var worker = await post.Worker();
        await using var channel = await Channel(await servers.RabbitMq());
        await Eventually.IsTrue(async () => await channel.ConsumerCountAsync($"{prefix}.probe") == 1);
        await channel.BasicPublishAsync("", $"{prefix}.probe", "{ not JSON"u8.ToArray());
        await channel.BasicPublishAsync("", $"{prefix}.probe", "{}"u8.ToArray());
        await post.Write(1000);
        await post.Delivered(1000);
        await Eventually.IsTrue(async () => await channel.MessageCountAsync($"{prefix}.dead") == 2);
    }

    [Theory, OnBothEngines]
    public async Task A_poison_message_is_tried_and_given_up_while_the_queue_moves_on(Engine engine)
    {
        var (post, _) = await Open(await servers.RabbitMq(), engine, "probe", ("Messaging:MaxFailures", "3"), ("Messaging:RetrySeconds", "0.05"));
        await post.Write(1, poison: true);
        await post.Write(1000);
        await using var worker = await post.Worker();
        await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM outbox WHERE dead_reason IS NULL") == 0, 30);
        await post.EachOnce(1000);
        Assert.Equal(1, await post.Count("SELECT count(*) FROM outbox WHERE failures = 3"));
    }

    [Theory, OnBothEngines]
    public async Task Workers_killed_again_and_again_lose_nothing_that_the_broker_had(Engine engine)
    {
        var (post, _) = await Open(await servers.RabbitMq(), engine, "mail,books",
            ("PROBE_PAUSE_MS", "30"), ("Messaging:MaxBatch", "40"), ("Messaging:LeaseSeconds", "2"));
        await post.Write(2000);
        await using (var steady = await post.Worker())
            for (var i = 0; i < 2; i++)
            {
                var worker = await post.Worker();
                await Task.Delay(Random.Shared.Next(0, 400));
                await worker.Kill();
                await worker.DisposeAsync();
                await post.EachOnce();
            }
        await using var last = await post.Worker();
        await post.Delivered(2000);
    }

    private async Task<(PostOffice Post, string Prefix)> Open(LocalRabbitMq broker, Engine engine, string consumers = "probe", params (string, string)[] settings)
    {
        var prefix = $"test{Interlocked.Increment(ref _prefixes).ToString(CultureInfo.InvariantCulture)}";
        return (await PostOffice.Open(servers, engine, consumers,
            [("ConnectionStrings:RabbitMq", broker.Address), ("Messaging:QueuePrefix", prefix), .. settings]), prefix);
    }

    private static async Task<Connected> Channel(LocalRabbitMq broker)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(broker.Address) }.CreateConnectionAsync();
        return new(connection, await connection.CreateChannelAsync());
    }

    /// <summary>Somebody else at the broker.</summary>
    private sealed record Connected(IConnection Connection, IChannel Of) : IAsyncDisposable
    {
        public ValueTask BasicPublishAsync(string exchange, string queue, byte[] body) => Of.BasicPublishAsync(exchange, queue, body);

        public Task<uint> MessageCountAsync(string queue) => Of.MessageCountAsync(queue);

        public Task<uint> ConsumerCountAsync(string queue) => Of.ConsumerCountAsync(queue);

        public async ValueTask DisposeAsync()
        {
            await Of.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
