using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Messaging;

/// <summary>What commits with a sale reaches whoever has to hear of it: once, whatever happens on the way.</summary>
public sealed class DeliveryTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_booking_and_its_message_reach_every_consumer_once(Engine engine)
    {
        var post = await PostOffice.Open(servers, engine, "mail,books");
        await using var server = await ServerProcess.Start(post.Database, post.Settings);
        var show = await (await Person.Organizer(server)).Announce(capacity: 50);
        var buyers = await Person.Attendees(server, 5);
        await Task.WhenAll(buyers.Select(async buyer =>
        {
            for (var i = 0; i < 4; i++)
                (await buyer.Book(show)).Expect(201);
        }));
        await post.Delivered();
        Assert.Equal(40, await post.Count("SELECT count(*) FROM probe WHERE type = 'booking.confirmed.v1'"));
        Assert.Equal(20, await post.Count("SELECT count(DISTINCT message_id) FROM probe"));
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task One_poison_message_before_a_thousand_good_ones_stops_none_of_them(Engine engine)
    {
        var post = await PostOffice.Open(servers, engine);
        await post.Write(1, poison: true);
        await post.Write(1000);
        await using var worker = await post.Worker(("Messaging:MaxFailures", "3"), ("Messaging:RetrySeconds", "0.05"));
        await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM outbox WHERE dead_reason IS NULL") == 0, 30);

        Assert.Equal(1000, await post.Count("SELECT count(*) FROM probe"));
        Assert.Equal(1, await post.Count("SELECT count(*) FROM outbox WHERE failures = 3 AND dead_reason = 'probe: FormatException: It does not taste good.'"));
        var failure = await Assert.ThrowsAnyAsync<Exception>(worker.Verify);
        Assert.StartsWith("I8 no message was given up", failure.Message, StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task A_message_is_committed_if_and_only_if_its_booking_is(Engine engine)
    {
        var post = await PostOffice.Open(servers, engine);
        var server = await ServerProcess.Start(post.Database, ["serve"]);
        var show = await (await Person.Organizer(server)).Announce(capacity: 100_000);
        var buyers = await Person.Attendees(server, 8);
        var buying = Task.WhenAll(buyers.Select(async buyer =>
        {
            try
            {
                while (true)
                    await buyer.Book(show);
            }
            catch (HttpRequestException)
            {
                // The server is dead.
            }
        }));
        await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM bookings") > 200);
        await server.Kill();
        await buying;
        await server.DisposeAsync();

        Assert.Equal(0, await post.Count("SELECT count(*) FROM bookings b WHERE (SELECT count(*) FROM outbox o WHERE o.booking_id = b.id AND o.type = 'booking.confirmed.v1') <> 1"));
        Assert.Equal(await post.Count("SELECT count(*) FROM bookings"), await post.Count("SELECT count(*) FROM outbox WHERE booking_id IS NOT NULL"));
        await post.Database.Verify();
    }

    [Theory, OnBothEngines]
    public async Task What_people_and_organizers_do_is_told(Engine engine)
    {
        var post = await PostOffice.Open(servers, engine);
        await using var server = await ServerProcess.Start(post.Database, ["serve"]);
        var organizer = await Person.Organizer(server);
        Assert.Equal(1, await post.Count("SELECT count(*) FROM outbox WHERE type = 'account.registered.v1' AND user_id IS NOT NULL AND event_id IS NULL"));
        var show = await organizer.Announce(capacity: 10);
        var path = $"api/events/{show.Id}";

        (await organizer.Patch(path, new { description = "With an interval.", totalCapacity = 20 })).Expect(200);
        Assert.Equal(0, await Told("event.changed.v1"));
        (await organizer.Patch(path, new { location = "Great Hall, Vienna" })).Expect(200);
        Assert.Equal(1, await Told("event.changed.v1"));
        (await organizer.Patch(path, new { date = TimeProvider.System.GetUtcNow().AddDays(70) })).Expect(200);
        Assert.Equal(2, await Told("event.changed.v1"));
        (await organizer.Put($"{path}/cancel", null)).Expect(200);
        (await organizer.Put($"{path}/cancel", null)).Expect(200);
        Assert.Equal(1, await Told("event.cancelled.v1"));

        Task<long> Told(string type) => post.Database.Count("SELECT count(*) FROM outbox WHERE type = @type AND event_id = @id", ("type", type), ("id", show.Id));
    }
}
