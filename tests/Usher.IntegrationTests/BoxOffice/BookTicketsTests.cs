using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.BoxOffice;

public sealed class BookTicketsTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_booking_is_answered_as_it_is_kept(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce(types: [("Seat", 28.5m, 10), ("Standing", 12m, 10)]);
        var buyer = await Person.Attendee(server);
        var booked = (await buyer.Post("api/bookings", new
        {
            eventId = show.Id,
            items = new[] { new { ticketTypeId = show.Types[0], quantity = 1 }, new { ticketTypeId = show.Types[1], quantity = 2 }, new { ticketTypeId = show.Types[0], quantity = 1 } },
        })).Expect(201);

        Assert.Equal(2, booked["items"].AsArray().Count);
        Assert.Equal(81m, booked["totalPrice"].GetValue<decimal>());
        Assert.Equal(8100, booked["totalPriceMinor"].GetValue<long>());
        Assert.Equal("paid", booked["paymentStatus"].GetValue<string>());
        Assert.Equal(buyer.Id, booked["userId"].GetValue<Guid>());
        Assert.Null(booked.Json!["buyer"]);
        Assert.Null(booked.Json["expiresAt"]);
        Assert.NotNull(booked.ETag);

        var again = (await buyer.Get($"api/bookings/{booked["id"]}")).Expect(200);
        Assert.Equal(booked.Text, again.Text);
        Assert.Equal(booked.ETag, again.ETag);
        (await buyer.Get($"api/bookings/{booked["id"]}", ("If-None-Match", booked.ETag!))).Expect(304);
    }

    [Theory, OnBothEngines]
    public async Task What_is_wrong_with_the_request_is_said_all_at_once(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce();
        var buyer = await Person.Attendee(server);

        var empty = (await buyer.Post("api/bookings", new { })).Expect(400, "validation_failed");
        Assert.NotNull(empty["errors"]["eventId"]);
        var types = (await buyer.Post("api/bookings", """{"eventId": 7, "ticketTypeId": "x", "quantity": "2", "hold": "yes"}""")).Expect(400, "validation_failed");
        foreach (var member in (string[])["eventId", "ticketTypeId", "quantity", "hold"])
            Assert.NotNull(types["errors"][member]);
        foreach (var quantity in (int[])[0, -1, 1_000_001])
            Assert.NotNull((await buyer.Book(show, quantity)).Expect(400, "validation_failed")["errors"]["quantity"]);
        (await buyer.Post("api/bookings", new { eventId = show.Id, ticketTypeId = show.Types[0], quantity = 1, items = Array.Empty<object>() })).Expect(400, "validation_failed");
        (await buyer.Post("api/bookings", new { eventId = show.Id, items = Array.Empty<object>() })).Expect(400, "validation_failed");
        (await buyer.Post("api/bookings", new { eventId = show.Id, items = new object?[] { null } })).Expect(400, "validation_failed");
        (await buyer.Post("api/bookings", new { eventId = show.Id, items = Enumerable.Repeat(new { ticketTypeId = show.Types[0], quantity = 1 }, 51) })).Expect(400, "validation_failed");
        (await buyer.Book(show, payment: "tok_stolen")).Expect(400, "validation_failed");

        var foreign = await (await Person.Organizer(server)).Announce();
        var mixed = (await buyer.Post("api/bookings", new
        {
            eventId = show.Id,
            items = new[] { new { ticketTypeId = show.Types[0], quantity = 1 }, new { ticketTypeId = foreign.Types[0], quantity = 1 } },
        })).Expect(400, "validation_failed");
        Assert.NotNull(mixed["errors"]["items[1].ticketTypeId"]);
    }

    [Theory, OnBothEngines]
    public async Task Limits_count_all_tickets_of_a_booking(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var buyer = await Person.Attendee(server);

        var byDefault = await organizer.Announce();
        (await buyer.Book(byDefault, 10)).Expect(201);
        (await buyer.Book(byDefault, 11)).Expect(400, "max_per_booking");
        (await buyer.Post("api/bookings", new { eventId = byDefault.Id, items = Enumerable.Repeat(new { ticketTypeId = byDefault.Types[0], quantity = 6 }, 2) })).Expect(400, "max_per_booking");

        var larger = await organizer.Announce(more: new { maxPerBooking = 12 });
        (await buyer.Book(larger, 12)).Expect(201);

        var capped = await organizer.Announce(more: new { maxPerUser = 3 });
        (await buyer.Book(capped, 2)).Expect(201);
        var over = (await buyer.Book(capped, 2)).Expect(409, "max_per_user");
        Assert.Equal(1, over["available"].GetValue<int>());
        var held = (await buyer.Book(capped, 1, hold: true)).Expect(201);
        (await buyer.Book(capped)).Expect(409, "max_per_user");
        (await buyer.Put($"api/bookings/{held["id"]}/cancel", null)).Expect(200);
        (await buyer.Book(capped)).Expect(201);
    }

    [Theory, OnBothEngines]
    public async Task Sold_out_means_nothing_unsold_is_left_and_else_it_says_how_many(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce(capacity: 5, types: [("Seat", 10m, 3), ("Standing", 10m, 5)]);
        var (first, second) = (await Person.Attendee(server), await Person.Attendee(server));

        var short_ = (await first.Book(show, 4)).Expect(409, "insufficient_availability");
        Assert.Equal(3, short_["available"].GetValue<int>());
        var hold = await first.Hold(show, 2);
        Assert.Equal(1, (await second.Book(show, 2)).Expect(409, "insufficient_availability")["available"].GetValue<int>());
        (await first.Put($"api/bookings/{hold}/confirm", null)).Expect(200);
        (await second.Book(show, 1)).Expect(201);
        (await second.Book(show, 1)).Expect(409, "sold_out");

        (await second.Book(show, 2, type: 1)).Expect(201);
        (await second.Book(show, 1, type: 1)).Expect(409, "sold_out");
        Assert.Equal("sold_out", (await first.Get($"api/events/{show.Id}"))["status"].GetValue<string>());
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Sale_windows_are_half_open_and_follow_the_event_and_the_type(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var buyer = await Person.Attendee(server);
        var now = TimeProvider.System.GetUtcNow();

        (await buyer.Book(await organizer.Announce(more: new { salesStartAt = now.AddHours(1) }))).Expect(409, "sales_not_open");
        (await buyer.Book(await organizer.Announce(more: new { salesEndAt = now.AddMinutes(-1) }))).Expect(409, "sales_closed");
        (await buyer.Book(await organizer.Announce(more: new { salesStartAt = now.AddHours(-1), salesEndAt = now.AddHours(1) }))).Expect(201);

        var ofType = await organizer.Announce(more: new { ticketTypes = new[] { new { name = "Late", price = 1, quantityAvailable = 5, salesStartAt = now.AddHours(1) } } });
        (await buyer.Book(ofType)).Expect(409, "sales_not_open");
    }

    [Theory, OnBothEngines]
    public async Task Events_that_are_absent_drafts_cancelled_or_over_are_not_sold(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var buyer = await Person.Attendee(server);

        (await buyer.Post("api/bookings", new { eventId = Guid.CreateVersion7(), ticketTypeId = Guid.CreateVersion7(), quantity = 1 })).Expect(404, "not_found");
        (await buyer.Book(await organizer.Announce(more: new { publication = "draft" }))).Expect(404, "not_found");
        var cancelled = await organizer.Announce();
        (await organizer.Put($"api/events/{cancelled.Id}/cancel", null)).Expect(200);
        (await buyer.Book(cancelled)).Expect(409, "event_cancelled");
        var over = await organizer.Announce();
        await server.Database.Shift(over.Id, "starts_at", TimeProvider.System.GetUtcNow().AddHours(-1));
        (await buyer.Book(over)).Expect(409, "event_past");
        (await new Person(server).Book(over)).Expect(401, "unauthenticated");
    }

    [Theory, OnBothEngines]
    public async Task Prices_are_the_servers_and_a_buyer_may_insist_on_theirs(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(types: [("Seat", 20m, 10)]);
        var buyer = await Person.Attendee(server);
        var first = (await buyer.Book(show)).Expect(201);

        (await organizer.Patch($"api/events/{show.Id}/ticket-types/{show.Types[0]}", new { price = 30 })).Expect(200);
        var body = new { eventId = show.Id, ticketTypeId = show.Types[0], quantity = 2, expectedTotal = 40.00m, totalPrice = 1, priceAtBooking = 1 };
        var changed = (await buyer.Post("api/bookings", body)).Expect(409, "price_changed");
        Assert.Equal(6000, changed["totalPriceMinor"].GetValue<long>());
        Assert.Equal(60m, (await buyer.Post("api/bookings", body with { expectedTotal = 60m })).Expect(201)["totalPrice"].GetValue<decimal>());
        Assert.Equal(20m, (await buyer.Get($"api/bookings/{first["id"]}"))["totalPrice"].GetValue<decimal>());
    }

    [Theory, OnBothEngines]
    public async Task Payments_are_taken_declined_or_answered_later(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(capacity: 10, types: [("Seat", 20m, 5), ("Free", 0m, 5)]);
        var buyer = await Person.Attendee(server);

        (await buyer.Book(show, payment: "tok_declined")).Expect(402, "payment_failed");
        Assert.Equal(5, (await buyer.Get($"api/events/{show.Id}"))["ticketTypes"][0]!["quantityAvailable"]!.GetValue<int>());
        Assert.Equal("none", (await buyer.Book(show, type: 1)).Expect(201)["paymentStatus"].GetValue<string>());

        var waiting = (await buyer.Book(show, payment: "tok_timeout")).Expect(201);
        Assert.Equal("pending", waiting["status"].GetValue<string>());
        await Eventually.IsTrue(async () => (await buyer.Get($"api/bookings/{waiting["id"]}"))["status"].GetValue<string>() == "confirmed");
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task One_key_books_once_whatever_the_spelling_of_the_request(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce();
        var (buyer, other) = (await Person.Attendee(server), await Person.Attendee(server));

        var first = (await buyer.Book(show, 2, key: "k1")).Expect(201);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        var spelled = $$"""{ "quantity":2 , "ticketTypeId":"{{show.Types[0]}}","somethingElse":1, "eventId":"{{show.Id}}", "hold":false, "payment":null }""";
        var again = (await buyer.Post("api/bookings", spelled, ("Idempotency-Key", "k1"))).Expect(201);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(first.Headers.Location, again.Headers.Location);

        (await buyer.Book(show, 3, key: "k1")).Expect(422, "idempotency_key_reused");
        Assert.NotEqual(first["id"].GetValue<Guid>(), (await other.Book(show, 2, key: "k1")).Expect(201)["id"].GetValue<Guid>());
        foreach (var bad in (string[])["", new string('x', 256), "with space"])
            (await buyer.Book(show, key: bad)).Expect(400, "idempotency_key_invalid");

        (await buyer.Book(show, key: "k2", payment: "tok_declined")).Expect(402);
        (await buyer.Book(show, key: "k2", payment: "tok_ok")).Expect(201);
        await server.Verify();
    }
}
