using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.TicketTypes;

public sealed class TicketTypeTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_ticket_type_is_added_read_and_listed(Engine engine)
    {
        var (organizer, show) = await Stage(engine);
        var list = $"api/events/{show.Id}/ticket-types";
        var created = (await organizer.Post(list, Sample.TicketType(("description", "With a view"), ("maxPerBooking", 4), ("minPerBooking", 2), ("salesEndAt", Sample.InDays(9))))).Expect(201);
        Assert.Equal($"/{list}/{created["id"]}", created.Headers.Location!.ToString());
        Assert.NotNull(created.ETag);
        Assert.Equal((show.Id, 50, 50, 0, 0), (created["eventId"].GetValue<Guid>(), created["quantityTotal"].GetValue<int>(), created["quantityAvailable"].GetValue<int>(),
            created["quantitySold"].GetValue<int>(), created["quantityHeld"].GetValue<int>()));
        Assert.Equal((2, 4, 0, true), (created["minPerBooking"].GetValue<int>(), created["maxPerBooking"].GetValue<int>(), created["sortOrder"].GetValue<int>(), created["onSale"].GetValue<bool>()));

        var stranger = new Person(organizer.Server);
        var read = (await stranger.Get($"{list}/{created["id"]}")).Expect(200);
        Assert.Equal((created.Text, created.ETag), (read.Text, read.ETag));
        (await stranger.Get($"{list}/{created["id"]}", ("If-None-Match", read.ETag!))).Expect(304);
        var all = (await stranger.Get(list)).Expect(200);
        Assert.Equal(["data"], all.Json!.AsObject().Select(member => member.Key));
        Assert.Equal(2, all["data"].AsArray().Count);
        (await stranger.Get(list, ("If-None-Match", all.ETag!))).Expect(304);
        Assert.Equal(2, (await stranger.Get($"api/events/{show.Id}"))["ticketTypes"].AsArray().Count);
    }

    [Theory, OnBothEngines]
    public async Task The_list_goes_by_sortOrder_and_then_by_creation(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var created = (await organizer.Post("api/events", Sample.Event())).Expect(201);
        foreach (var (name, order) in ((string, int)[])[("C", 2), ("A", 0), ("D", 2), ("B", 0), ("First", -5)])
            (await organizer.Post($"api/events/{created["id"]}/ticket-types", Sample.TicketType(("name", name), ("sortOrder", order)))).Expect(201);
        var names = (await organizer.Get($"api/events/{created["id"]}/ticket-types"))["data"].AsArray().Select(type => type!["name"]!.GetValue<string>());
        Assert.Equal(["First", "A", "B", "C", "D"], names);
    }

    [Theory, OnBothEngines]
    public async Task Wrong_members_are_named(Engine engine)
    {
        var (organizer, show) = await Stage(engine);
        var list = $"api/events/{show.Id}/ticket-types";
        (await organizer.Post(list, "{}")).ExpectErrors("validation_failed", "name", "price", "quantityAvailable");
        (string Member, object?[] Wrong)[] table =
        [
            ("name", [null, "", "\u200b", new string('n', 201), 5]),
            ("price", [null, -0.01, 10_000_000_000.01, 1e30, "5", true]),
            ("quantityAvailable", [null, 0, -1, 1_000_001, 1.5, "5", 3_000_000_000]),
            ("quantityTotal", [0, -1, 1_000_001, "5"]),
            ("minPerBooking", [0, -1, "1"]),
            ("maxPerBooking", [0, -1, 1.5]),
            ("sortOrder", ["first", 1.5]),
            ("salesStartAt", ["soon", 5]),
            ("salesEndAt", ["soon", 5]),
        ];
        foreach (var (member, values) in table)
            foreach (var wrong in values)
            {
                (await organizer.Post(list, Sample.TicketType((member, wrong)))).ExpectErrors("validation_failed", member);
                if (member != "quantityAvailable" && wrong is not null)
                    (await organizer.Patch($"{list}/{show.Types[0]}", new System.Text.Json.Nodes.JsonObject().With((member, wrong)))).ExpectErrors("validation_failed", member);
            }
        (await organizer.Post(list, Sample.TicketType(("salesStartAt", Sample.InDays(5)), ("salesEndAt", Sample.InDays(4))))).ExpectErrors("validation_failed", "salesEndAt");
        (await organizer.Post(list, Sample.TicketType(("minPerBooking", 5), ("maxPerBooking", 4)))).Expect(400, "validation_failed");
        (await organizer.Post(list, Sample.TicketType(("price", 0), ("quantityAvailable", 1)))).Expect(201);
        (await organizer.Post(list, Sample.TicketType(("price", 10_000_000_000), ("quantityAvailable", 1_000_000)))).Expect(201);
        (await organizer.Post($"api/events/{Guid.CreateVersion7()}/ticket-types", Sample.TicketType())).Expect(404, "not_found");
    }

    [Theory, OnBothEngines]
    public async Task What_was_read_can_be_edited_and_put_back(Engine engine)
    {
        var (organizer, show) = await Stage(engine);
        var path = $"api/events/{show.Id}/ticket-types/{show.Types[0]}";
        var buyer = await Person.Attendee(organizer.Server);
        (await buyer.Book(show, 3)).Expect(201);
        await buyer.Hold(show, 2);
        var read = await organizer.Get(path);
        Assert.Equal((95, 3, 2, 100), (read["quantityAvailable"].GetValue<int>(), read["quantitySold"].GetValue<int>(), read["quantityHeld"].GetValue<int>(), read["quantityTotal"].GetValue<int>()));

        read.Json!["name"] = "Stalls";
        var edited = (await organizer.Put(path, read.Json)).Expect(200);
        Assert.Equal("Stalls", edited["name"].GetValue<string>());
        Assert.Equal((95, 3, 2, 100), (edited["quantityAvailable"].GetValue<int>(), edited["quantitySold"].GetValue<int>(), edited["quantityHeld"].GetValue<int>(), edited["quantityTotal"].GetValue<int>()));
        await organizer.Server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task What_is_left_out_keeps_its_value_and_null_clears(Engine engine)
    {
        var (organizer, show) = await Stage(engine);
        var created = (await organizer.Post($"api/events/{show.Id}/ticket-types", Sample.TicketType(("description", "Words"), ("maxPerBooking", 4), ("salesStartAt", Sample.InDays(1)), ("salesEndAt", Sample.InDays(2))))).Expect(201);
        var path = $"api/events/{show.Id}/ticket-types/{created["id"]}";
        var renamed = (await organizer.Put(path, new { name = "Other" })).Expect(200);
        Assert.Equal(("Words", 4, 12.5m), (renamed["description"].GetValue<string>(), renamed["maxPerBooking"].GetValue<int>(), renamed["price"].GetValue<decimal>()));
        var cleared = (await organizer.Patch(path, """{"description":null,"maxPerBooking":null,"salesStartAt":null,"salesEndAt":null}""")).Expect(200);
        foreach (var member in (string[])["description", "maxPerBooking", "salesStartAt", "salesEndAt"])
            Assert.Null(cleared.Json![member]);
        Assert.True(cleared["onSale"].GetValue<bool>());
        foreach (var required in (string[])["name", "price", "quantityTotal"])
            (await organizer.Patch(path, $$"""{"{{required}}":null}""")).ExpectErrors("validation_failed", required);
    }

    [Theory, OnBothEngines]
    public async Task The_servers_own_members_cannot_be_put(Engine engine)
    {
        var (organizer, show) = await Stage(engine);
        var path = $"api/events/{show.Id}/ticket-types/{show.Types[0]}";
        var before = await organizer.Get(path);
        foreach (var method in (string[])["PUT", "PATCH"])
        {
            var after = (await organizer.Send(method, path, new
            {
                id = Guid.CreateVersion7(),
                eventId = Guid.CreateVersion7(),
                quantityAvailable = 1,
                quantitySold = 7,
                quantityHeld = 7,
                priceMinor = 1,
                currency = "JPY",
                onSale = false,
                version = 9,
                createdAt = "2001-01-01T00:00:00Z",
                sold = 5,
                held = 5,
            })).Expect(200);
            Assert.Equal(before.Json!.AsObject().Without("version").ToJsonString(), after.Json!.AsObject().Without("version").ToJsonString());
        }
    }

    [Theory, OnBothEngines]
    public async Task An_allotment_goes_down_to_what_is_sold_and_held(Engine engine)
    {
        var (organizer, show) = await Stage(engine);
        var buyer = await Person.Attendee(organizer.Server);
        var path = $"api/events/{show.Id}/ticket-types/{show.Types[0]}";
        (await buyer.Book(show, 3)).Expect(201);
        await buyer.Hold(show, 2);
        (await organizer.Put(path, new { quantityTotal = 4 })).Expect(409, "capacity_below_sold");
        Assert.Equal(0, (await organizer.Put(path, new { quantityTotal = 5 })).Expect(200)["quantityAvailable"].GetValue<int>());
        (await buyer.Book(show)).Expect(409, "insufficient_availability");
        Assert.Equal(195, (await organizer.Patch(path, new { quantityTotal = 200 })).Expect(200)["quantityAvailable"].GetValue<int>());
        await organizer.Server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task A_new_price_is_for_future_bookings(Engine engine)
    {
        var (organizer, show) = await Stage(engine);
        var buyer = await Person.Attendee(organizer.Server);
        var early = (await buyer.Book(show, 2)).Expect(201);
        (await organizer.Put($"api/events/{show.Id}/ticket-types/{show.Types[0]}", new { price = 99.99m })).Expect(200);
        Assert.Equal(50m, (await buyer.Get($"api/bookings/{early["id"]}"))["totalPrice"].GetValue<decimal>());
        Assert.Equal(199.98m, (await buyer.Book(show, 2)).Expect(201)["totalPrice"].GetValue<decimal>());
        Assert.Equal(99.99m, (await buyer.Get($"api/events/{show.Id}"))["minPrice"].GetValue<decimal>());
    }

    [Theory, OnBothEngines]
    public async Task Only_a_type_that_never_was_booked_is_deleted(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var buyer = await Person.Attendee(organizer.Server);
        var show = await organizer.Announce(types: [("A", 5m, 10), ("B", 9m, 10)]);
        var booked = (await buyer.Book(show, type: 0)).Expect(201);
        (await buyer.Put($"api/bookings/{booked["id"]}/cancel", null)).Expect(200);
        (await organizer.Delete($"api/events/{show.Id}/ticket-types/{show.Types[0]}")).Expect(409, "ticket_type_has_sales");
        (await organizer.Delete($"api/events/{show.Id}/ticket-types/{show.Types[1]}")).Expect(204);
        (await organizer.Get($"api/events/{show.Id}/ticket-types/{show.Types[1]}")).Expect(404, "not_found");
        Assert.Equal(5m, (await organizer.Get($"api/events/{show.Id}"))["maxPrice"].GetValue<decimal>());
        (await buyer.Book(show, type: 1)).Expect(400, "validation_failed");
    }

    [Theory, OnBothEngines]
    public async Task If_Match_lets_sales_pass_and_stops_stale_edits(Engine engine)
    {
        var (organizer, show) = await Stage(engine);
        var path = $"api/events/{show.Id}/ticket-types/{show.Types[0]}";
        var tag = (await organizer.Get(path)).ETag!;
        (await (await Person.Attendee(organizer.Server)).Book(show)).Expect(201);
        (await organizer.Get(path, ("If-None-Match", tag))).Expect(200);
        (await organizer.Put(path, new { name = "One" }, ("If-Match", tag))).Expect(200);
        (await organizer.Put(path, new { name = "Two" }, ("If-Match", tag))).Expect(412, "precondition_failed");
        (await organizer.Patch(path, new { name = "Two" }, ("If-Match", tag))).Expect(412, "precondition_failed");
        (await organizer.Delete(path, ("If-Match", tag))).Expect(412, "precondition_failed");
    }

    [Theory, OnBothEngines]
    public async Task What_is_available_is_capped_by_the_event(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var buyer = await Person.Attendee(organizer.Server);
        var show = await organizer.Announce(capacity: 10, types: [("A", 5m, 8), ("B", 9m, 8)]);
        (await buyer.Book(show, 7, type: 0)).Expect(201);
        var types = (await buyer.Get($"api/events/{show.Id}/ticket-types"))["data"].AsArray();
        Assert.Equal([1, 3], types.Select(type => type!["quantityAvailable"]!.GetValue<int>()));
        (await buyer.Book(show, 3, type: 1)).Expect(201);
        types = (await buyer.Get($"api/events/{show.Id}/ticket-types"))["data"].AsArray();
        Assert.All(types, type => Assert.Equal((0, false), (type!["quantityAvailable"]!.GetValue<int>(), type["onSale"]!.GetValue<bool>())));
        (await buyer.Book(show, type: 0)).Expect(409, "sold_out");
    }

    private async Task<(Person, Show)> Stage(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        return (organizer, await organizer.Announce(types: [("Seat", 25m, 100)]));
    }
}
