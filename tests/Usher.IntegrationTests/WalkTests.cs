using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests;

/// <summary>The main job, from a stranger to a cancelled booking.</summary>
public sealed class WalkTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_newcomer_finds_an_event_books_it_sees_the_booking_and_cancels_it(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(capacity: 10, types: [("Seat", 28.50m, 8), ("Standing", 12m, 5)]);

        var stranger = new Person(server);
        var found = (await stranger.Get($"api/events?q={show.Reply["name"]}")).Expect(200);
        Assert.Equal(show.Id, found["data"][0]!["id"]!.GetValue<Guid>());

        var buyer = await Person.Attendee(server);
        var booked = (await buyer.Book(show, quantity: 3)).Expect(201);
        Assert.Equal("confirmed", booked["status"].GetValue<string>());
        Assert.Equal(85.50m, booked["totalPrice"].GetValue<decimal>());
        Assert.Equal($"/api/bookings/{booked["id"]}", booked.Headers.Location!.ToString());

        var seen = (await stranger.Get($"api/events/{show.Id}")).Expect(200);
        Assert.Equal(7, seen["quantityAvailable"].GetValue<int>());
        Assert.Equal(5, seen["ticketTypes"][0]!["quantityAvailable"]!.GetValue<int>());

        var mine = (await buyer.Get("api/users/me/bookings")).Expect(200);
        Assert.Equal(booked["id"].GetValue<Guid>(), mine["data"][0]!["id"]!.GetValue<Guid>());
        (await buyer.Get($"api/bookings/{booked["code"]}")).Expect(200);

        var cancelled = (await buyer.Put($"api/bookings/{booked["id"]}/cancel", null)).Expect(200);
        Assert.Equal("cancelled", cancelled["status"].GetValue<string>());
        Assert.Equal(10, (await stranger.Get($"api/events/{show.Id}"))["quantityAvailable"].GetValue<int>());
        await server.Verify();
    }
}
