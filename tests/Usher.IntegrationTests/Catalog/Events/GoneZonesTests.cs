using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>A database that moved to a machine with fewer time zones: former names are in a package of their own on many systems.</summary>
public sealed class GoneZonesTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task What_was_stored_where_more_zones_were_known_is_sold_listed_reported_and_mailed(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        Person organizer, other, buyer;
        Show former, gone;
        await using (var before = await HostedServer.Start(database, ("Reports:CheckSeconds", "3600")))
        {
            (organizer, other, buyer) = (await Person.Organizer(before), await Person.Organizer(before), await Person.Attendee(before));
            former = await organizer.Announce(more: new { date = "2040-06-01T20:00:00", timeZone = "America/Los_Angeles" });
            gone = await other.Announce(more: new { date = "2040-06-01T20:00:00", timeZone = "Asia/Almaty" });
            (await buyer.Book(former)).Expect(201);
            (await buyer.Book(gone)).Expect(201);
        }
        // As an earlier program stored them.
        await database.Run("UPDATE events SET time_zone = 'US/Pacific' WHERE id = @id", ("id", former.Id));
        await database.Run("UPDATE users SET time_zone = 'Asia/Calcutta' WHERE id = @id", ("id", organizer.Id));
        await database.Run("UPDATE users SET time_zone = 'Asia/Almaty' WHERE id = @id", ("id", other.Id));

        using var zones = ZoneFolder.Without("US", "Asia/Calcutta", "Europe/Kiev", "Europe/Kyiv", "Asia/Almaty", "GB", "Navajo");
        await using var server = await ServerProcess.Start(database, zones.Setting, ("Reports:CheckSeconds", "0.2"));
        (organizer, other, buyer) = (organizer.At(server), other.At(server), buyer.At(server));
        foreach (var (owner, show, offset) in ((Person, Show, string)[])[(organizer, former, "America/Los_Angeles, UTC-07:00"), (other, gone, "UTC, UTC+00:00")])
        {
            var booked = (await buyer.Book(show)).Expect(201);
            Assert.Equal("2040-06-01T20:00:00", booked["event"]["localDate"]!.GetValue<string>());
            (await buyer.Get($"api/bookings/{booked["id"]}")).Expect(200);
            (await buyer.Put($"api/bookings/{booked["id"]}/cancel", null)).Expect(200);
            foreach (var path in (string[])[
                $"api/events/{show.Id}", $"api/events/{show.Id}/calendar.ics", $"api/events/{show.Id}/bookings", $"api/events/{show.Id}/reports/sales?groupBy=hour",
                "api/organizers/me/events", "api/reports", "api/me/export"])
                (await owner.Get(path)).Expect(200);
            (await owner.Patch($"api/events/{show.Id}", new { description = "It moved with its machine." })).Expect(200);
            Assert.Equal("2040-06-01T20:00:00", (await owner.Get($"api/events/{show.Id}")).Expect(200)["localDate"].GetValue<string>());
            var name = show.Reply["name"].GetValue<string>();
            var mails = await Letterbox.Wait(server, buyer, owner == organizer ? 1 : 2, "booking-cancelled");
            var texts = mails.Select(mail => System.Text.RegularExpressions.Regex.Replace(mail.TextBody!, "\\s+", " ")).ToList();
            Assert.True(texts.Exists(text => text.Contains(name, StringComparison.Ordinal) && text.Contains(offset, StringComparison.Ordinal)), string.Join("\n\n", texts));
        }
        (await buyer.Get("api/me/bookings")).Expect(200);
        (await buyer.Get("api/me/export")).Expect(200);
        Assert.Equal(4, await database.Count("SELECT count(*) FROM bookings"));

        // Reports begin for both, and a name that nothing stands for is told of once.
        await Eventually.IsTrue(async () => await database.Count("SELECT count(DISTINCT organizer_id) FROM report_progress") == 2, 30);
        (await buyer.Get("health/ready")).Expect(200);
        Assert.Single(server.Output, line => line.Contains("does not know the time zone Asia/Almaty", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Output, line => line.Contains("time zone US/Pacific", StringComparison.Ordinal));

        // Former names are taken everywhere, and stored as what stands for them.
        Assert.Equal("America/Los_Angeles", (await organizer.Announce(more: new { timeZone = "US/Pacific" })).Reply["timeZone"].GetValue<string>());
        Assert.Equal("Asia/Kolkata", (await organizer.Patch("api/me", new { timeZone = "Asia/Calcutta" })).Expect(200)["timeZone"].GetValue<string>());
        // A system that has not been upgraded for long knows only another of its former names.
        Assert.Equal("Europe/Kyiv", (await organizer.Announce(more: new { timeZone = "Europe/Kiev" })).Reply["timeZone"].GetValue<string>());
        (await organizer.Post("api/events", Sample.Event(("timeZone", "Asia/Almaty")))).ExpectErrors("validation_failed", "timeZone");
    }

    /// <summary>Another name for the same zone moves nothing, and nobody is told of a change.</summary>
    [Theory, OnBothEngines]
    public async Task A_former_name_becomes_todays_with_the_next_change_of_something_else(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(more: new { date = "2040-06-01T20:00:00", timeZone = "America/Los_Angeles" });
        await server.Database.Run("UPDATE events SET time_zone = 'US/Pacific' WHERE id = @id", ("id", show.Id));
        var changed = (await organizer.Patch($"api/events/{show.Id}", new { description = "Another one." })).Expect(200);
        Assert.Equal(("America/Los_Angeles", show.Reply["date"].GetValue<string>()), (changed["timeZone"].GetValue<string>(), changed["date"].GetValue<string>()));
        Assert.Equal(0, await server.Database.Count("SELECT count(*) FROM outbox WHERE event_id = @id AND type LIKE 'event.changed%'", ("id", show.Id)));
    }
}
