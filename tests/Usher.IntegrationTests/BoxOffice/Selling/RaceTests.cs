using System.Collections.Concurrent;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.BoxOffice.Selling;

/// <summary>Many real calls at once, and the invariants over the database afterwards.</summary>
public sealed class RaceTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Two_hundred_buyers_for_fifty_places_buy_fifty(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce(capacity: 50);
        var buyers = await Person.Attendees(server, 20);

        var replies = await Together(200, i => buyers[i % buyers.Length].Book(show));
        Assert.Equal(50, replies.Count(r => (int)r.Status == 201));
        Assert.Equal(150, replies.Count(r => r.Code == "sold_out"));
        Assert.Equal("sold_out", (await buyers[0].Get($"api/events/{show.Id}"))["status"].GetValue<string>());
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Two_ticket_types_in_opposite_orders_share_the_events_capacity(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce(capacity: 30, types: [("Seat", 10m, 30), ("Standing", 5m, 30)]);
        var buyers = await Person.Attendees(server, 10);

        var replies = await Together(60, i =>
        {
            int[] order = i % 2 == 0 ? [0, 1] : [1, 0];
            return buyers[i % buyers.Length].Post("api/bookings", new { eventId = show.Id, items = order.Select(t => new { ticketTypeId = show.Types[t], quantity = 1 }) });
        });
        Assert.Equal(15, replies.Count(r => (int)r.Status == 201));
        Assert.All(replies.Where(r => (int)r.Status != 201), r => r.Expect(409));
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task One_person_in_forty_windows_gets_no_more_than_the_cap(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce(more: new { maxPerUser = 5 });
        var buyer = await Person.Attendee(server);

        var replies = await Together(40, i => buyer.Book(show, hold: i % 2 == 0));
        Assert.Equal(5, replies.Count(r => (int)r.Status == 201));
        Assert.Equal(35, replies.Count(r => r.Code == "max_per_user"));
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task One_key_used_forty_eight_times_at_once_books_once(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce();
        var buyer = await Person.Attendee(server);

        var replies = await Together(48, _ => buyer.Book(show, 2, key: "all-at-once"));
        Assert.All(replies, r => r.Expect(201));
        Assert.Single(replies.Select(r => r.Text).Distinct());
        Assert.Equal(1, replies.Count(r => !r.Headers.Contains("Idempotency-Replayed")));
        Assert.Equal(2, (await buyer.Get($"api/events/{show.Id}"))["quantitySold"].GetValue<int>());
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Confirm_against_cancel_against_expiry_has_one_winner_and_the_losers_hear_who(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Bookings:HoldMinutes", "0.02"), ("Bookings:SweepSeconds", "0.1"), ("Bookings:MaxHeldPerUser", "40"));
        var show = await (await Person.Organizer(server)).Announce();
        var buyer = await Person.Attendee(server);
        var holds = new Guid[40];
        for (var i = 0; i < holds.Length; i++)
            holds[i] = await buyer.Hold(show);

        var outcomes = new ConcurrentBag<(Guid Hold, Reply Confirm, Reply Cancel)>();
        await Task.WhenAll(holds.Select(async (hold, i) =>
        {
            await Task.Delay(i * 40); // spread over the instant at which they lapse
            var confirm = buyer.Put($"api/bookings/{hold}/confirm", null);
            var cancel = buyer.Put($"api/bookings/{hold}/cancel", null);
            outcomes.Add((hold, await confirm, await cancel));
        }));

        Assert.Contains(outcomes, o => o.Confirm.Code == "booking_expired");
        foreach (var (hold, confirm, cancel) in outcomes)
        {
            var end = await buyer.Get($"api/bookings/{hold}");
            Assert.Equal("cancelled", end["status"].GetValue<string>());
            Assert.True((int)confirm.Status is 200 or 409 or 410, confirm.Text);
            Assert.True((int)cancel.Status == 200, cancel.Text);
            if ((int)confirm.Status == 409)
                confirm.Expect(409, "booking_cancelled");
            if ((int)confirm.Status == 200)
                Assert.Equal(2500, end["refund"]["amountMinor"]!.GetValue<long>());
        }
        Assert.Equal(1000, (await buyer.Get($"api/events/{show.Id}"))["quantityAvailable"].GetValue<int>());
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task An_allotment_lowered_while_selling_never_falls_below_what_is_sold(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(capacity: 100);
        var buyers = await Person.Attendees(server, 10);
        var path = $"api/events/{show.Id}/ticket-types/{show.Types[0]}";

        var selling = Together(100, i => buyers[i % buyers.Length].Book(show));
        var lowered = new List<Reply>();
        for (var total = 90; total >= 10; total -= 10)
            lowered.Add(await organizer.Patch(path, new { quantityTotal = total }));
        var sold = (await selling).Count(r => (int)r.Status == 201);

        Assert.All(lowered, r => Assert.True((int)r.Status == 200 || r.Code == "capacity_below_sold", r.Text));
        var end = await organizer.Get(path);
        Assert.Equal(sold, end["quantitySold"].GetValue<int>());
        Assert.True(end["quantityTotal"].GetValue<int>() >= sold);
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task A_cancelled_event_sells_nothing_from_that_moment_on(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var buyers = await Person.Attendees(server, 10);

        var selling = Together(100, i => buyers[i % buyers.Length].Book(show));
        (await organizer.Put($"api/events/{show.Id}/cancel", null)).Expect(200);
        var soldAtCancel = await server.Database.Count("SELECT sold FROM event_stock WHERE event_id = @id", ("id", show.Id));
        Assert.All(await selling, r => Assert.True((int)r.Status == 201 || r.Code == "event_cancelled", r.Text));
        Assert.Equal(soldAtCancel, await server.Database.Count("SELECT sold FROM event_stock WHERE event_id = @id", ("id", show.Id)));
        await server.Verify();
    }

    [Fact]
    public async Task Two_processes_on_one_PostgreSQL_sell_each_place_once()
    {
        var one = await servers.Shared(Engine.Postgres);
        await using var two = await ServerProcess.Start(one.Database with { ConnectionString = $"{one.Database.ConnectionString};Application Name=twin" });
        var show = await (await Person.Organizer(one)).Announce(capacity: 100, more: new { maxPerUser = 8 });
        var buyers = await Person.Attendees(one, 20);
        var twins = buyers.Select(b => b.At(two)).ToArray();

        var replies = await Together(400, i => (i % 2 == 0 ? buyers : twins)[i / 2 % buyers.Length].Book(show));
        Assert.Equal(100, replies.Count(r => (int)r.Status == 201));
        Assert.All(replies.Where(r => (int)r.Status != 201), r => Assert.True(r.Code is "sold_out" or "max_per_user", r.Text));

        // One key, two processes, two different events: the second is told, whichever it is.
        var other = await (await Person.Organizer(one)).Announce();
        var another = await (await Person.Organizer(one)).Announce();
        var buyer = await Person.Attendee(one);
        var same = await Together(20, i => (i % 2 == 0 ? buyer : buyer.At(two)).Book(i % 2 == 0 ? other : another, key: "across"));
        Assert.Single(same.Where(r => (int)r.Status == 201).Select(r => r["id"].GetValue<Guid>()).Distinct());
        Assert.Equal(10, same.Count(r => r.Code == "idempotency_key_reused"));

        // Two who serve and one who works fit into the hundred that a PostgreSQL has as it comes; whoever comes beyond waits.
        Assert.All(await Together(300, i => twins[i % twins.Length].Get("api/me/bookings")), r => r.Expect(200));
        Assert.InRange(await one.Database.Count("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'twin'"), 1, 30);
        await one.Verify();
    }

    /// <summary>All calls are on their way before the first one is awaited.</summary>
    private static Task<Reply[]> Together(int count, Func<int, Task<Reply>> call) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => call(i))));
}
