using System.Net;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.BoxOffice;

/// <summary>A cancelled event: nothing is sold any more, and everybody gets their money back once.</summary>
public sealed class EventCancellationTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Every_booking_is_cancelled_and_refunded_and_the_organizer_sees_how_far_it_is(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(capacity: 100, types: [("Seat", 25m, 50), ("Guest list", 0m, 50)]);
        var (ada, ben) = (await Person.Attendee(server), await Person.Attendee(server));
        var paid = (await ada.Book(show, 2)).Expect(201);
        var free = (await ben.Book(show, type: 1)).Expect(201);
        var held = await ben.Hold(show);
        var before = (await ada.Book(show)).Expect(201);
        (await ada.Put($"api/bookings/{before["id"]}/cancel", null)).Expect(200);
        var path = $"api/events/{show.Id}/cancellation";
        (await organizer.Get(path)).Expect(404, "not_found");

        (await organizer.Put($"api/events/{show.Id}/cancel", new { reason = "The hall is flooded." })).Expect(200);
        (await ada.Book(show)).Expect(409, "event_cancelled");
        (await ben.Put($"api/bookings/{held}/confirm", null)).Expect(409);
        await Eventually.IsTrue(async () => (await organizer.Get(path)).Expect(200).Json!["finishedAt"] is not null);

        var done = await organizer.Get(path);
        Assert.Equal((3, 3), (done["bookings"].GetValue<int>(), done["cancelled"].GetValue<int>()));
        Assert.Equal("The hall is flooded.", done["reason"].GetValue<string>());
        var refunds = done["refunds"];
        Assert.Equal((2, 2, "EUR"), (refunds["due"]!.GetValue<int>(), refunds["done"]!.GetValue<int>(), refunds["currency"]!.GetValue<string>()));
        Assert.Equal((75m, 7500, 7500), (refunds["amount"]!.GetValue<decimal>(), refunds["amountMinor"]!.GetValue<int>(), refunds["doneAmountMinor"]!.GetValue<int>()));
        var refunded = await ada.Get($"api/bookings/{paid["id"]}");
        Assert.Equal(("cancelled", "event_cancelled", "refunded"),
            (refunded["status"].GetValue<string>(), refunded["cancelReason"].GetValue<string>(), refunded["paymentStatus"].GetValue<string>()));
        Assert.Null((await ben.Get($"api/bookings/{free["id"]}")).Json!["refund"]);
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Only_the_organizer_and_admins_see_how_far_it_is(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        (await organizer.Put($"api/events/{show.Id}/cancel", null)).Expect(200);
        var path = $"api/events/{show.Id}/cancellation";

        (await new Person(server).Get(path)).Expect(401, "unauthenticated");
        (await (await Person.Attendee(server)).Get(path)).Expect(403, "forbidden");
        (await (await Person.Organizer(server)).Get(path)).Expect(403, "forbidden");
        (await (await Person.Admin(server)).Get(path)).Expect(200);
        (await organizer.Get($"api/events/{Guid.CreateVersion7()}/cancellation")).Expect(404, "not_found");
        (await organizer.Get("api/events/nobody/cancellation")).Expect(404, "not_found");
        var draft = await organizer.Announce(more: new { publication = "draft" });
        (await (await Person.Organizer(server)).Get($"api/events/{draft.Id}/cancellation")).Expect(404, "not_found");
    }

    [Theory, OnBothEngines]
    public async Task Killed_again_and_again_it_refunds_each_booking_exactly_once(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        await using var server = await ServerProcess.Start(database, ["serve"]);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(capacity: 100_000);
        var buyers = await Person.Attendees(server, 4);
        await Task.WhenAll(buyers.Select(buyer => Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            (await buyer.Book(show, hold: i % 40 == 0)).Expect(201))));
        (await organizer.Put($"api/events/{show.Id}/cancel", null)).Expect(200);
        (await buyers[0].Book(show)).Expect(409, "event_cancelled");

        var killed = 0;
        for (; killed < 2 && await database.Count("SELECT count(*) FROM event_cancellations WHERE finished_at IS NULL") > 0; killed++)
        {
            // One booking a transaction: whole batches would be over before a kill could hit them.
            var workers = await Task.WhenAll(Worker(), Worker());
            await Task.Delay(Random.Shared.Next(300, 700));
            foreach (var worker in workers)
            {
                await worker.Kill();
                await worker.DisposeAsync();
            }
        }
        await using var last = await Worker();
        await Eventually.IsTrue(async () => (await organizer.Get($"api/events/{show.Id}/cancellation")).Json!["finishedAt"] is not null, 30);

        Assert.True(killed > 1, "The kills came too late to prove anything.");
        // Once each: sold, cancelled, refunded. A second refund would be a fourth version.
        Assert.Equal(1560, await database.Count("SELECT count(*) FROM bookings WHERE status = 2 AND cancel_reason = 2 AND refund_minor = 2500 AND refund_done AND version = 3"));
        Assert.Equal(40, await database.Count("SELECT count(*) FROM bookings WHERE status = 2 AND cancel_reason = 2 AND captured_minor = 0 AND version = 2"));
        var progress = await organizer.Get($"api/events/{show.Id}/cancellation");
        Assert.Equal((1600, 1600, 1560), (progress["bookings"].GetValue<int>(), progress["cancelled"].GetValue<int>(), progress["refunds"]["done"]!.GetValue<int>()));
        await server.Verify();

        Task<ServerProcess> Worker() => ServerProcess.Start(database, ["work"], ("Selling:MaxBatch", "1"));
    }

    [Theory, OnBothEngines]
    public async Task A_process_that_only_serves_leaves_the_work_to_one_that_works(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        await using var server = await ServerProcess.Start(database, ["serve"], ("Bookings:HoldMinutes", "0.01"));
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(capacity: 2);
        var buyer = await Person.Attendee(server);
        await buyer.Hold(show, 2);
        await Task.Delay(1500);
        // Lapsed, and free for all to see, but nobody has come by.
        Assert.Equal(2, (await buyer.Get($"api/events/{show.Id}"))["quantityAvailable"].GetValue<int>());
        Assert.Equal(2, await database.Count("SELECT sum(held) FROM event_stock"));

        await using var worker = await ServerProcess.Start(database, ["work"]);
        await Eventually.IsTrue(async () => await database.Count("SELECT sum(held) FROM event_stock") == 0);
        Assert.Equal(HttpStatusCode.OK, (await worker.Http.GetAsync("health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await worker.Http.GetAsync("api/events")).StatusCode);
        await server.Verify();
    }
}
