using System.Globalization;
using System.Text.Json.Nodes;
using Usher.Domain.Catalog;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Reports;

/// <summary>The reports of days and weeks against sums over the ledger.</summary>
public sealed class ReportTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task The_reports_of_a_fortnight_add_up_to_the_ledger_whoever_makes_them_and_however_often_they_are_stopped(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        Person organizer;
        await using (var before = await HostedServer.Start(database, ("Reports:CheckSeconds", "3600")))
        {
            organizer = await Person.Organizer(before);
            await organizer.Verify();
            (await organizer.Patch("api/me", new { timeZone = "America/St_Johns" })).Expect(200);
            await SellAFortnight(before, organizer);
        }

        // Nothing ran when the days ended. Now two do at once, and are killed on the way.
        // What the killed one had claimed is sent by another when its lease ends.
        (string, string)[] often = [("Reports:CheckSeconds", "0.1"), ("Mail:LeaseSeconds", "10")];
        var first = await ServerProcess.Start(database, often);
        await Eventually.IsTrue(async () => await database.Count("SELECT COUNT(*) FROM reports") > 0, 30);
        await first.Kill();
        await first.DisposeAsync();
        await using var second = await HostedServer.Start(database, often);
        await using var third = await ServerProcess.Start(database, often);
        organizer = organizer.At(second);
        var zone = Zones.Of("America/St_Johns");
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow().AddMinutes(-3), zone).DateTime);
        await Eventually.IsTrue(async () => await database.Count("SELECT COUNT(*) FROM report_progress WHERE organizer_id = @id AND kind = 0 AND next_day = @day", ("id", organizer.Id), ("day", today)) == 1, 60);
        await Eventually.IsTrue(async () => await database.Count("SELECT COUNT(*) FROM report_progress WHERE organizer_id = @id AND kind = 1 AND next_day > @day", ("id", organizer.Id), ("day", today.AddDays(-7))) == 1, 60);

        foreach (var (period, days) in ((string, int)[])[("day", 1), ("week", 7)])
        {
            var listed = (await organizer.Get($"api/reports?period={period}&limit=100")).Expect(200)["data"].AsArray().Reverse().ToList();
            // The first sale was up to fourteen days ago, on whichever day that is there.
            Assert.True(listed.Count >= 13 / days, $"{listed.Count} reports");
            await organizer.ExpectPages($"api/reports?period={period}", listed.Count);
            for (var i = 1; i < listed.Count; i++)
            {
                Assert.Equal(Date(listed[i - 1]!, "firstDay").AddDays(days), Date(listed[i]!, "firstDay"));
                Assert.Equal(listed[i - 1]!["until"]!.GetValue<DateTimeOffset>(), listed[i]!["from"]!.GetValue<DateTimeOffset>());
            }
            foreach (var summary in listed)
                await AssertEqualsLedger(database, (await organizer.Get($"api/reports/{summary!["id"]}")).Expect(200).Json!, organizer.Id);
        }

        // Each that has something to tell is mailed, once.
        var told = await database.Count("SELECT COUNT(*) FROM mails WHERE kind = 6 AND user_id = @id", ("id", organizer.Id));
        Assert.Equal(told, await database.Count("SELECT COUNT(DISTINCT subject_id) FROM mails WHERE kind = 6 AND user_id = @id", ("id", organizer.Id)));
        var mail = (await Letterbox.Wait(second, organizer, (int)told, "report"))[0];
        Assert.Contains("image/png", mail.BodyParts.Select(part => part.ContentType.MimeType));
        Assert.Contains("cid:picture@usher", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task A_report_is_its_organizers_alone_as_JSON_as_a_guarded_table_and_as_a_picture(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, other) = (await Person.Organizer(server), await Person.Organizer(server));
        var id = await Sample.Report(server, organizer, "=cmd|' /C calc'!A0", "@SUM(A1)");

        var report = (await organizer.Get($"api/reports/{id}")).Expect(200);
        Assert.Equal(22500, report["totals"][0]!["grossMinor"]!.GetValue<long>());
        Assert.Equal("week", report["period"].GetValue<string>());
        (await organizer.Get($"api/reports/{id}", ("If-None-Match", report.ETag!))).Expect(304);
        foreach (var table in (Reply[])[await organizer.Get($"api/reports/{id}?format=csv"), await organizer.Get($"api/reports/{id}", ("Accept", "text/csv"))])
        {
            var lines = table.Expect(200).Text.Trim().Split('\n');
            Assert.Equal(2, lines.Length);
            Assert.Contains("\"'=cmd|' /C calc'!A0\",\"'@SUM(A1)\",EUR,9,1,225.00,25.00,0.1", lines[1], StringComparison.Ordinal);
        }
        // The server runs in Bangkok or in Tehran.
        var day = report["firstDay"].GetValue<string>();
        Assert.StartsWith("20", day, StringComparison.Ordinal);
        foreach (var (path, name) in ((string, string)[])[("?format=csv", $"report-{day}.csv"), ("/chart.svg", $"report-{day}.svg")])
            Assert.Equal($"attachment; filename=\"{name}\"", (await organizer.Get($"api/reports/{id}{path}")).Header("Content-Disposition"));
        Assert.Equal("\uFEFF"u8.ToArray(), (await organizer.Download($"api/reports/{id}?format=csv"))[..3]);
        var chart = (await organizer.Get($"api/reports/{id}/chart.svg")).Expect(200);
        Assert.Equal("image/svg+xml", chart.ContentHeaders.ContentType!.MediaType);
        var svg = System.Xml.Linq.XDocument.Parse(chart.Text);
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        Assert.Contains("Tickets sold in each day", svg.Root.Value, StringComparison.Ordinal);

        Assert.Equal(1, (await organizer.Get("api/reports")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>());
        Assert.Equal(0, (await organizer.Get("api/reports?period=day")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>());
        Assert.Equal(0, (await other.Get("api/reports")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>());
        foreach (var path in (string[])[$"api/reports/{id}", $"api/reports/{id}?format=csv", $"api/reports/{id}/chart.svg"])
        {
            (await other.Get(path)).Expect(404, "not_found");
            (await (await Person.Attendee(server)).Get(path)).Expect(403, "role_not_allowed");
            (await new Person(server).Get(path)).Expect(401, "unauthenticated");
        }
        (await (await Person.Admin(server)).Get($"api/reports/{id}")).Expect(200);
        (await organizer.Get("api/reports?period=month")).ExpectErrors("invalid_parameter", "period");
        (await organizer.Get($"api/reports/{id}?format=pdf")).ExpectErrors("invalid_parameter", "format");
    }

    [Theory, OnBothEngines]
    public async Task The_sales_of_an_event_are_live_by_day_hour_and_ticket_type(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce(types: [("Stalls", 45.5m, 100), ("Balcony", 20m, 100)], more: new { timeZone = "Asia/Kathmandu" });
        async Task<Guid> Sell(int stalls, int balcony, string at)
        {
            var items = new[] { (show.Types[0], stalls), (show.Types[1], balcony) }.Where(i => i.Item2 > 0).Select(i => new { ticketTypeId = i.Item1, quantity = i.Item2 });
            var id = (await buyer.Post("api/bookings", new { eventId = show.Id, items })).Expect(201)["id"].GetValue<Guid>();
            await server.Database.Run("UPDATE bookings SET confirmed_at = @at WHERE id = @id", ("at", server.Database.Instant(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture))), ("id", id));
            return id;
        }
        // Kathmandu is 5:45 ahead: its midnight is 18:15 in UTC.
        await Sell(2, 1, "2026-05-01T18:14:59Z");
        await Sell(1, 0, "2026-05-01T18:15:00Z");
        var cancelled = await Sell(0, 3, "2026-05-01T19:14:59Z");
        await buyer.Hold(show);
        (await buyer.Put($"api/bookings/{cancelled}/cancel", null)).Expect(200);
        await Eventually.IsTrue(async () => await server.Database.Run("UPDATE bookings SET cancelled_at = @at, refunded_at = @at WHERE id = @id AND refunded_at IS NOT NULL",
            ("at", server.Database.Instant(DateTimeOffset.Parse("2026-05-03T01:00:00Z", CultureInfo.InvariantCulture))), ("id", cancelled)) == 1);

        async Task<Reply> Sales(string groupBy) => (await organizer.Get($"api/events/{show.Id}/reports/sales?groupBy={groupBy}")).Expect(200);
        var days = await Sales("day");
        Assert.Equal("EUR", days["currency"].GetValue<string>());
        Assert.Equal((2 * 4550 + 2000 + 4550 + 3 * 2000, 6000, 2 * 4550 + 2000 + 4550, 7), (Int(days, "grossMinor"), Int(days, "refundedMinor"), Int(days, "netMinor"), Int(days, "tickets")));
        Assert.Equal(["2026-05-01 3 11100 0", "2026-05-02 4 10550 0", "2026-05-03 0 0 6000"], Rows(days));
        Assert.Equal(["2026-05-01T23:00+05:45 3 11100 0", "2026-05-02T00:00+05:45 4 10550 0", "2026-05-03T06:00+05:45 0 0 6000"], Rows(await Sales("hour")));
        var types = await Sales("ticketType");
        Assert.Equal(new[] { $"{show.Types[0]} 3 13650 0", $"{show.Types[1]} 4 8000 6000" }.Order(), Rows(types).Order());

        (await organizer.Get($"api/events/{show.Id}/reports/sales?groupBy=year")).ExpectErrors("invalid_parameter", "groupBy");
        (await (await Person.Organizer(server)).Get($"api/events/{show.Id}/reports/sales")).Expect(403, "forbidden");
        (await buyer.Get($"api/events/{show.Id}/reports/sales")).Expect(403, "role_not_allowed");
        (await organizer.Get($"api/events/{Guid.CreateVersion7()}/reports/sales")).Expect(404, "not_found");
    }

    private static int Int(Reply reply, string member) => reply[member].GetValue<int>();

    private static IEnumerable<string> Rows(Reply reply) =>
        reply["rows"].AsArray().Select(r => $"{r!["key"]} {r["tickets"]} {r["grossMinor"]} {r["refundedMinor"]}");

    private static DateOnly Date(JsonNode report, string member) => DateOnly.Parse(report[member]!.GetValue<string>(), CultureInfo.InvariantCulture);

    /// <summary>Sales and refunds in two currencies, all over the last fortnight.</summary>
    private static async Task SellAFortnight(UsherServer server, Person organizer)
    {
        var buyer = await Person.Attendee(server);
        Show[] shows = [await organizer.Announce(types: [("Stalls", 45.5m, 500), ("Free", 0m, 500)], more: new { totalCapacity = 1000 }),
            await organizer.Announce(types: [("Seat", 1200m, 500)], more: new { currency = "JPY" })];
        // Somebody else's sales are none of it.
        var foreign = await (await Person.Organizer(server)).Announce();
        var random = new Random(5);
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < 90; i++)
        {
            var show = i % 9 == 0 ? foreign : shows[random.Next(2)];
            var id = (await buyer.Book(show, random.Next(1, 5), random.Next(show.Types.Length))).Expect(201)["id"].GetValue<Guid>();
            var sold = now.AddMinutes(-random.Next(10, 14 * 24 * 60));
            await server.Database.Run("UPDATE bookings SET confirmed_at = @at WHERE id = @id", ("at", server.Database.Instant(sold)), ("id", id));
            if (i % 4 != 0)
                continue;
            (await buyer.Put($"api/bookings/{id}/cancel", null)).Expect(200);
            await Eventually.IsTrue(async () => await server.Database.Count("SELECT COUNT(*) FROM bookings WHERE id = @id AND settle_at IS NULL", ("id", id)) == 1);
            var back = sold + (now - sold) * random.NextDouble();
            await server.Database.Run("UPDATE bookings SET cancelled_at = @at, refunded_at = CASE WHEN refunded_at IS NULL THEN NULL ELSE @later END WHERE id = @id",
                ("at", server.Database.Instant(back)), ("later", server.Database.Instant(back + (now - back) * random.NextDouble())), ("id", id));
        }
    }

    private static async Task AssertEqualsLedger(TestDatabase database, JsonNode report, Guid organizer)
    {
        var span = (From: report["from"]!.GetValue<DateTimeOffset>(), Until: report["until"]!.GetValue<DateTimeOffset>());
        foreach (var currency in (string[])["EUR", "JPY"])
        {
            var total = report["totals"]!.AsArray().SingleOrDefault(t => t!["currency"]!.GetValue<string>() == currency);
            foreach (var (member, sum, column) in ((string, string, string)[])[
                ("bookings", "COUNT(*)", "confirmed_at"), ("tickets", "SUM(b.quantity)", "confirmed_at"), ("grossMinor", "SUM(b.captured_minor)", "confirmed_at"),
                ("refundedMinor", "SUM(b.refund_minor)", "refunded_at"), ("cancelledTickets", "SUM(b.quantity)", "cancelled_at")])
            {
                var expected = await database.Count($"""
                    SELECT COALESCE({sum}, 0) FROM bookings b JOIN events e ON e.id = b.event_id
                    WHERE e.organizer_id = @organizer AND e.currency = @currency AND b.{column} >= @from AND b.{column} < @until
                    """, ("organizer", organizer), ("currency", currency), ("from", database.Instant(span.From)), ("until", database.Instant(span.Until)));
                Assert.True(expected == (total?[member]?.GetValue<long>() ?? 0), $"{member} of {report["period"]} {report["firstDay"]} in {currency}: {expected}, not {total}");
                var events = report["events"]!.AsArray().Where(e => e!["currency"]!.GetValue<string>() == currency).ToList();
                Assert.Equal(expected, events.Sum(e => e![member]!.GetValue<long>()));
                if (member != "bookings")
                    Assert.Equal(expected, events.SelectMany(e => e!["ticketTypes"]!.AsArray()).Sum(t => t![member]!.GetValue<long>()));
            }
        }
        Assert.Equal(report["totals"]!.AsArray().Sum(t => t!["tickets"]!.GetValue<long>()), report["steps"]!.AsArray().Sum(s => s!["tickets"]!.GetValue<long>()));
    }
}
