using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.BoxOffice;

/// <summary>The table of states: what confirm and cancel do to a booking in each, and who may.</summary>
public sealed class BookingStateTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_hold_is_confirmed_once_and_again_without_effect(Engine engine)
    {
        var (server, show, buyer) = await Stage(engine);
        var held = (await buyer.Book(show, 2, hold: true)).Expect(201);
        Assert.Equal(("pending", "unpaid"), (held["status"].GetValue<string>(), held["paymentStatus"].GetValue<string>()));
        Assert.Equal(TimeSpan.FromMinutes(10), held["expiresAt"].GetValue<DateTimeOffset>() - held["bookingDate"].GetValue<DateTimeOffset>());

        (await buyer.Put(Confirm(held), new { payment = new { token = "tok_declined" } })).Expect(402, "payment_failed");
        Assert.Equal("pending", (await buyer.Get($"api/bookings/{held["id"]}"))["status"].GetValue<string>());
        var confirmed = (await buyer.Put(Confirm(held), null)).Expect(200);
        Assert.Equal(("confirmed", "paid"), (confirmed["status"].GetValue<string>(), confirmed["paymentStatus"].GetValue<string>()));
        Assert.Equal(confirmed.Text, (await buyer.Post(Confirm(held), null)).Expect(200).Text);
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Cancelling_gives_places_and_money_back_once(Engine engine)
    {
        var (server, show, buyer) = await Stage(engine);
        var booked = (await buyer.Book(show, 2)).Expect(201);
        var cancelled = (await buyer.Put(Cancel(booked), new { reason = "We cannot come." })).Expect(200);
        Assert.Equal("user", cancelled["cancelReason"].GetValue<string>());
        Assert.Equal(5000, cancelled["refund"]["amountMinor"]!.GetValue<long>());
        (await buyer.Post(Cancel(booked), null)).Expect(200);
        (await buyer.Put(Confirm(booked), null)).Expect(409, "booking_cancelled");
        await Eventually.IsTrue(async () =>
        {
            var now = await buyer.Get($"api/bookings/{booked["id"]}");
            return now["paymentStatus"].GetValue<string>() == "refunded" && now["refund"]["status"]!.GetValue<string>() == "done";
        });
        Assert.Equal(1000, (await buyer.Get($"api/events/{show.Id}"))["quantityAvailable"].GetValue<int>());

        var hold = (await buyer.Book(show, hold: true)).Expect(201);
        Assert.Null((await buyer.Put(Cancel(hold), null)).Expect(200).Json!["refund"]);
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task A_hold_past_its_time_is_gone_swept_or_not(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Bookings:HoldMinutes", "0.01"), ("Bookings:SweepSeconds", "60"));
        var show = await (await Person.Organizer(server)).Announce(capacity: 2);
        var (buyer, other) = (await Person.Attendee(server), await Person.Attendee(server));
        var held = (await buyer.Book(show, 2, hold: true)).Expect(201);
        (await other.Book(show)).Expect(409, "insufficient_availability");
        await Task.Delay(TimeSpan.FromSeconds(0.8), TestContext.Current.CancellationToken);

        var seen = (await buyer.Get($"api/bookings/{held["id"]}")).Expect(200);
        Assert.Equal(("cancelled", "expired"), (seen["status"].GetValue<string>(), seen["cancelReason"].GetValue<string>()));
        Assert.Equal(2, (await buyer.Get($"api/events/{show.Id}"))["quantityAvailable"].GetValue<int>());
        Assert.Empty((await buyer.Get("api/me/bookings?status=pending"))["data"].AsArray());
        Assert.Single((await buyer.Get("api/me/bookings?status=cancelled"))["data"].AsArray());

        Assert.Equal("cancelled", (await buyer.Put(Confirm(held), null)).Expect(410, "booking_expired")["bookingStatus"].GetValue<string>());
        Assert.Equal("expired", (await buyer.Put(Cancel(held), null)).Expect(200)["cancelReason"].GetValue<string>());
        (await other.Book(show, 2)).Expect(201);
        (await buyer.Put(Confirm(held), null)).Expect(410, "booking_expired");
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Holds_past_their_time_are_swept(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Bookings:HoldMinutes", "0.01"), ("Bookings:SweepSeconds", "0.1"));
        var show = await (await Person.Organizer(server)).Announce(capacity: 2);
        await (await Person.Attendee(server)).Hold(show, 2);
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT count(*) FROM ticket_stock WHERE held > 0") == 0);
        Assert.Equal(1, await server.Database.Count("SELECT count(*) FROM bookings WHERE status = 2 AND cancel_reason = 3"));
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task The_cancellation_window_binds_the_buyer_alone(Engine engine)
    {
        var (server, show, buyer) = await Stage(engine);
        var organizer = await Person.Organizer(server);
        var soon = await organizer.Announce(more: new { date = TimeProvider.System.GetUtcNow().AddHours(20) });
        var late = (await buyer.Book(soon)).Expect(201);
        Assert.Equal("confirmed", (await buyer.Put(Cancel(late), null)).Expect(409, "cancellation_closed")["bookingStatus"].GetValue<string>());
        Assert.Equal("organizer", (await organizer.Put(Cancel(late), null)).Expect(200)["cancelReason"].GetValue<string>());

        var second = (await buyer.Book(soon)).Expect(201);
        var admin = await Person.Admin(server);
        Assert.Equal("admin", (await admin.Put(Cancel(second), null)).Expect(200)["cancelReason"].GetValue<string>());
        (await buyer.Put(Cancel((await buyer.Book(soon, hold: true)).Expect(201)), null)).Expect(200);

        var deadline = await organizer.Announce(more: new { cancellationDeadline = TimeProvider.System.GetUtcNow().AddMinutes(-1) });
        (await buyer.Put(Cancel((await buyer.Book(deadline)).Expect(201)), null)).Expect(409, "cancellation_closed");
        (await buyer.Put(Cancel((await buyer.Book(show)).Expect(201)), null)).Expect(200);
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Only_the_buyer_the_organizer_and_admins_know_of_a_booking(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var (buyer, other, otherOrganizer, admin) = (await Person.Attendee(server), await Person.Attendee(server), await Person.Organizer(server), await Person.Admin(server));
        var booked = (await buyer.Book(show, hold: true)).Expect(201);

        foreach (var stranger in (Person[])[other, otherOrganizer])
        {
            var absent = (await stranger.Get($"api/bookings/{Guid.CreateVersion7()}")).Expect(404, "not_found");
            var hidden = (await stranger.Get($"api/bookings/{booked["id"]}")).Expect(404, "not_found");
            Assert.Equal(absent["detail"].GetValue<string>(), hidden["detail"].GetValue<string>());
            (await stranger.Put(Confirm(booked), null)).Expect(404, "not_found");
            (await stranger.Put(Cancel(booked), null)).Expect(404, "not_found");
            (await stranger.Get($"api/bookings/{booked["code"]}")).Expect(404, "not_found");
        }
        foreach (var insider in (Person[])[organizer, admin])
            Assert.Equal(buyer.Email, (await insider.Get($"api/bookings/{booked["id"]}")).Expect(200)["buyer"]["email"]!.GetValue<string>());
        Assert.Equal((await buyer.Get($"api/bookings/{booked["id"]}")).ETag, (await organizer.Get($"api/bookings/{booked["id"]}")).ETag);
        (await new Person(server).Get($"api/bookings/{booked["id"]}")).Expect(401);
    }

    [Theory, OnBothEngines]
    public async Task A_confirm_and_a_cancel_can_carry_keys(Engine engine)
    {
        var (_, show, buyer) = await Stage(engine);
        var (first, second) = ((await buyer.Book(show, hold: true)).Expect(201), (await buyer.Book(show, hold: true)).Expect(201));
        var confirmed = (await buyer.Put(Confirm(first), null, ("Idempotency-Key", "c1"))).Expect(200);
        (await buyer.Put(Cancel(first), null, ("Idempotency-Key", "c1"))).Expect(200);
        var replayed = (await buyer.Put(Confirm(first), null, ("Idempotency-Key", "c1"))).Expect(200);
        Assert.Equal(confirmed.Text, replayed.Text);
        Assert.True(replayed.Headers.Contains("Idempotency-Replayed"));
        (await buyer.Put(Confirm(second), null, ("Idempotency-Key", "c1"))).Expect(422, "idempotency_key_reused");
    }

    [Theory, OnBothEngines]
    public async Task A_key_belongs_to_the_booking_however_it_is_spelled(Engine engine)
    {
        var (_, show, buyer) = await Stage(engine);
        foreach (var what in (string[])["confirm", "cancel"])
        {
            var held = (await buyer.Book(show, hold: true)).Expect(201);
            var (id, code) = (held["id"].GetValue<string>(), held["code"].GetValue<string>());
            var first = (await buyer.Put($"api/bookings/{code}/{what}", null, ("Idempotency-Key", $"{what}-1"))).Expect(200);
            foreach (var spelled in (string[])[id, id.ToUpperInvariant(), code.ToLowerInvariant(), code.Insert(4, "-")])
            {
                var again = (await buyer.Put($"api/bookings/{spelled}/{what}", null, ("Idempotency-Key", $"{what}-1"))).Expect(200);
                Assert.Equal((first.Text, "true"), (again.Text, again.Header("Idempotency-Replayed")));
            }
            (await buyer.Put($"api/bookings/{(await buyer.Book(show, hold: true)).Expect(201)["id"]}/{what}", null, ("Idempotency-Key", $"{what}-1"))).Expect(422, "idempotency_key_reused");
            // The key is looked at before the booking is.
            (await buyer.Put($"api/bookings/{Guid.CreateVersion7()}/{what}", null, ("Idempotency-Key", "with space"))).Expect(400, "idempotency_key_invalid");
        }
        object Order(string eventId, string expectedTotal) => $$"""{"eventId":"{{eventId}}","ticketTypeId":"{{show.Types[0]}}","quantity":1,"expectedTotal":{{expectedTotal}}}""";
        var booked = (await buyer.Post("api/bookings", Order($"{show.Id}", "25"), ("Idempotency-Key", "total"))).Expect(201);
        foreach (var same in (string[])["25.0", "25.00", "2.5e1"])
            Assert.Equal(booked.Text, (await buyer.Post("api/bookings", Order($"{show.Id}".ToUpperInvariant(), same), ("Idempotency-Key", "total"))).Expect(201).Text);
    }

    [Theory, OnBothEngines]
    public async Task Who_asks_for_a_part_is_not_given_the_whole(Engine engine)
    {
        var (server, show, buyer) = await Stage(engine);
        var booked = (await buyer.Book(show, 2)).Expect(201);
        var held = (await buyer.Book(show, 2, hold: true)).Expect(201);
        string[] parts =
        [
            $$"""{"items":[{"ticketTypeId":"{{show.Types[0]}}","quantity":1}]}""", """{"items":[]}""", """{"quantity":1}""", $$"""{"ticketTypeId":"{{show.Types[0]}}"}""",
            """{"tickets":[1]}""", """{"Items":[1]}""", """{"ticketIds":["x"]}""", """{"seats":["A1"]}""", """{"amount":5}""", """{"reason":"We are one fewer.","itemIds":["x"]}""",
        ];
        foreach (var part in parts)
        {
            var member = System.Text.Json.Nodes.JsonNode.Parse(part)!.AsObject().Last().Key;
            // Names of members are shown as they are spelled everywhere.
            var path = char.ToLowerInvariant(member[0]) + member[1..];
            (await buyer.Put(Cancel(booked), part)).ExpectErrors("validation_failed", path);
            (await buyer.Post(Cancel(booked), part, ("Idempotency-Key", "part"))).ExpectErrors("validation_failed", path);
            (await buyer.Put(Confirm(held), part)).ExpectErrors("validation_failed", path);
        }
        (await buyer.Put(Confirm(held), """{"expectedTotal":1}""")).ExpectErrors("validation_failed", "expectedTotal");
        (await buyer.Put(Cancel(booked), """{"items":[1],"items":[2]}""")).Expect(400, "malformed_request");
        Assert.Equal("confirmed", (await buyer.Get($"api/bookings/{booked["id"]}"))["status"].GetValue<string>());
        Assert.Equal("pending", (await buyer.Get($"api/bookings/{held["id"]}"))["status"].GetValue<string>());

        var organizer = await Person.Organizer(server);
        var other = await organizer.Announce();
        foreach (var part in (string[])[$$"""{"ticketTypeIds":["{{other.Types[0]}}"]}""", """{"bookings":[]}""", """{"date":"2030-01-01"}"""])
            (await organizer.Put($"api/events/{other.Id}/cancel", part)).Expect(400, "validation_failed");
        Assert.Equal("upcoming", (await organizer.Get($"api/events/{other.Id}"))["status"].GetValue<string>());

        // Whatever else is not known is ignored, as everywhere, and what is null asks for nothing.
        (await buyer.Put(Confirm(held), """{"items":null,"note":"thanks","version":1}""")).Expect(200);
        (await buyer.Put(Cancel(booked), """{"reason":"We cannot come.","quantity":null,"source":"app"}""")).Expect(200);
        (await organizer.Put($"api/events/{other.Id}/cancel", """{"notify":true}""")).Expect(200);
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task A_reason_goes_into_mails_and_is_text(Engine engine)
    {
        var (server, show, buyer) = await Stage(engine);
        var organizer = await Person.Organizer(server);
        var (booked, other) = ((await buyer.Book(show)).Expect(201), await organizer.Announce());
        foreach (var hidden in (string[])["\u0007", "\u001b", "\u0085", "\u202e", "\u2066", "\u2028", "\u2029", "\u0000", "\ud800"])
        {
            (await buyer.Put(Cancel(booked), $$"""{"reason":"so{{hidden}}rry"}""".Replace(hidden, Escaped(hidden), StringComparison.Ordinal))).ExpectErrors("validation_failed", "reason");
            (await organizer.Put($"api/events/{other.Id}/cancel", $$"""{"reason":"so{{hidden}}rry"}""".Replace(hidden, Escaped(hidden), StringComparison.Ordinal))).ExpectErrors("validation_failed", "reason");
            (await organizer.Patch($"api/events/{other.Id}", $$"""{"imageUrl":"https://example.com/{{hidden}}"}""".Replace(hidden, Escaped(hidden), StringComparison.Ordinal))).ExpectErrors("validation_failed", "imageUrl");
        }
        (await buyer.Put(Cancel(booked), new { reason = new string('x', 501) })).ExpectErrors("validation_failed", "reason");
        // Counted as people count.
        (await buyer.Put(Cancel(booked), new { reason = $"Two lines:\r\n\t{string.Concat(Enumerable.Repeat("\U0001F614", 480))}" })).Expect(200);

        static string Escaped(string text) => string.Concat(text.Select(c => $"\\u{(int)c:x4}"));
    }

    private async Task<(UsherServer, Show, Person)> Stage(Engine engine)
    {
        var server = await servers.Shared(engine);
        return (server, await (await Person.Organizer(server)).Announce(), await Person.Attendee(server));
    }

    private static string Confirm(Reply booking) => $"api/bookings/{booking["id"]}/confirm";

    private static string Cancel(Reply booking) => $"api/bookings/{booking["id"]}/cancel";
}
