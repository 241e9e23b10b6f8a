using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Catalog.Watching;

/// <summary>What a buyer watches: how much is left, once and as it changes.</summary>
public sealed class AvailabilityTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task It_says_what_of_each_type_can_be_bought(Engine engine)
    {
        var server = await servers.Shared(engine);
        var buyer = await Person.Attendee(server);
        var show = await (await Person.Organizer(server)).Announce(capacity: 5, types: [("Seat", 10m, 2), ("Standing", 5m, 5)]);
        (await buyer.Book(show, 2)).Expect(201);
        await buyer.Hold(show, 1, type: 1);

        var reply = (await new Person(server).Get($"api/events/{show.Id}/availability")).Expect(200);
        Assert.Equal((2, "upcoming", show.Id), (reply["quantityAvailable"].GetValue<int>(), reply["status"].GetValue<string>(), reply["eventId"].GetValue<Guid>()));
        Assert.Equal([("Seat", 0, true, false), ("Standing", 2, false, true)], reply["ticketTypes"].AsArray().Select(t =>
            (t!["name"]!.GetValue<string>(), t["quantityAvailable"]!.GetValue<int>(), t["soldOut"]!.GetValue<bool>(), t["onSale"]!.GetValue<bool>())));
        Assert.InRange(reply["asOf"].GetValue<DateTimeOffset>(), TimeProvider.System.GetUtcNow().AddSeconds(-30), TimeProvider.System.GetUtcNow().AddSeconds(5));
        foreach (var path in (string[])["availability", "availability/stream"])
        {
            (await buyer.Get($"api/events/{Guid.CreateVersion7()}/{path}")).Expect(404, "not_found");
            (await buyer.Get($"api/events/1/{path}")).Expect(404, "not_found");
        }
        var head = (await buyer.Send("HEAD", $"api/events/{show.Id}/availability/stream", null)).Expect(200);
        Assert.Equal("text/event-stream", head.ContentHeaders.ContentType?.MediaType);
    }

    [Theory, OnBothEngines]
    public async Task A_stream_begins_with_what_is_and_tells_what_changes_also_what_another_process_sold(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        await using var one = await HostedServer.Start(database, ("Catalog:StreamPingSeconds", "0.3"), ("Catalog:MaxStreams", "2"));
        await using var two = await ServerProcess.Start(database);
        var (organizer, buyer) = (await Person.Organizer(one), await Person.Attendee(two));
        var show = await organizer.Announce(capacity: 50);

        using (var stream = await EventStream.Open(one, show.Id))
        using (var second = await EventStream.Open(one, show.Id))
        {
            Assert.Equal(50, (await stream.Next()).Available);
            Assert.Equal(50, (await second.Next()).Available);
            (await new Person(one).Get($"api/events/{show.Id}/availability/stream")).Expect(503, "overloaded");
            (await new Person(one).Get($"api/events/{show.Id}/availability/stream", ("Accept", "application/json, text/event-stream"))).Expect(503, "overloaded");
            await ToldToComeAgain(one, $"api/events/{show.Id}/availability/stream");

            (await buyer.Book(show)).Expect(201);
            var sold = await stream.Next();
            Assert.Equal(49, sold.Available);
            Assert.Equal(sold.Id, (await second.Next()).Id);

            // Twenty sales in a moment are few messages, and the last one tells the end.
            var (since, messages, left) = (System.Diagnostics.Stopwatch.StartNew(), 0, 49);
            await Parallel.ForAsync(0, 20, async (_, _) => (await buyer.Book(show)).Expect(201));
            while (left != 29)
                (left, messages) = ((await stream.Next()).Available, messages + 1);
            Assert.InRange(messages, 1, 2 + (int)(since.Elapsed.TotalSeconds * 2));
            await stream.Ping();
        }

        // Whoever has gone makes room.
        await Eventually.IsTrue(async () => (int)(await new Person(one).Send("HEAD", $"api/events/{show.Id}/availability/stream", null)).Status == 200);
        EventStream.Message last;
        using (var again = await EventStream.OpenWhenThereIsRoom(one, show.Id))
            last = await again.Next();
        using (var resumed = await EventStream.OpenWhenThereIsRoom(one, show.Id, last.Id))
        {
            await resumed.Ping();
            (await buyer.Book(show)).Expect(201);
            Assert.Equal(28, (await resumed.Next()).Available);
        }
    }

    /// <summary>A browser's EventSource never comes back after a 503 or a 429, and always after a stream that ended.</summary>
    private static async Task ToldToComeAgain(UsherServer server, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/event-stream" } } };
        using var response = await server.Http.SendAsync(request);
        Assert.Equal((200, "text/event-stream", "no-store"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.CacheControl?.ToString()));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Matches("^retry: [1-9][0-9]{3,}\n: [^\n]+\n\n$", text);
        Assert.DoesNotContain("data:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_watches_too_often_is_told_to_come_again_by_a_stream()
    {
        await using var server = await servers.Start(Engine.Sqlite, ("RateLimiting:Enabled", "true"), ("RateLimiting:Read", "1"), ("RateLimiting:WindowSeconds", "3600"));
        var show = await (await Person.Organizer(server)).Announce();
        var path = $"api/events/{show.Id}/availability/stream";
        (await new Person(server).Get(path)).Expect(200);
        (await new Person(server).Get(path)).Expect(429, "rate_limited");
        await ToldToComeAgain(server, path);
    }

    [Theory, OnBothEngines]
    public async Task A_stream_ends_when_the_event_is_deleted_or_the_server_stops(Engine engine)
    {
        var server = await servers.Start(engine);
        var organizer = await Person.Organizer(server);
        var (deleted, kept) = (await organizer.Announce(), await organizer.Announce());
        using var ofDeleted = await EventStream.Open(server, deleted.Id);
        using var ofKept = await EventStream.Open(server, kept.Id);
        await ofDeleted.Next();
        await ofKept.Next();
        (await organizer.Delete($"api/events/{deleted.Id}")).Expect(204);
        Assert.True(await ofDeleted.Ends());
        var since = System.Diagnostics.Stopwatch.StartNew();
        var ends = ofKept.Ends();
        await server.DisposeAsync();
        Assert.True(await ends);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(10), $"It took {since.Elapsed} to stop.");
    }

    [Theory, OnBothEngines]
    public async Task The_stream_of_a_draft_ends_with_the_session_that_opened_it(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var organizer = await Person.Organizer(server);
        var elsewhere = await organizer.LogInAgain();
        var draft = await organizer.Announce(more: new { publication = "draft" });
        using var ended = await EventStream.Open(server, draft.Id, by: organizer);
        using var stays = await EventStream.Open(server, draft.Id, by: elsewhere);
        await ended.Next();
        await stays.Next();
        (await organizer.Post("api/auth/logout", new { refreshToken = organizer.RefreshToken })).Expect(204);
        var since = System.Diagnostics.Stopwatch.StartNew();
        Assert.True(await ended.Ends());
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), $"It ended after {since.Elapsed}.");
        // Another session of the same person is none of it, and what is published is for everyone.
        (await elsewhere.Patch($"api/events/{draft.Id}", new { totalCapacity = 2_000 })).Expect(200);
        (await elsewhere.Patch($"api/events/{draft.Id}", new { publication = "published" })).Expect(200);
        await stays.Next();
    }

    /// <summary>SQLite's file belongs to one process, so two there are on PostgreSQL only; with a Redis between them and without.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_ends_by_what_another_process_does(bool withRedis)
    {
        await using var redis = withRedis ? await LocalRedis.Start() : null;
        (string, string)[] settings = redis is null ? [] : [("ConnectionStrings:Redis", redis.ConnectionString)];
        var database = await servers.NewDatabase(Engine.Postgres);
        await using var here = await HostedServer.Start(database, settings);
        await using var there = await HostedServer.Start(database, settings);
        var organizer = await Person.Organizer(there);
        var (leaves, loses) = (await organizer.LogInAgain(), await organizer.LogInAgain());
        var draft = await organizer.Announce(more: new { publication = "draft" });
        var (cancelled, deleted, hidden) = (await organizer.Announce(), await organizer.Announce(), await organizer.Announce());
        using var ofLeaving = await Watch(draft, leaves);
        using var ofLosing = await Watch(draft, loses);
        using var ofStaying = await Watch(draft, organizer);
        using var ofCancelled = await Watch(cancelled);
        using var ofDeleted = await Watch(deleted);
        using var ofHidden = await Watch(hidden);

        (await leaves.Post("api/auth/logout", null)).Expect(204);
        await Ends(ofLeaving);
        (await organizer.Put($"api/events/{cancelled.Id}/cancel", null)).Expect(200);
        Assert.Equal("cancelled", (await ofCancelled.Next()).Data["status"]!.GetValue<string>());
        await Ends(ofCancelled);
        (await organizer.Delete($"api/events/{deleted.Id}")).Expect(204);
        await Ends(ofDeleted);
        (await organizer.Patch($"api/events/{hidden.Id}", new { publication = "draft" })).Expect(200);
        await Ends(ofHidden);
        // Whoever has a new password loses the sessions of those who knew the old one; who watched with the one that stays watches on.
        (await organizer.Put("api/me/password", new { currentPassword = Person.Password, newPassword = "harbour-lantern-quill-4" })).Expect(204);
        await Ends(ofLosing);
        (await organizer.Patch($"api/events/{draft.Id}", new { publication = "published" })).Expect(200);
        Assert.Equal("upcoming", (await ofStaying.Next()).Data["status"]!.GetValue<string>());

        async Task<EventStream> Watch(Show show, Person? by = null)
        {
            var stream = await EventStream.Open(here, show.Id, by: by);
            await stream.Next();
            return stream;
        }

        static async Task Ends(EventStream stream)
        {
            var since = System.Diagnostics.Stopwatch.StartNew();
            Assert.True(await stream.Ends().WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), $"It ended after {since.Elapsed}.");
        }
    }

    [Theory, OnBothEngines]
    public async Task A_stream_ends_when_the_event_is_hidden_or_cancelled_and_who_knows_that_need_not_come_again(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var organizer = await Person.Organizer(server);
        var (hidden, cancelled) = (await organizer.Announce(), await organizer.Announce());
        using var ofHidden = await EventStream.Open(server, hidden.Id);
        using var ofCancelled = await EventStream.Open(server, cancelled.Id);
        await ofHidden.Next();
        await ofCancelled.Next();
        (await organizer.Patch($"api/events/{hidden.Id}", new { publication = "draft" })).Expect(200);
        (await organizer.Put($"api/events/{cancelled.Id}/cancel", null)).Expect(200);
        Assert.True(await ofHidden.Ends());
        var last = await ofCancelled.Next();
        Assert.Equal("cancelled", last.Data["status"]!.GetValue<string>());
        Assert.True(await ofCancelled.Ends());
        (await new Person(server).Get($"api/events/{cancelled.Id}/availability/stream", ("Last-Event-ID", last.Id))).Expect(204);
    }

    [Theory, OnBothEngines]
    public async Task One_address_does_not_take_all_streams(Engine engine)
    {
        await using var server = await servers.Start(engine, ("RateLimiting:Enabled", "true"), ("Catalog:MaxStreamsPerAddress", "2"), ("ForwardedHeaders:KnownProxies", "127.0.0.1"));
        var show = await (await Person.Organizer(server)).Announce();
        using var one = await EventStream.Open(server, show.Id);
        using (await EventStream.Open(server, show.Id))
            (await new Person(server).Get($"api/events/{show.Id}/availability/stream")).Expect(503, "overloaded");
        // Whoever has gone makes room, and another address has its own.
        (await new Person(server).Get($"api/events/{show.Id}/availability/stream", ("X-Forwarded-For", "203.0.113.7"))).Expect(200);
        using var again = await EventStream.OpenWhenThereIsRoom(server, show.Id);
        await again.Next();
    }
}
