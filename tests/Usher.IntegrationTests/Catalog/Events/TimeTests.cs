using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>Times with offsets, times on the clock of a place, and clocks that change.</summary>
public sealed class TimeTests(Servers servers)
{
    // Vienna leaves winter time on the last Sunday of March at 2:00, and comes back on the last of October at 3:00.
    private static readonly DateTime Spring = LastSunday(3), Autumn = LastSunday(10);

    [Theory, OnBothEngines]
    public async Task A_time_with_an_offset_is_an_instant(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        foreach (var (date, utc) in ((string, string)[])[
            ("2040-06-01T20:00:00Z", "2040-06-01T20:00:00.000Z"), ("2040-06-01T20:00:00+02:00", "2040-06-01T18:00:00.000Z"), ("2040-06-01T20:00:00.5-05:30", "2040-06-02T01:30:00.500Z"),
            ("2040-06-01T20:00:00-00:00", "2040-06-01T20:00:00.000Z"), ("2040-02-29T00:00:00Z", "2040-02-29T00:00:00.000Z")])
        {
            var created = (await organizer.Post("api/events", Sample.Event(("date", date)))).Expect(201);
            Assert.Equal((utc, "UTC", utc[..19]), (created["date"].GetValue<string>(), created["timeZone"].GetValue<string>(), created["localDate"].GetValue<string>()[..19]));
        }
        var zoned = (await organizer.Post("api/events", Sample.Event(("date", "2040-06-01T20:00:00Z"), ("timeZone", "America/New_York")))).Expect(201);
        Assert.Equal(("2040-06-01T20:00:00.000Z", "2040-06-01T16:00:00"), (zoned["date"].GetValue<string>(), zoned["localDate"].GetValue<string>()));
    }

    [Theory, OnBothEngines]
    public async Task A_time_without_an_offset_is_on_the_clock_of_its_zone(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var created = (await organizer.Post("api/events", Sample.Event(("date", "2040-06-01T20:00:00"), ("endDate", "2040-06-01T23:30"), ("timeZone", "Europe/Vienna")))).Expect(201);
        Assert.Equal(("2040-06-01T18:00:00.000Z", "2040-06-01T21:30:00.000Z", "2040-06-01T20:00:00"),
            (created["date"].GetValue<string>(), created["endDate"].GetValue<string>(), created["localDate"].GetValue<string>()));
        (await organizer.Post("api/events", Sample.Event(("date", "2040-06-01T20:00:00")))).ExpectErrors("time_zone_required", "date");
        (await organizer.Post("api/events", Sample.Event(("date", "2040-06-01T20:00:00"), ("timeZone", null)))).ExpectErrors("time_zone_required", "date");
        (await organizer.Post("api/events", Sample.Event(("date", "2040-06-01T20:00:00"), ("timeZone", "Europe/Nowhere")))).ExpectErrors("validation_failed", "timeZone");
    }

    [Theory, OnBothEngines]
    public async Task A_local_time_that_is_skipped_does_not_exist(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        (await organizer.Post("api/events", Local(Spring.AddHours(2)))).ExpectErrors("local_time_nonexistent", "date");
        (await organizer.Post("api/events", Local(Spring.AddHours(2.99)))).ExpectErrors("local_time_nonexistent", "date");
        Assert.Equal(Spring.AddHours(0.5), (await organizer.Post("api/events", Local(Spring.AddHours(1.5)))).Expect(201)["date"].GetValue<DateTimeOffset>().UtcDateTime);
        Assert.Equal(Spring.AddHours(1), (await organizer.Post("api/events", Local(Spring.AddHours(3)))).Expect(201)["date"].GetValue<DateTimeOffset>().UtcDateTime);

        var show = (await organizer.Post("api/events", Local(Spring.AddHours(5)))).Expect(201);
        (await organizer.Patch($"api/events/{show["id"]}", new { date = Text(Spring.AddHours(2.5)) })).ExpectErrors("local_time_nonexistent", "date");
    }

