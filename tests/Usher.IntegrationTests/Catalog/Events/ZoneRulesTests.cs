using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>
/// A province stops putting its clocks back, and the machines learn of it one after the other. What organizers gave as the time
/// on the clock of the place stays that.
/// </summary>
public sealed class ZoneRulesTests(Servers servers)
{
    private const string Place = "America/Vancouver";

    // Eight hours behind in winter by the old rules, seven all year by the new.
    private static ZoneFolder Old() => ZoneFolder.With(Place, rulesOf: "America/Los_Angeles", version: "2026a");

    private static ZoneFolder New() => ZoneFolder.With(Place, rulesOf: "America/Phoenix", version: "2026c");

    private static readonly (string, string)[] Often = [("Catalog:ZoneRulesHours", "0.0003")];

    [Theory, OnBothEngines]
    public async Task Events_follow_the_new_rules_once_and_a_process_with_the_old_ones_does_not_take_them_back(Engine engine)
    {
        using var before = Old();
        using var after = New();
        var database = await servers.NewDatabase(engine);
        Person organizer, buyer;
        Show local, fixedInstant, summer;
        await using (var server = await ServerProcess.Start(database, before.Setting))
        {
            (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
            local = await organizer.Announce(more: new
            {
                date = "2041-01-15T20:00",
                endDate = "2041-01-15T23:00",
                timeZone = Place,
                salesEndAt = "2041-01-15T18:00",
                cancellationDeadline = "2041-01-14T12:00",
                ticketTypes = (object[])[new { name = "Early", price = 10, quantityAvailable = 5, salesStartAt = "2020-01-01T00:00:00Z", salesEndAt = "2041-01-10T17:00" }],
            });
            fixedInstant = await organizer.Announce(more: new { date = "2041-01-15T20:00:00-08:00", endDate = "2041-01-15T23:00:00-08:00", timeZone = Place });
            summer = await organizer.Announce(more: new { date = "2041-07-15T20:00", timeZone = Place });
            foreach (var show in (Show[])[local, fixedInstant, summer])
                (await buyer.Book(show)).Expect(201);
            // Sent back as it was answered, in UTC, it is as local as before.
            (await organizer.Put($"api/events/{local.Id}", (await organizer.Get($"api/events/{local.Id}")).Json)).Expect(200);
            await ExpectDate(organizer, local, "2041-01-16T04:00:00.000Z", "2041-01-15T20:00:00");
            Assert.Equal(0, await Verify(database, before));
        }

        await using var upgraded = await ServerProcess.Start(database, [after.Setting, .. Often]);
        (organizer, buyer) = (organizer.At(upgraded), buyer.At(upgraded));
        await Eventually.IsTrue(async () => (await organizer.Get($"api/events/{local.Id}"))["date"].GetValue<string>() == "2041-01-16T03:00:00.000Z", 60);
        await ExpectDate(organizer, local, "2041-01-16T03:00:00.000Z", "2041-01-15T20:00:00");
        var moved = (await organizer.Get($"api/events/{local.Id}")).Expect(200);
        Assert.Equal(("2041-01-16T06:00:00.000Z", "2041-01-16T01:00:00.000Z", "2041-01-14T19:00:00.000Z", "2041-01-11T00:00:00.000Z", "2020-01-01T00:00:00.000Z"),
            (Text(moved, "endDate"), Text(moved, "salesEndAt"), Text(moved, "cancellationDeadline"),
                moved["ticketTypes"][0]!["salesEndAt"]!.GetValue<string>(), moved["ticketTypes"][0]!["salesStartAt"]!.GetValue<string>()));
        await Eventually.IsTrue(async () => (await organizer.Get($"api/events/{fixedInstant.Id}"))["localDate"].GetValue<string>().StartsWith("2041-01-15T21:00", StringComparison.Ordinal), 60);
        await ExpectDate(organizer, fixedInstant, "2041-01-16T04:00:00.000Z", "2041-01-15T21:00:00");
        await ExpectDate(organizer, summer, "2041-07-16T03:00:00.000Z", "2041-07-15T20:00:00");
        foreach (var listed in (await buyer.Get("api/me/bookings")).Expect(200)["data"].AsArray())
            Assert.Equal(Text(await organizer.Get($"api/events/{listed!["eventId"]}"), "localDate")[..16], listed["event"]!["localDate"]!.GetValue<string>()[..16]);

        // Told once, and written down.
        await Letterbox.Wait(upgraded, buyer, 2, "event-changed");
        Assert.Contains("event_moved_by_zone", (await organizer.Get($"api/events/{local.Id}/audit")).Expect(200).Text, StringComparison.OrdinalIgnoreCase);
        var version = (await organizer.Get($"api/events/{local.Id}"))["version"].GetValue<int>();

        // One that was not upgraded works beside it, and only what it adds itself is put right.
        await using (var behind = await ServerProcess.Start(database, [before.Setting, .. Often]))
        {
            var added = await organizer.At(behind).Announce(more: new { date = "2041-02-15T20:00", timeZone = Place });
            Assert.Equal("2041-02-16T04:00:00.000Z", Text(added.Reply, "date"));
            await Eventually.IsTrue(async () => Text(await organizer.Get($"api/events/{added.Id}"), "date") == "2041-02-16T03:00:00.000Z", 60);
            Assert.Equal(0, await Verify(database, before));
        }
        Assert.Equal(0, await Verify(database, after));
        await ExpectDate(organizer, local, "2041-01-16T03:00:00.000Z", "2041-01-15T20:00:00");
        Assert.Equal(version, (await organizer.Get($"api/events/{local.Id}"))["version"].GetValue<int>());
        Assert.Equal(2, await database.Count("SELECT count(*) FROM mails WHERE kind = 3 AND user_id = @id", ("id", buyer.Id)));

        // And verify looks.
        upgraded.Leave();
        await upgraded.Gone();
        await database.Shift(local.Id, "starts_at", new DateTimeOffset(2041, 1, 16, 4, 0, 0, TimeSpan.Zero));
        Assert.Equal(1, await Verify(database, after));
    }

    /// <summary>Many systems do not say which release of the rules they have.</summary>
    [Theory, OnBothEngines]
    public async Task Where_no_release_is_told_what_is_new_to_the_database_is_newer(Engine engine)
    {
        using var before = Old();
        using var after = New();
        foreach (var folder in (ZoneFolder[])[before, after])
            File.Delete(Path.Combine(folder.Folder, "tzdata.zi"));
        var database = await servers.NewDatabase(engine);
        Show show;
        await using (var server = await ServerProcess.Start(database, [before.Setting, .. Often]))
        {
            show = await (await Person.Organizer(server)).Announce(more: new { date = "2041-01-15T20:00", timeZone = Place });
            await Eventually.IsTrue(async () => await database.Count("SELECT count(*) FROM zone_rules") == 1, 60);
        }
        foreach (var (folder, instants) in ((ZoneFolder, int)[])[(after, 2), (before, 2)])
        {
            await using var server = await ServerProcess.Start(database, [folder.Setting, .. Often]);
            await Eventually.IsTrue(async () => Text(await new Person(server).Get($"api/events/{show.Id}"), "date") == "2041-01-16T03:00:00.000Z", 60);
            Assert.Equal(instants, await database.Count("SELECT count(*) FROM zone_rules"));
        }
    }

    private static async Task ExpectDate(Person reader, Show show, string date, string localDate)
    {
        var now = (await reader.Get($"api/events/{show.Id}")).Expect(200);
        Assert.Equal((date, localDate), (Text(now, "date"), Text(now, "localDate")[..19]));
    }

    private static string Text(Reply reply, string member) => reply[member].GetValue<string>();

    private static async Task<int> Verify(TestDatabase database, ZoneFolder zones) => (await ServerProcess.RunVerb(database, ["verify"], zones.Setting)).ExitCode;
}
