using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>Making events and reading them.</summary>
public sealed class EventTests(Servers servers)
{
    private static readonly string[] Members =
    [
        "id", "organizerId", "name", "description", "date", "location", "totalCapacity", "status", "endDate", "timeZone", "localDate", "category", "tags", "venue",
        "city", "country", "latitude", "longitude", "currency", "publication", "salesStartAt", "salesEndAt", "cancellationDeadline", "maxPerBooking", "maxPerUser",
        "minPrice", "maxPrice", "quantitySold", "quantityAvailable", "imageUrl", "createdAt", "updatedAt", "version",
    ];

    private static readonly string[] TypeMembers =
    [
        "id", "eventId", "name", "price", "quantityAvailable", "quantitySold", "description", "currency", "priceMinor", "quantityTotal", "quantityHeld",
        "salesStartAt", "salesEndAt", "minPerBooking", "maxPerBooking", "sortOrder", "onSale",
    ];

    [Theory, OnBothEngines]
    public async Task An_event_of_four_members_has_all_the_others_too(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var body = Sample.Event();
        var created = (await organizer.Post("api/events", body)).Expect(201);

        Assert.Empty(Members.Append("ticketTypes").Except(created.Json!.AsObject().Select(member => member.Key)));
        Assert.Equal($"/api/events/{created["id"]}", created.Headers.Location!.ToString());
        Assert.Matches("^\"[^\"]+\"$", created.ETag);
        Assert.Equal(organizer.Id, created["organizerId"].GetValue<Guid>());
        Assert.Equal(("upcoming", "published", "EUR", "UTC"), (created["status"].GetValue<string>(), created["publication"].GetValue<string>(),
            created["currency"].GetValue<string>(), created["timeZone"].GetValue<string>()));
        Assert.Equal((0, 0, 100), (created["quantityAvailable"].GetValue<int>(), created["quantitySold"].GetValue<int>(), created["totalCapacity"].GetValue<int>()));
        Assert.Empty(created["ticketTypes"].AsArray());
        Assert.Empty(created["tags"].AsArray());
        foreach (var absent in (string[])["description", "endDate", "category", "venue", "city", "country", "latitude", "longitude", "minPrice", "maxPrice", "imageUrl", "maxPerUser"])
            Assert.Null(created.Json[absent]);
        Assert.EndsWith("Z", created["date"].GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(body["date"]!.GetValue<string>(), created["date"].GetValue<DateTimeOffset>().ToString("O"));

        var read = (await new Person(organizer.Server).Get($"api/events/{created["id"]}")).Expect(200);
        Assert.Equal(created.Text, read.Text);
        Assert.Equal(created.ETag, read.ETag);
    }

    [Theory, OnBothEngines]
    public async Task All_that_an_organizer_says_is_kept(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var (starts, ends) = (Sample.InDays(30), Sample.InDays(31));
        var body = Sample.Event(
            ("date", starts.ToString("O")), ("endDate", ends.ToString("O")), ("timeZone", "Asia/Tokyo"), ("description", "Two\nlines, ünïcode 🎻"), ("category", "Chamber Music"),
            ("tags", new[] { "strings", "late" }), ("venue", "Musikverein"), ("city", "Wien"), ("country", "Österreich"), ("latitude", 48.2), ("longitude", -16.37),
            ("currency", "USD"), ("publication", "draft"), ("salesStartAt", Sample.InDays(1).ToString("O")), ("salesEndAt", Sample.InDays(29).ToString("O")),
            ("cancellationDeadline", Sample.InDays(20).ToString("O")), ("maxPerBooking", 4), ("maxPerUser", 6), ("imageUrl", "https://example.com/a.png?b=c"));
        var created = (await organizer.Post("api/events", body)).Expect(201);
        foreach (var name in (string[])["name", "description", "timeZone", "category", "tags", "venue", "city", "country", "latitude", "longitude", "currency", "publication", "maxPerBooking", "maxPerUser", "imageUrl", "location", "totalCapacity"])
            Assert.True(JsonNode.DeepEquals(body[name], created.Json![name]), $"{name}: {created.Json![name]}");
        foreach (var name in (string[])["date", "endDate", "salesStartAt", "salesEndAt", "cancellationDeadline"])
            Assert.Equal(body[name]!.GetValue<DateTimeOffset>(), created[name].GetValue<DateTimeOffset>());
        Assert.Equal(starts.UtcDateTime.AddHours(9), created["localDate"].GetValue<DateTime>());
    }

    [Theory, OnBothEngines]
    public async Task Ticket_types_come_along_and_may_overlap(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var created = (await organizer.Post("api/events", Sample.Event(("totalCapacity", 10), ("ticketTypes", new JsonArray(
            Sample.TicketType(("name", "B"), ("price", 20), ("quantityAvailable", 8)),
            Sample.TicketType(("name", "A"), ("price", 7.5), ("sortOrder", 1)).Without("quantityAvailable").With(("quantityTotal", 9))))))).Expect(201);
        var types = created["ticketTypes"].AsArray();
        Assert.Equal(["B", "A"], types.Select(type => type!["name"]!.GetValue<string>()));
        Assert.Empty(TypeMembers.Except(types[0]!.AsObject().Select(member => member.Key)));
        Assert.Equal([8, 9], types.Select(type => type!["quantityTotal"]!.GetValue<int>()));
        Assert.All(types, type => Assert.Equal(created["id"].GetValue<Guid>(), type!["eventId"]!.GetValue<Guid>()));
        Assert.All(types, type => Assert.True(type!["onSale"]!.GetValue<bool>()));
        Assert.Equal((7.5m, 20m, 10), (created["minPrice"].GetValue<decimal>(), created["maxPrice"].GetValue<decimal>(), created["quantityAvailable"].GetValue<int>()));
    }

    [Theory, OnBothEngines]
    public async Task What_is_missing_or_out_of_range_is_named(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        (await organizer.Post("api/events", "{}")).ExpectErrors("validation_failed", "name", "date", "location", "totalCapacity");
        (string Member, object?[] Wrong)[] table =
        [
            ("name", [null, "", "   ", "\u200b", "a\u0007b", "line\nbreak", "evil\u202Etxt", new string('n', 201), 5]),
            ("location", [null, "", " ", new string('l', 201), true, "a\u0001"]),
            ("date", [null, "", "tomorrow", "2020-01-01T00:00:00Z", "2101-01-01T00:00:00Z", "2030-13-01T00:00:00Z", "2030-02-30T00:00:00Z", 1893456000, "2030-01-01T25:00:00Z"]),
            ("totalCapacity", [null, 0, -1, 1_000_001, 1.5, "10", 3_000_000_000, true]),
            ("endDate", ["2020-01-01T00:00:00Z", "later", 5, Sample.InDays(59).ToString("O")]),
            ("description", [new string('d', 10_001), 5, "a\u0000b", "bell\u0007"]),
            ("category", ["", "  ", new string('c', 51), 5]),
            ("tags", ["jazz", 5]),
            ("currency", ["eur", "EURO", "XXX", "", "€", 978]),
            ("publication", ["hidden", "", "1", 1, true]),
            ("maxPerBooking", [0, -1, "4", 1.5]),
            ("maxPerUser", [0, -1, "4"]),
            ("imageUrl", ["javascript:alert(1)", "not an address", "/relative.png", 5]),
            ("timeZone", ["Mars/Olympus", "+02:00", "CEST", 5]),
            ("salesStartAt", ["soon", 5]),
            ("cancellationDeadline", ["soon", 5]),
            ("ticketTypes", ["none", 5]),
        ];
        foreach (var (member, values) in table)
            foreach (var wrong in values)
            {
                var reply = await organizer.Post("api/events", Sample.Event((member, wrong)));
                Assert.True((int)reply.Status == 400 && reply.Code == "validation_failed" && reply.ErrorPaths is [var path] && path == member, $"{member} = {wrong}: {reply.Text}");
            }
        (await organizer.Post("api/events", Sample.Event(("latitude", 91), ("longitude", 181)))).ExpectErrors("validation_failed", "latitude", "longitude");
        (await organizer.Post("api/events", Sample.Event(("tags", new object?[] { "ok", 5 })))).ExpectErrors("validation_failed", "tags[1]");
    }

    [Theory, OnBothEngines]
    public async Task The_edges_of_the_ranges_are_inside(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        (string Member, object? Value)[] edges =
        [
            ("name", new string('n', 200)), ("name", "x"), ("totalCapacity", 1), ("totalCapacity", 1_000_000), ("description", new string('d', 10_000)), ("description", ""),
            ("category", new string('c', 50)), ("category", "c"), ("date", "2100-12-31T23:59:59Z"), ("maxPerBooking", 1), ("latitude", null), ("name", "السلام 🎭"),
        ];
        foreach (var edge in edges)
            (await organizer.Post("api/events", Sample.Event(edge))).Expect(201);
        var day = Sample.InDays(60).ToString("O");
        (await organizer.Post("api/events", Sample.Event(("date", day), ("endDate", day)))).Expect(201);
    }

    [Theory, OnBothEngines]
    public async Task Names_are_trimmed_and_composed_and_else_kept_as_sent(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var created = (await organizer.Post("api/events", Sample.Event(("name", "  Cafe\u0301 <b>&amp;</b> 'x' \"y\"  z  ")))).Expect(201);
        Assert.Equal("Café <b>&amp;</b> 'x' \"y\"  z", created["name"].GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task Nested_faults_are_named_by_their_place(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var types = new JsonArray(
            Sample.TicketType(),
            Sample.TicketType(("name", ""), ("price", -1)).Without("quantityAvailable"),
            null,
            Sample.TicketType(("price", "5"), ("minPerBooking", 0), ("salesStartAt", "x")));
        (await organizer.Post("api/events", Sample.Event(("ticketTypes", types)))).ExpectErrors("validation_failed",
            "ticketTypes[1].name", "ticketTypes[1].price", "ticketTypes[1].quantityAvailable", "ticketTypes[2]",
            "ticketTypes[3].price", "ticketTypes[3].minPerBooking", "ticketTypes[3].salesStartAt");
    }

    [Theory, OnBothEngines]
    public async Task What_the_server_owns_is_never_bound(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var foreign = Guid.CreateVersion7();
        (string, object?)[] owned =
        [
            ("id", foreign), ("organizerId", foreign), ("status", "sold_out"), ("quantitySold", 99), ("quantityHeld", 99), ("quantityAvailable", 99), ("version", 77),
            ("createdAt", "2001-01-01T00:00:00Z"), ("updatedAt", "2001-01-01T00:00:00Z"), ("cancelledAt", "2001-01-01T00:00:00Z"), ("minPrice", 1), ("maxPrice", 2),
            ("localDate", "2001-01-01T00:00:00"), ("soldOut", true), ("stock", new { sold = 5 }), ("unheardOf", new[] { 1 }),
        ];
        var types = new JsonArray(Sample.TicketType(("id", foreign), ("eventId", foreign), ("quantitySold", 9), ("quantityHeld", 9), ("priceMinor", 1), ("currency", "JPY"), ("onSale", false), ("version", 5)));
        var created = (await organizer.Post("api/events", Sample.Event(owned).With(("ticketTypes", types)))).Expect(201);
        Assert.NotEqual(foreign, created["id"].GetValue<Guid>());
        Assert.Equal(organizer.Id, created["organizerId"].GetValue<Guid>());
        Assert.Equal(("upcoming", 0, 50), (created["status"].GetValue<string>(), created["quantitySold"].GetValue<int>(), created["quantityAvailable"].GetValue<int>()));
        Assert.True(created["createdAt"].GetValue<DateTimeOffset>() > Sample.InDays(-1));
        var type = created["ticketTypes"][0]!;
        Assert.NotEqual(foreign, type["id"]!.GetValue<Guid>());
        Assert.Equal((0, 0, 1250L, "EUR"), (type["quantitySold"]!.GetValue<int>(), type["quantityHeld"]!.GetValue<int>(), type["priceMinor"]!.GetValue<long>(), type["currency"]!.GetValue<string>()));
    }

    [Theory, OnBothEngines]
    public async Task Attendees_and_strangers_make_no_events(Engine engine)
    {
        var server = await servers.Shared(engine);
        (await (await Person.Attendee(server)).Post("api/events", Sample.Event())).Expect(403, "role_not_allowed");
        (await new Person(server).Post("api/events", Sample.Event())).Expect(401, "unauthenticated");
        (await (await Person.Admin(server)).Post("api/events", Sample.Event())).Expect(201);
    }

    [Theory, OnBothEngines]
    public async Task An_event_read_again_is_not_sent_again(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(capacity: 10);
        var (path, stranger) = ($"api/events/{show.Id}", new Person(server));
        var first = (await stranger.Get(path)).ETag!;
        Assert.Equal(first, (await organizer.Get(path)).ETag);
        var unchanged = (await stranger.Get(path, ("If-None-Match", first))).Expect(304);
        Assert.Equal((first, ""), (unchanged.ETag, unchanged.Text));
        (await stranger.Get(path, ("If-None-Match", $"\"other\", {first}"))).Expect(304);
        (await stranger.Get(path, ("If-None-Match", $"W/{first}"))).Expect(304);
        (await stranger.Get(path, ("If-None-Match", "*"))).Expect(304);
        (await stranger.Get(path, ("If-None-Match", "\"other\""))).Expect(200);
        (await stranger.Get(path, ("If-None-Match", "nonsense"))).Expect(200);

        (await (await Person.Attendee(server)).Book(show, 2)).Expect(201);
        Assert.Equal(8, (await stranger.Get(path, ("If-None-Match", first))).Expect(200)["quantityAvailable"].GetValue<int>());
    }

    [Theory, OnBothEngines]
    public async Task Only_the_36_characters_of_an_id_lead_anywhere(Engine engine)
    {
        var show = await (await Person.Organizer(await servers.Shared(engine))).Announce();
        var stranger = new Person(await servers.Shared(engine));
        foreach (var id in (string[])[show.Id.ToString("N"), $"{{{show.Id}}}", "1", "me", $"{show.Id}0", "00000000-0000-0000-0000-000000000000", Guid.CreateVersion7().ToString(), "..%2f", "%F0%9F%8E%BB"])
            (await stranger.Get($"api/events/{id}")).Expect(404, "not_found");
        (await stranger.Get($"api/events/{show.Id.ToString().ToUpperInvariant()}")).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task The_status_is_computed(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce(capacity: 2, types: [("A", 5m, 2), ("B", 5m, 2)]);
        async Task<string> Status() => (await buyer.Get($"api/events/{show.Id}"))["status"].GetValue<string>();

        await buyer.Hold(show, 2);
        Assert.Equal("upcoming", await Status());
        var sold = await organizer.Announce(capacity: 2, types: [("A", 5m, 2), ("B", 5m, 2)]);
        (await buyer.Book(sold, 2)).Expect(201);
        show = sold;
        Assert.Equal("sold_out", await Status());
        await server.Database.Shift(sold.Id, "starts_at", Sample.InDays(-1));
        Assert.Equal("past", await Status());

        var cancelled = await organizer.Announce();
        (await organizer.Put($"api/events/{cancelled.Id}/cancel", null)).Expect(200);
        await server.Database.Shift(cancelled.Id, "starts_at", Sample.InDays(-1));
        show = cancelled;
        Assert.Equal("cancelled", await Status());
    }
}
