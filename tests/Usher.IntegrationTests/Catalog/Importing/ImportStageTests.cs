using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Usher.IntegrationTests.Harness;
using Usher.Server.Platform.Persistence;
using Engine = Usher.IntegrationTests.Harness.Engine;

namespace Usher.IntegrationTests.Catalog.Importing;

/// <summary>What an import does to others while it is written, and what is left of one that is not brought to its end.</summary>
public sealed class ImportStageTests(Servers servers)
{
    /// <summary>Statistics do not see them: a plan for the one row there seems to be scans the index of all.</summary>
    [Fact]
    public async Task A_sale_reads_no_ticket_type_that_is_not_committed_yet()
    {
        await using var server = await servers.Start(Engine.Postgres);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        // One ticket type: of two, the planner thinks better of scanning.
        var (show, other) = (await organizer.Announce(), (await organizer.Post("api/events", Sample.Event())).Expect(201)["id"]);
        const int Rows = 20_000;
        await using var import = await server.Database.Hold($"""
            INSERT INTO ticket_types SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'event_id', '{other}', 'name', 'Row ' || n))).*
            FROM ticket_types t, generate_series(1, {Rows}) n WHERE t.event_id = '{show.Id}';
            INSERT INTO ticket_stock (ticket_type_id, event_id, held, quantity_total, sold) SELECT id, event_id, 0, 1, 0 FROM ticket_types WHERE name LIKE 'Row %'
            """);
        await server.Database.Run("VACUUM ANALYZE ticket_stock");
        await server.Database.Run("VACUUM ANALYZE ticket_types");
        var before = await Reads();
        for (var i = 0; i < 10; i++)
            (await buyer.Book(show)).Expect(201);
        await Eventually.IsTrue(async () => (await Reads()).Scans >= before.Scans + 10);
        Assert.InRange((await Reads()).Rows - before.Rows, 0, Rows / 10);

        async Task<(long Scans, long Rows)> Reads() => (
            await server.Database.Count("SELECT sum(idx_scan) FROM pg_stat_user_indexes WHERE relname IN ('ticket_stock', 'ticket_types')"),
            await server.Database.Count("SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname IN ('ticket_stock', 'ticket_types')"));
    }