    [Theory, OnBothEngines]
    public async Task A_local_time_that_comes_twice_means_the_earlier(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var created = (await organizer.Post("api/events", Local(Autumn.AddHours(2.5)))).Expect(201);
        Assert.Equal(Autumn.AddHours(0.5), created["date"].GetValue<DateTimeOffset>().UtcDateTime);

        // The later one is meant by its offset, and stays when something else changes.
        var later = Sample.Event(("date", $"{Text(Autumn.AddHours(2.5))}+01:00"), ("timeZone", "Europe/Vienna"));
        var second = (await organizer.Post("api/events", later)).Expect(201);
        Assert.Equal(Autumn.AddHours(1.5), second["date"].GetValue<DateTimeOffset>().UtcDateTime);
        Assert.Equal(Text(Autumn.AddHours(2.5)), second["localDate"].GetValue<string>());
        var renamed = (await organizer.Patch($"api/events/{second["id"]}", new { name = "Other" })).Expect(200);
        Assert.Equal(second["date"].GetValue<string>(), renamed["date"].GetValue<string>());
        var putBack = (await organizer.Put($"api/events/{second["id"]}", renamed.Json)).Expect(200);
        Assert.Equal(second["date"].GetValue<string>(), putBack["date"].GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task The_zone_changed_alone_keeps_the_local_time(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var created = (await organizer.Post("api/events", Sample.Event(("date", "2040-06-01T20:00:00"), ("endDate", "2040-06-01T23:00:00"), ("timeZone", "Europe/Vienna")))).Expect(201);
        var moved = (await organizer.Patch($"api/events/{created["id"]}", new { timeZone = "America/New_York" })).Expect(200);
        Assert.Equal(("2040-06-02T00:00:00.000Z", "2040-06-02T03:00:00.000Z", "2040-06-01T20:00:00", "America/New_York"),
            (moved["date"].GetValue<string>(), moved["endDate"].GetValue<string>(), moved["localDate"].GetValue<string>(), moved["timeZone"].GetValue<string>()));
        (await organizer.Patch($"api/events/{created["id"]}", new { timeZone = "Nowhere/City" })).ExpectErrors("validation_failed", "timeZone");

        var date = (await organizer.Patch($"api/events/{created["id"]}", new { date = "2040-06-01T21:00:00" })).Expect(200);
        Assert.Equal("2040-06-02T01:00:00.000Z", date["date"].GetValue<string>());
        var both = (await organizer.Put($"api/events/{created["id"]}", new { date = "2040-06-01T10:00:00Z", timeZone = "Asia/Tokyo" })).Expect(200);
        Assert.Equal(("2040-06-01T10:00:00.000Z", "2040-06-01T19:00:00"), (both["date"].GetValue<string>(), both["localDate"].GetValue<string>()));
    }

    [Theory, OnBothEngines]
    public async Task A_changed_date_is_in_the_future(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var path = $"api/events/{(await organizer.Announce()).Id}";
        (await organizer.Patch(path, new { date = Sample.InDays(-0.001) })).ExpectErrors("validation_failed", "date");
        (await organizer.Patch(path, new { date = "2101-06-01T00:00:00Z" })).ExpectErrors("validation_failed", "date");
        (await organizer.Patch(path, new { date = Sample.InDays(0.01) })).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task An_event_that_runs_is_not_past_until_it_ends(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var show = await organizer.Announce(more: new { endDate = Sample.InDays(61) });
        await organizer.Server.Database.Shift(show.Id, "starts_at", Sample.InDays(-1));
        Assert.Equal("upcoming", (await organizer.Get($"api/events/{show.Id}"))["status"].GetValue<string>());
        (await organizer.Patch($"api/events/{show.Id}", new { description = "It has begun." })).Expect(200);
        await organizer.Server.Database.Shift(show.Id, "ends_at", Sample.InDays(-0.001));
        Assert.Equal("past", (await organizer.Get($"api/events/{show.Id}"))["status"].GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task Sales_run_from_their_start_to_before_their_end(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        async Task<bool> OnSale(Show show) => (await buyer.Get($"api/events/{show.Id}"))["ticketTypes"][0]!["onSale"]!.GetValue<bool>();

        var early = await organizer.Announce(more: new { salesStartAt = Sample.InDays(1) });
        Assert.False(await OnSale(early));
        (await buyer.Book(early)).Expect(409, "sales_not_open");
        var late = await organizer.Announce(more: new { salesEndAt = Sample.InDays(-1) });
        Assert.False(await OnSale(late));
        (await buyer.Book(late)).Expect(409, "sales_closed");
        var open = await organizer.Announce(more: new { salesStartAt = Sample.InDays(-1), salesEndAt = Sample.InDays(1) });
        Assert.True(await OnSale(open));
        (await buyer.Book(open)).Expect(201);
    }

    private static System.Text.Json.Nodes.JsonObject Local(DateTime local) => Sample.Event(("date", Text(local)), ("timeZone", "Europe/Vienna"));

    private static string Text(DateTime local) => local.ToString("yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    private static DateTime LastSunday(int month)
    {
        var last = new DateTime(TimeProvider.System.GetUtcNow().Year + 1, month, 31, 0, 0, 0, DateTimeKind.Utc);
        return last.AddDays(-(int)last.DayOfWeek);
    }
}
