using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.BoxOffice.Selling;

/// <summary>One account does not keep an event from all others by holding what it never pays for.</summary>
public sealed class HoardingTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task However_often_one_person_asks_at_once_they_hold_no_more_than_one_booking_may_have(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce(capacity: 500);
        var (hoarder, other) = (await Person.Attendee(server), await Person.Attendee(server));
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => hoarder.Book(show, 10, hold: true)));
        Assert.Single(replies, reply => (int)reply.Status == 201);
        Assert.All(replies.Where(reply => (int)reply.Status != 201), reply => reply.Expect(409, "max_held"));
        Assert.Equal((10, 0), (replies.First(reply => reply.Code == "max_held")["limit"].GetValue<int>(), replies.First(reply => reply.Code == "max_held")["available"].GetValue<int>()));
        Assert.Equal(490, (await other.Get($"api/events/{show.Id}"))["quantityAvailable"].GetValue<int>());
        (await other.Book(show, 10, hold: true)).Expect(201);
        // What is paid for at once is no hold, and another event is another matter.
        (await hoarder.Book(show, 10)).Expect(201);
        (await hoarder.Book(await (await Person.Organizer(server)).Announce(), 10, hold: true)).Expect(201);

        var held = replies.Single(reply => (int)reply.Status == 201)["id"];
        (await hoarder.Put($"api/bookings/{held}/confirm", null)).Expect(200);
        var again = (await hoarder.Book(show, 10, hold: true)).Expect(201);
        (await hoarder.Put($"api/bookings/{again["id"]}/cancel", null)).Expect(200);
        (await hoarder.Book(show, 10, hold: true)).Expect(201);
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task A_hold_that_lapsed_counts_for_as_long_again(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Bookings:HoldMinutes", "0.05"), ("Bookings:SweepSeconds", "0.1"), ("Bookings:MaxHeldPerUser", "4"));
        var show = await (await Person.Organizer(server)).Announce(capacity: 10);
        var (hoarder, other) = (await Person.Attendee(server), await Person.Attendee(server));
        var held = (await hoarder.Book(show, 4, hold: true)).Expect(201);
        await Eventually.IsTrue(async () => (await hoarder.Get($"api/bookings/{held["id"]}"))["status"].GetValue<string>() == "cancelled");
        (await hoarder.Book(show, 1, hold: true)).Expect(409, "max_held");
        (await other.Book(show, 4, hold: true)).Expect(201);
        // Three seconds after it lapsed.
        await Eventually.IsTrue(async () => (int)(await hoarder.Book(show, 4, hold: true)).Status == 201);
        await server.Verify();
    }
}