    [Theory, OnBothEngines]
    public async Task Nobody_waits_for_an_import_and_nobody_sees_a_part_of_it(Engine engine)
    {
        const int Rows = 2_500;
        await using var server = await servers.Start(engine, ("Caching:Enabled", "false"));
        var (organizer, other, buyer, show) = (await Person.Organizer(server), await Person.Organizer(server), await Person.Attendee(server), default(Show));
        show = await organizer.Announce(capacity: 10_000);
        var (city, since) = (Sample.Word(), Stopwatch.StartNew());
        (await buyer.Book(show)).Expect(201);

        // The first import tells how long one is: whoever had to wait for its writing would wait for a good part of it.
        var imports = Task.WhenAll(Import(organizer, Lines(city, Rows)), Import(other, Lines(city, Rows)));
        var (longest, bookings, seen) = (TimeSpan.Zero, 0, new HashSet<int>());
        since.Restart();
        while (!imports.IsCompleted)
        {
            var began = since.Elapsed;
            (await buyer.Book(show)).Expect(201);
            longest = since.Elapsed - began > longest ? since.Elapsed - began : longest;
            bookings++;
            seen.Add((await buyer.Get($"api/events?city={city}&limit=1")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>());
            seen.Add((await organizer.Get($"api/organizers/me/events?q={city}&limit=1")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>() % Rows);
            seen.Add((await buyer.Get($"api/events/facets?q={city}")).Expect(200)["cities"].AsArray().Sum(c => c!["count"]!.GetValue<int>()));
        }
        foreach (var reply in await imports)
            Assert.Equal(Rows, reply.Expect(200)["imported"].GetValue<int>());
        Assert.True(bookings >= 5 && longest < since.Elapsed / 4, $"{bookings} bookings, the slowest took {longest} of the {since.Elapsed} that two imports took.");
        Assert.Empty(seen.Except([0, Rows, 2 * Rows]));
        Assert.Equal(2 * Rows, (await buyer.Get($"api/events?city={city}"))["pagination"]["totalItems"]!.GetValue<int>());
        Assert.Equal(0, await server.Database.Count("SELECT count(*) FROM imports"));
        await server.Verify();
    }

    [Fact]
    public async Task What_is_still_being_written_is_in_no_list_no_search_no_count_and_not_at_its_address()
    {
        // On PostgreSQL its transaction keeps it.
        var server = await servers.Shared(Engine.Sqlite);
        var (organizer, admin, buyer, city) = (await Person.Organizer(server), await Person.Admin(server), await Person.Attendee(server), Sample.Word());
        var show = await organizer.Announce(more: new { city, name = $"{city} evening", latitude = 10.0, longitude = 20.0, category = city });
        string[] lists =
        [
            $"api/events?city={city}", $"api/events?q={city}", $"api/events?name={city[..6]}&category={city}", $"api/events?location={city}&status=all", $"api/events?category={city}&sortBy=popularity",
            $"api/events?near=10,20&radiusKm=1&city={city}&sortBy=distance", $"api/events?city={city}&minPrice=1&maxPrice=100&availability=available",
        ];
        await Look(1, 200);
        await server.Database.Run("INSERT INTO imports (id, organizer_id, first_id, last_id, seen_at) VALUES (@id, @organizer, @id, @id, @now)",
            ("id", show.Id), ("organizer", organizer.Id), ("now", server.Database.Instant(TimeProvider.System.GetUtcNow())));
        await Look(0, 404);
        (await buyer.Book(show)).Expect(404, "not_found");
        (await organizer.Patch($"api/events/{show.Id}", new { name = "Changed" })).Expect(404, "not_found");
        (await organizer.Delete($"api/events/{show.Id}")).Expect(404, "not_found");
        await server.Verify();
        await server.Database.Run("DELETE FROM imports WHERE id = @id", ("id", show.Id));
        await Look(1, 200);
        (await buyer.Book(show)).Expect(201);

        async Task Look(int events, int status)
        {
            // Kept answers are a second old at most.
            foreach (var (at, list) in lists.Index())
                await Eventually.IsTrue(async () => (await buyer.Get(list)).Expect(200)["pagination"]["totalItems"]!.GetValue<int>() == events);
            await Eventually.IsTrue(async () => (await buyer.Get($"api/events/facets?q={city}")).Expect(200)["categories"].AsArray().Count == events);
            Assert.Equal(events, (await organizer.Get("api/organizers/me/events")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>());
            Assert.Equal(events, (await admin.Get($"api/audit?eventId={show.Id}")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>());
            await Eventually.IsTrue(async () => (int)(await organizer.Get($"api/events/{show.Id}")).Status == status);
            foreach (var part in (string[])["availability", "ticket-types", "calendar.ics", "audit", "bookings", "mails"])
                await Eventually.IsTrue(async () => (int)(await organizer.Get($"api/events/{show.Id}/{part}")).Status == status);
        }
    }

    [Theory, OnBothEngines]
    public async Task An_import_killed_on_the_way_leaves_no_event_and_no_file(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        var spool = Directory.CreateDirectory(Path.Combine(database.DataDirectory, "spool")).FullName;
        var city = Sample.Word();
        await using (var server = await ServerProcess.Start(database, ("TMPDIR", spool), ("DOTNET_EnableDiagnostics", "0")))
        {
            var organizer = await Person.Organizer(server);
            var import = Import(organizer, Lines(city, 20_000));
            if (engine == Engine.Sqlite)
                await Eventually.IsTrue(async () => await database.Count("SELECT count(*) FROM events WHERE city = @city", ("city", city)) > 100, 30);
            else
                await Eventually.IsTrue(async () => await database.Count("SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND query LIKE 'INSERT INTO %' AND datname = current_database()") > 0, 30);
            await server.Kill();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => import);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(spool));

        await using var next = await HostedServer.Start(database);
        Assert.Equal(0, (await new Person(next).Get($"api/events?city={city}&status=all")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>());
        // As if ten minutes had gone by.
        await database.Run("UPDATE imports SET seen_at = @at", ("at", database.Instant(DateTimeOffset.UnixEpoch)));
        await Eventually.IsTrue(async () => await database.Count("SELECT count(*) FROM imports") == 0, 60);
        foreach (var table in (string[])["events", "event_stock", "ticket_types", "ticket_stock", "audit_entries WHERE event_id IS NOT NULL"])
            Assert.Equal(0, await database.Count($"SELECT count(*) FROM {table}"));
        await next.Verify();
    }

    [Theory, OnBothEngines]
    public async Task An_import_that_is_refused_leaves_nothing(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var (organizer, city) = (await Person.Organizer(server), Sample.Word());
        (await Import(organizer, Lines(city, 400) + "{}")).ExpectErrors("validation_failed", "rows[401].name", "rows[401].date", "rows[401].location", "rows[401].totalCapacity");
        Assert.Empty((await organizer.Get($"api/organizers/me/events"))["data"].AsArray());
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT count(*) FROM events") == 0 && await server.Database.Count("SELECT count(*) FROM imports") == 0, 30);
        Assert.Equal(400, (await Import(organizer, Lines(city, 400))).Expect(200)["imported"].GetValue<int>());
    }

    [Fact]
    public async Task Who_waits_for_the_one_writer_for_longer_than_it_is_worth_is_told_to_come_again()
    {
        await using var server = await servers.Start(Engine.Sqlite, ("Selling:TimeoutSeconds", "0.5"), ("Database:LockTimeoutSeconds", "1"));
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        using (await server.Services.GetRequiredService<IDatabaseEngine>().EnterWrite(default))
        {
            var since = Stopwatch.StartNew();
            var booked = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => organizer.Book(show)));
            Assert.All(booked, reply => Assert.Equal("1", reply.Expect(503, "overloaded").Header("Retry-After")));
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), $"They were told after {since.Elapsed}.");
            Assert.NotNull((await organizer.Patch("api/me", new { displayName = "Somebody" })).Expect(503, "unavailable").Header("Retry-After"));
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(10), $"They were told after {since.Elapsed}.");
        }
        (await organizer.Book(show)).Expect(201);
        await server.Verify();
    }

    internal static string Lines(string city, int count) => string.Concat(Enumerable.Range(0, count).Select(number =>
        Sample.Event(("city", city), ("name", $"Number {number} of {city}"), ("ticketTypes", new[] { Sample.TicketType() })).ToJsonString() + "\n"));

    internal static async Task<Reply> Import(Person person, string lines, params (string, string)[] headers)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(lines));
        content.Headers.ContentType = new("application/x-ndjson");
        return await person.Post("api/events/import", content, headers);
    }
}
