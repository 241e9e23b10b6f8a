using System.Text;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Importing;

/// <summary>Many events at once: all of them, or none.</summary>
public sealed class ImportTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Lines_of_JSON_become_events_with_their_ticket_types(Engine engine)
    {
        var (organizer, city) = (await Person.Organizer(await servers.Shared(engine)), Sample.Word());
        var lines = $"{Line(city, "One")}\n\r\n{Line(city, "Two", ("ticketTypes", new[] { new { name = "Seat", price = 12.5, quantityAvailable = 5 }, new { name = "Box", price = 50.0, quantityAvailable = 2 } }))}";
        var reply = (await Import(organizer, "application/x-ndjson", lines)).Expect(200);
        Assert.Equal((2, false, 2), (reply["imported"].GetValue<int>(), reply["dryRun"].GetValue<bool>(), reply["rows"].GetValue<int>()));

        var found = (await organizer.Get($"api/events?city={city}&sortBy=name"))["data"].AsArray();
        Assert.Equal(["One", "Two"], found.Select(e => e!["name"]!.GetValue<string>()));
        Assert.All(found, e => Assert.Equal(organizer.Id, e!["organizerId"]!.GetValue<Guid>()));
        var two = (await organizer.Get($"api/events/{found[1]!["id"]}")).Expect(200);
        Assert.Equal([("Seat", 1250L, 5), ("Box", 5000L, 2)],
            two["ticketTypes"].AsArray().Select(t => (t!["name"]!.GetValue<string>(), t["priceMinor"]!.GetValue<long>(), t["quantityTotal"]!.GetValue<int>())));
        await organizer.Server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task A_table_with_a_header_becomes_events(Engine engine)
    {
        var (organizer, city) = (await Person.Organizer(await servers.Shared(engine)), Sample.Word());
        var date = Sample.InDays(30).ToString("O");
        var table = string.Join("\r\n",
            "name,date,location,city,totalCapacity,tags,ticketTypes,description",
            $"\"Quoted, with \"\"comma\"\"\",{date},Hall,{city},100,strings|late,Seat:12.50:60|Box: 50 :4,\"Two\nlines\"",
            $"Plain,{date},Hall,{city},10,,,",
            "");
        Assert.Equal(2, (await Import(organizer, "text/csv", "\ufeff" + table)).Expect(200)["imported"].GetValue<int>());

        var found = (await organizer.Get($"api/events?city={city}&sortBy=name&order=desc"))["data"].AsArray();
        Assert.Equal(["Quoted, with \"comma\"", "Plain"], found.Select(e => e!["name"]!.GetValue<string>()));
        Assert.Equal("Two\nlines", found[0]!["description"]!.GetValue<string>());
        Assert.Equal(["strings", "late"], found[0]!["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()));
        Assert.Null(found[1]!["description"]);
        var first = await organizer.Get($"api/events/{found[0]!["id"]}");
        Assert.Equal([("Seat", 1250L, 60), ("Box", 5000L, 4)],
            first["ticketTypes"].AsArray().Select(t => (t!["name"]!.GetValue<string>(), t["priceMinor"]!.GetValue<long>(), t["quantityTotal"]!.GetValue<int>())));
        (await (await Person.Attendee(organizer.Server)).Post("api/bookings", new { eventId = first["id"], ticketTypeId = first["ticketTypes"][0]!["id"], quantity = 2 })).Expect(201);
    }

    /// <summary>As Excel writes it where a comma is in every price, and with the times and numbers of other programs.</summary>
    [Theory, OnBothEngines]
    public async Task A_table_of_a_European_spreadsheet_becomes_events(Engine engine)
    {
        var (organizer, city) = (await Person.Organizer(await servers.Shared(engine)), Sample.Word());
        var table = string.Join("\r\n",
            "sep=;", "name;date;timeZone;location;city;totalCapacity;latitude;longitude;ticketTypes;;",
            $"\"Größe, \"\"Café\"\" — 大人\";2040-03-15 20:00;Europe/Vienna;Hall;{city};20.0;48,2083;16,3731;Seat:18,50:20.0;;",
            $"Second;2040-03-15T20:00:00+0200;;Hall;{city};10;;;Seat:7:5;;", ";;;;;;;;;;", "");
        Assert.Equal(2, (await Import(organizer, "text/csv", "\ufeff" + table)).Expect(200)["imported"].GetValue<int>());
        var found = (await organizer.Get($"api/events?city={city}&sortBy=name"))["data"].AsArray();
        Assert.Equal(["Größe, \"Café\" — 大人", "Second"], found.Select(e => e!["name"]!.GetValue<string>()));
        Assert.Equal(("2040-03-15T20:00:00", 48.2083, 1850, 20), (found[0]!["localDate"]!.GetValue<string>(), found[0]!["latitude"]!.GetValue<double>(),
            found[0]!["minPriceMinor"]!.GetValue<long>(), found[0]!["totalCapacity"]!.GetValue<int>()));
        Assert.Equal("2040-03-15T18:00:00.000Z", found[1]!["date"]!.GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task A_misspelt_column_is_refused_by_name_and_an_unknown_member_of_a_line_is_not(Engine engine)
    {
        var (organizer, city) = (await Person.Organizer(await servers.Shared(engine)), Sample.Word());
        var date = Sample.InDays(30).ToString("O");
        var reply = (await Import(organizer, "text/csv", $"name,date,location,city,totalCapacity,ticket_types\nOne,{date},Hall,{city},10,Seat:5:5\n")).Expect(400, "validation_failed");
        Assert.Equal(["ticket_types"], reply.ErrorPaths);
        Assert.Contains("ticketTypes", reply.Text, StringComparison.Ordinal);
        Assert.Empty((await organizer.Get($"api/events?city={city}"))["data"].AsArray());
        (await Import(organizer, "application/x-ndjson", Line(city, "One", ("ticket_types", "Seat:5:5")))).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task A_dry_run_checks_everything_and_keeps_nothing(Engine engine)
    {
        var (organizer, city) = (await Person.Organizer(await servers.Shared(engine)), Sample.Word());
        var reply = (await Import(organizer, "application/x-ndjson", $"{Line(city, "One")}\n{Line(city, "Two")}\n", "?dryRun=true")).Expect(200);
        Assert.True(reply["dryRun"].GetValue<bool>());
        Assert.Equal(2, reply["rows"].GetValue<int>());
        Assert.Empty((await organizer.Get($"api/events?city={city}"))["data"].AsArray());
        (await Import(organizer, "application/x-ndjson", $"{Line(city, "One")}\n{{}}", "?dryRun=true")).Expect(400, "validation_failed");
        (await Import(organizer, "application/x-ndjson", Line(city, "One"), "?dryRun=maybe")).Expect(400, "invalid_parameter");
        (await Import(organizer, "application/x-ndjson", Line(city, "One"), "?dry=true")).Expect(400, "unknown_parameter");
    }

    [Theory, OnBothEngines]
    public async Task One_bad_row_keeps_all_out_and_each_is_named_with_its_problems(Engine engine)
    {
        var (organizer, city) = (await Person.Organizer(await servers.Shared(engine)), Sample.Word());
        var lines = string.Join('\n',
            Line(city, "Good"),
            Line(city, "Bad", ("date", "2001-01-01T00:00:00Z"), ("totalCapacity", 0)),
            Line(city, "Good"),
            Line(city, "Bad", ("ticketTypes", new[] { new { name = "", price = 12.345, quantityAvailable = 5 } })),
            Line(city, "Bad", ("totalCapacity", "5")),
            "{broken",
            "[]",
            """{"name":"a","name":"b"}""",
            """{"\ud800":1}""");
        var reply = (await Import(organizer, "application/x-ndjson", lines)).Expect(400, "validation_failed");
        foreach (var path in (string[])["rows[2].date", "rows[2].totalCapacity", "rows[4].ticketTypes[0].name", "rows[4].ticketTypes[0].price", "rows[5].totalCapacity"])
            Assert.Contains(path, reply.ErrorPaths);
        foreach (var row in (int[])[6, 7, 8, 9])
            Assert.Contains(reply.ErrorPaths, path => path.StartsWith($"rows[{row}]", StringComparison.Ordinal));
        Assert.DoesNotContain(reply.ErrorPaths, path => path.StartsWith("rows[1]", StringComparison.Ordinal) || path.StartsWith("rows[3]", StringComparison.Ordinal));
        Assert.Empty((await organizer.Get($"api/events?city={city}"))["data"].AsArray());
    }

    [Theory, OnBothEngines]
    public async Task A_table_is_checked_like_everything_else(Engine engine)
    {
        var (organizer, city) = (await Person.Organizer(await servers.Shared(engine)), Sample.Word());
        var date = Sample.InDays(30).ToString("O");
        var table = $"name,date,location,city,totalCapacity,ticketTypes\nGood,{date},Hall,{city},5,\n,{date},Hall,{city},many,\nBad,soon,Hall,{city},5,Seat:free:5\n";
        var reply = (await Import(organizer, "text/csv", table)).Expect(400, "validation_failed");
        foreach (var path in (string[])["rows[2].name", "rows[2].totalCapacity", "rows[3].date"])
            Assert.Contains(path, reply.ErrorPaths);
        Assert.Contains(reply.ErrorPaths, path => path.StartsWith("rows[3].ticketTypes", StringComparison.Ordinal));
        Assert.Empty((await organizer.Get($"api/events?city={city}"))["data"].AsArray());
    }

    [Theory, OnBothEngines]
    public async Task Numbers_and_times_of_a_table_are_as_other_programs_write_them(Engine engine)
    {
        var (organizer, city) = (await Person.Organizer(await servers.Shared(engine)), Sample.Word());
        var table = $"name,date,timeZone,location,city,totalCapacity,maxPerBooking,ticketTypes\nOne,2040-03-15 20:00,Europe/Vienna,Hall,{city},200.0,5.0,Seat:18.5:20.0|Box:1500000.00:2.0\n";
        (await Import(organizer, "text/csv", table)).Expect(200);
        var only = (await organizer.Get($"api/events?city={city}")).Expect(200)["data"][0]!;
        Assert.Equal((200, 5, "2040-03-15T19:00:00.000Z", 150_000_000), (only["totalCapacity"]!.GetValue<int>(), only["maxPerBooking"]!.GetValue<int>(), only["date"]!.GetValue<string>(), only["maxPriceMinor"]!.GetValue<long>()));
        (await Import(organizer, "text/csv", table.Replace("200.0", "200.5", StringComparison.Ordinal))).ExpectErrors("validation_failed", "rows[1].totalCapacity");
        (await Import(organizer, "application/x-ndjson", Line(city, "Two").Replace("\"totalCapacity\":", "\"maxPerUser\":3.0,\"totalCapacity\":1e2,\"x\":", StringComparison.Ordinal))).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task The_first_thousand_problems_are_enough(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var reply = (await Import(organizer, "application/x-ndjson", string.Join('\n', Enumerable.Repeat("{}", 2000)))).Expect(400, "validation_failed");
        Assert.InRange(reply.ErrorPaths.Count, 1000, 1010);
    }

    [Theory, OnBothEngines]
    public async Task A_row_is_no_longer_than_an_event_may_be(Engine engine)
    {
        var (organizer, city) = (await Person.Organizer(await servers.Shared(engine)), Sample.Word());
        var lines = string.Join("\r\n", Line(city, "Good"), $"{{\"x\":\"{new string('x', 300 * 1024)}\"}}", Line(city, "Good"), "", "{}");
        var reply = (await Import(organizer, "application/x-ndjson", lines)).Expect(400, "validation_failed");
        Assert.Equal(["rows[2]", "rows[5].date", "rows[5].location", "rows[5].name", "rows[5].totalCapacity"], reply.ErrorPaths.Order());
        (await Import(organizer, "text/csv", $"name,date\n{new string('x', 300 * 1024)},2030-05-01\n")).Expect(400, "malformed_request");
        Assert.Empty((await organizer.Get($"api/events?city={city}"))["data"].AsArray());
    }

    [Theory, OnBothEngines]
    public async Task Only_organizers_import_and_only_what_can_be_read(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, city) = (await Person.Organizer(server), Sample.Word());
        (await Import(new Person(server), "application/x-ndjson", Line(city, "One"))).Expect(401, "unauthenticated");
        (await Import(await Person.Attendee(server), "application/x-ndjson", Line(city, "One"))).Expect(403, "role_not_allowed");
        foreach (var type in (string[])["application/json", "text/plain", "multipart/form-data; boundary=x"])
            (await Import(organizer, type, Line(city, "One"))).Expect(415, "unsupported_media_type");
        foreach (var type in (string[])["application/x-ndjson", "text/csv"])
        {
            var empty = await Import(organizer, type, "");
            Assert.True((int)empty.Status is 200 or 400, empty.Text);
        }
        Assert.InRange((int)(await Import(organizer, "text/csv", "name,date\n\"never closed,2030")).Status, 400, 400);
        Assert.Empty((await organizer.Get($"api/events?city={city}"))["data"].AsArray());
    }

    [Theory, OnBothEngines]
    public async Task A_file_has_at_most_64_MiB(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        using var endless = new ByteArrayContent(new byte[(64 * 1024 * 1024) + 1]);
        endless.Headers.ContentType = new("text/csv");
        // Asks before it sends them.
        (await organizer.Post("api/events/import", endless, ("Expect", "100-continue"))).Expect(413, "payload_too_large");
    }

    [Theory, OnBothEngines]
    public async Task The_verb_imports_a_file_for_an_organizer(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, city) = (await Person.Organizer(server), Sample.Word());
        var file = Path.Combine(server.Database.DataDirectory, $"{city}.ndjson");
        await File.WriteAllTextAsync(file, $"{Line(city, "One")}\n{Line(city, "Two")}\n");
        var (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["import", file, "--organizer", $" {organizer.Email}\t"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(2, (await organizer.Get($"api/events?city={city}&organizerId={organizer.Id}"))["pagination"]["totalItems"]!.GetValue<int>());

        await File.WriteAllTextAsync(file, $"{Line(city, "Three")}\n{{}}\n");
        (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["import", file, "--organizer", organizer.Email]);
        Assert.True(exitCode != 0 && output.Contains("rows[2]", StringComparison.Ordinal), output);
        foreach (var (path, email) in ((string, string)[])[(file + "x", organizer.Email), (file, $"{Sample.Word()}@example.com")])
        {
            (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["import", path, "--organizer", email]);
            Assert.True(exitCode != 0 && !output.Contains("   at ", StringComparison.Ordinal), output);
        }
        Assert.Equal(2, (await organizer.Get($"api/events?city={city}"))["pagination"]["totalItems"]!.GetValue<int>());
    }

    private static string Line(string city, string name, params (string Name, object? Value)[] changes) =>
        Sample.Event(("city", city), ("name", name)).With(changes).ToJsonString();

    private static async Task<Reply> Import(Person person, string type, string body, string query = "")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await person.Post($"api/events/import{query}", content);
    }
}
