using System.Globalization;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.BoxOffice;

public sealed class BookingListTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_history_is_ones_own_sorted_filtered_and_paged(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var early = await organizer.Announce(types: [("Seat", 30m, 100)], more: new { date = TimeProvider.System.GetUtcNow().AddDays(10) });
        var late = await organizer.Announce(types: [("Seat", 10m, 100)], more: new { date = TimeProvider.System.GetUtcNow().AddDays(90) });
        var buyer = await Person.Attendee(server);
        // Instants are whole milliseconds: two bookings of the same one are ordered by their ids, not by who came first.
        var first = (await buyer.Book(late, 1)).Expect(201)["id"].GetValue<Guid>();
        await Task.Delay(5);
        var second = (await buyer.Book(early, 2)).Expect(201)["id"].GetValue<Guid>();
        await Task.Delay(5);
        var third = await buyer.Hold(late, 3);

        Guid[] Ids(Reply reply) => [.. reply.Expect(200)["data"].AsArray().Select(b => b!["id"]!.GetValue<Guid>())];
        Assert.Equal([third, second, first], Ids(await buyer.Get("api/users/me/bookings")));
        Assert.Equal([first, second, third], Ids(await buyer.Get($"api/users/{buyer.Id}/bookings?sortBy=bookingDate&order=asc")));
        Assert.Equal([first, third, second], Ids(await buyer.Get("api/me/bookings?sortBy=totalPrice")));
        Assert.Equal(second, Ids(await buyer.Get("api/me/bookings?sortBy=date"))[0]);
        Assert.Equal([third], Ids(await buyer.Get("api/me/bookings?status=pending")));
        Assert.Equal(2, Ids(await buyer.Get("api/me/bookings?status=confirmed,cancelled")).Length);

        var page = (await buyer.Get("api/me/bookings?page=2&limit=2")).Expect(200);
        Assert.Equal([first], Ids(page));
        Assert.Equal(3, page["pagination"]["totalItems"]!.GetValue<int>());
        Assert.False(page["pagination"]["hasNext"]!.GetValue<bool>());
        Assert.Empty(Ids(await buyer.Get("api/me/bookings?page=9&limit=100")));
        foreach (var bad in (string[])["page=0", "limit=0", "limit=101", "sortBy=code", "order=up", "status=open", "page=x"])
            (await buyer.Get($"api/me/bookings?{bad}")).Expect(400, "invalid_parameter");
        (await buyer.Get("api/me/bookings?sort=date")).Expect(400, "unknown_parameter");
        (await buyer.Get("api/me/bookings?page=101&limit=100")).Expect(400, "page_too_deep");
    }

    [Theory, OnBothEngines]
    public async Task Someone_elses_history_is_forbidden_whether_they_exist_or_not(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (one, other, admin) = (await Person.Attendee(server), await Person.Attendee(server), await Person.Admin(server));
        (await one.Get($"api/users/{other.Id}/bookings")).Expect(403, "forbidden");
        (await one.Get($"api/users/{Guid.CreateVersion7()}/bookings")).Expect(403, "forbidden");
        (await admin.Get($"api/users/{one.Id}/bookings")).Expect(200);
        (await new Person(server).Get("api/users/me/bookings")).Expect(401);
        (await one.Get("api/users/somebody/bookings")).Expect(404, "not_found");
    }

    [Theory, OnBothEngines]
    public async Task An_organizer_sees_who_booked_and_can_look_for_them(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var (one, other) = (await Person.Attendee(server), await Person.Attendee(server));
        var booked = (await one.Book(show, 2)).Expect(201);
        (await other.Book(show, hold: true)).Expect(201);
        var path = $"api/events/{show.Id}/bookings";

        var all = (await organizer.Get(path)).Expect(200);
        Assert.Equal(2, all["data"].AsArray().Count);
        Assert.Equal(other.Email, all["data"][0]!["buyer"]!["email"]!.GetValue<string>());
        foreach (var text in (string[])[booked["code"].GetValue<string>().ToLowerInvariant(), one.Username.ToUpperInvariant(), one.Email])
            Assert.Equal(booked["id"].GetValue<Guid>(), Assert.Single((await organizer.Get($"{path}?q={text}"))["data"].AsArray())!["id"]!.GetValue<Guid>());
        Assert.Empty((await organizer.Get($"{path}?q=%25"))["data"].AsArray());
        Assert.Single((await organizer.Get($"{path}?status=pending"))["data"].AsArray());

        (await one.Get(path)).Expect(403, "forbidden");
        (await (await Person.Organizer(server)).Get(path)).Expect(403, "forbidden");
        (await organizer.Get($"api/events/{Guid.CreateVersion7()}/bookings")).Expect(404);
    }

    [Theory, OnBothEngines]
    public async Task The_list_as_CSV_has_all_rows_and_runs_nothing(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var buyer = await Person.Attendee(server);
        for (var i = 0; i < 12; i++)
            (await buyer.Book(show)).Expect(201);
        await server.Database.Run("UPDATE users SET username = '=1+1' WHERE id = @id", ("id", buyer.Id));

        foreach (var accept in (string[])["text/csv;q=0", "application/json, text/csv;q=0.5", "*/*", "text/csvx", ";"])
            Assert.Equal("application/json", (await organizer.Get($"api/events/{show.Id}/bookings", ("Accept", accept))).Expect(200).ContentHeaders.ContentType!.MediaType);
        foreach (var reply in (Reply[])[await organizer.Get($"api/events/{show.Id}/bookings?format=csv"), await organizer.Get($"api/events/{show.Id}/bookings", ("Accept", "text/csv")),
            await organizer.Get($"api/events/{show.Id}/bookings.csv")])
        {
            reply.Expect(200);
            Assert.Equal("text/csv", reply.ContentHeaders.ContentType!.MediaType);
            var lines = reply.Text.Trim().Split('\n');
            Assert.Equal(13, lines.Length);
            Assert.StartsWith("code,status,bookingDate,username,email,tickets,totalPrice,currency,paymentStatus", lines[0], StringComparison.Ordinal);
            Assert.All(lines.Skip(1), line => Assert.Contains("'=1+1", line, StringComparison.Ordinal));
        }
        // Excel takes a table without this mark for one in the code page of its country.
        Assert.Equal("\uFEFF"u8.ToArray(), (await organizer.Download($"api/events/{show.Id}/bookings.csv"))[..3]);
        (await organizer.Get($"api/events/{show.Id}/bookings.csv?page=1")).Expect(400, "unknown_parameter");
        (await organizer.Get($"api/events/{show.Id}/bookings.csv?status=open")).Expect(400, "invalid_parameter");
    }

    [Theory, OnBothEngines]
    public async Task An_organizer_sees_the_names_that_people_go_by_and_finds_them_in_any_case(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(types: [("Stalls", 45.5m, 10), ("Balcony, left", 20m, 10)], more: new { date = "2031-07-05T19:30:00", timeZone = "Asia/Tokyo" });
        var (zoe, other) = (await Person.Attendee(server), await Person.Attendee(server));
        (await zoe.Patch("api/me", new { displayName = "Zoë Größl-Öztürk" })).Expect(200);
        var booked = (await zoe.Post("api/bookings", new { eventId = show.Id, items = new[] { new { ticketTypeId = show.Types[0], quantity = 2 }, new { ticketTypeId = show.Types[1], quantity = 1 } } })).Expect(201);
        (await other.Book(show)).Expect(201);

        var path = $"api/events/{show.Id}/bookings";
        foreach (var text in (string[])["Zoë", "zoë", "ZOË", "GRÖSSL"[..3], "größl", "Öztürk", "öztürk", "ÖZ", "Zoë Gr"])
        {
            var found = Assert.Single((await organizer.Get($"{path}?q={Uri.EscapeDataString(text)}")).Expect(200)["data"].AsArray())!;
            Assert.Equal(("Zoë Größl-Öztürk", zoe.Username), (found["buyer"]!["displayName"]!.GetValue<string>(), found["buyer"]!["username"]!.GetValue<string>()));
            Assert.Equal(2, (await organizer.Get($"{path}.csv?q={Uri.EscapeDataString(text)}")).Expect(200).Text.TrimEnd().Split('\n').Length);
        }
        Assert.Null((await organizer.Get($"{path}?q={other.Username}"))["data"][0]!["buyer"]!["displayName"]);
        Assert.Equal("Zoë Größl-Öztürk", (await organizer.Get($"api/bookings/{booked["id"]}"))["buyer"]["displayName"]!.GetValue<string>());
        Assert.Empty((await organizer.Get($"{path}?q=%5F%25"))["data"].AsArray());

        using var csv = new CsvHelper.CsvReader(new StringReader((await organizer.Get($"{path}.csv?q=Zo%C3%AB")).Text), CultureInfo.InvariantCulture);
        Assert.True(csv.Read() && csv.ReadHeader() && csv.Read());
        Assert.Equal(("Zoë Größl-Öztürk", "Stalls:2|Balcony, left:1", "2031-07-05 19:30:00"), (csv["displayName"], csv["ticketTypes"], csv["localDate"]));
        Assert.Equal(show.Reply["name"].GetValue<string>(), csv["event"]);
        Assert.Equal(DateTimeOffset.Parse(csv["bookingDate"]!, CultureInfo.InvariantCulture).AddHours(9).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), csv["localBookingDate"]);
        Assert.False(csv.Read());
    }
}
