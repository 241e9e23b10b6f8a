using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>What lasts is found on each of its days.</summary>
public sealed class FestivalTests(Servers servers)
{
    private static readonly (string Name, string Date, string? End, string Zone)[] Events =
    [
        ("concert", "2042-08-02T20:00:00", null, "Europe/Vienna"),
        ("club night", "2042-08-02T22:00:00", "2042-08-03T04:00:00", "Europe/Vienna"),
        ("weekend", "2042-08-01T10:00:00", "2042-08-04T18:00:00", "Europe/Vienna"),
        ("in Tokyo", "2042-08-03T00:30:00", "2042-08-04T00:30:00", "Asia/Tokyo"),
        ("in Honolulu", "2042-08-01T09:00:00", "2042-08-01T22:00:00", "Pacific/Honolulu"),
        ("exhibition", "2042-03-01T10:00:00", "2042-09-30T18:00:00", "Europe/Vienna"),
        ("biennial", "2041-05-01T10:00:00", "2043-05-01T18:00:00", "Europe/Vienna"),
    ];

    private static readonly (string Query, string[] Found)[] Questions =
    [
        ("dateFrom=2042-08-02&dateTo=2042-08-02", ["biennial", "exhibition", "weekend", "concert", "club night"]),
        ("dateFrom=2042-08-02&dateTo=2042-08-03", ["biennial", "exhibition", "weekend", "in Tokyo", "concert", "club night"]),
        ("dateFrom=2042-08-03", ["biennial", "exhibition", "weekend", "in Tokyo", "club night"]),
        ("dateFrom=2042-08-04&dateTo=2042-08-20", ["biennial", "exhibition", "weekend", "in Tokyo"]),
        ("dateFrom=2042-08-05", ["biennial", "exhibition"]),
        ("dateFrom=2042-10-01", ["biennial"]),
        ("dateFrom=2043-05-01", ["biennial"]),
        ("dateFrom=2043-05-02", []),
        // Honolulu's first of August is not over when Vienna's is.
        ("dateTo=2042-08-01", ["biennial", "exhibition", "weekend", "in Honolulu"]),
        ("dateFrom=2042-08-01&dateTo=2042-08-01", ["biennial", "exhibition", "weekend", "in Honolulu"]),
        ("dateTo=2042-02-28", ["biennial"]),
        ("dateTo=2041-04-30", []),
        // Instants: from is one of them, to is not, and what ends at from is over.
        ("dateFrom=2042-08-02T18:00:00Z&dateTo=2042-08-02T18:00:01Z", ["biennial", "exhibition", "weekend", "in Tokyo", "concert"]),
        ("dateFrom=2042-08-02T18:00:01Z&dateTo=2042-08-02T20:00:00Z", ["biennial", "exhibition", "weekend", "in Tokyo"]),
        ("dateFrom=2042-08-03T01:59:59Z", ["biennial", "exhibition", "weekend", "in Tokyo", "club night"]),
        ("dateFrom=2042-08-03T02:00:00Z", ["biennial", "exhibition", "weekend", "in Tokyo"]),
        ("dateFrom=2042-08-04T16:00:00Z", ["biennial", "exhibition"]),
        ("dateTo=2041-05-01T08:00:00Z", []),
        ("dateTo=2041-05-01T08:00:01Z", ["biennial"]),
        ("dateFrom=2042-08-04&dateTo=2042-08-04T22:00:00%2B02:00", ["biennial", "exhibition", "weekend", "in Tokyo"]),
        ("dateFrom=2042-08-05&q=exhibition", ["exhibition"]),
        ("dateFrom=2042-08-05&near=48.2,16.4&radiusKm=10", ["biennial", "exhibition"]),
    ];

    [Theory, OnBothEngines]
    public async Task It_is_found_on_each_of_its_days_in_every_order(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        foreach (var (name, date, end, zone) in Events)
            await hall.Announce(("name", name), ("date", date), ("endDate", end), ("timeZone", zone), ("latitude", 48.2), ("longitude", 16.4), ("ticketTypes", new[] { Sample.TicketType() }));
        foreach (var (query, found) in Questions)
        {
            // Tokyo's third begins before Vienna's second is over.
            var soonest = found.Order(Comparer<string>.Create((a, b) => Rank(a) - Rank(b))).ToArray();
            Assert.Equal((query, string.Join(", ", soonest)), (query, string.Join(", ", await hall.Names($"{query}&sortBy=date"))));
            Assert.Equal((query, string.Join(", ", soonest.Reverse())), (query, string.Join(", ", await hall.Names($"{query}&sortBy=date&order=desc"))));
            foreach (var order in (string[])["name", "price", "createdAt", "popularity", "relevance", "distance&near=48,16"])
                if (!(order.StartsWith("distance", StringComparison.Ordinal) && query.Contains("near", StringComparison.Ordinal)))
                    Assert.Equal(found.Order(StringComparer.Ordinal), (await hall.Names($"{query}&sortBy={order}")).Order(StringComparer.Ordinal));
            await hall.Finds(query, found.Length);
            Assert.Equal(found.Length, (await hall.Owner.Get($"api/organizers/me/events?{query}&status=all")).Expect(200)["data"].AsArray().Count);
        }

        // An empty stretch of time has nothing in it, and none ends before it begins, wherever the place is.
        await hall.Finds("dateFrom=2042-08-02T10:00:00Z&dateTo=2042-08-02T10:00:00Z", 0);
        foreach (var inverted in (string[])["dateFrom=2042-08-05&dateTo=2042-08-04", "dateFrom=2042-08-05T00:00:00Z&dateTo=2042-08-04T00:00:00Z", "dateFrom=2042-08-05&dateTo=2042-08-03T00:00:00Z", "dateFrom=2042-08-05T00:00:00Z&dateTo=2042-08-02"])
            await hall.Refuses(inverted, "dateTo");

        // Page by page, and from one to the next.
        var (byPage, byCursor, cursor) = (new List<string>(), new List<string>(), "");
        for (var page = 1; page <= 5; page++)
        {
            byPage.AddRange(await hall.Names($"dateFrom=2042-08-03&limit=1&page={page}"));
            var next = (await hall.Get($"dateFrom=2042-08-03&limit=1{cursor}")).Expect(200);
            byCursor.AddRange(next["data"].AsArray().Select(e => e!["name"]!.GetValue<string>()));
            cursor = $"&cursor={next["pagination"]["nextCursor"]}";
        }
        Assert.Equal(["biennial", "exhibition", "weekend", "in Tokyo", "club night"], byPage);
        Assert.Equal(byPage, byCursor);

        // A month counts what begins in it.
        var months = (await new Person(hall.Owner.Server).Get($"api/events/facets?city={hall.City}&dateFrom=2042-08-03")).Expect(200)["months"].AsArray();
        Assert.Equal("2041-05:1 2042-03:1 2042-08:5", string.Join(' ', months.Select(m => $"{m!["value"]}:{m["count"]}")));
        Assert.Equal(5, (await new Person(hall.Owner.Server).Get($"api/events/facets?city={hall.City}&dateFrom=2042-08-03")).Expect(200)["priceBuckets"].AsArray().Sum(b => b!["count"]!.GetValue<int>()));

        static int Rank(string name) => Array.IndexOf(["biennial", "exhibition", "weekend", "in Honolulu", "in Tokyo", "concert", "club night"], name);
    }

    [Theory, OnBothEngines]
    public async Task A_changed_end_moves_its_days(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        var show = await hall.Announce(("date", "2042-08-01T10:00:00"), ("endDate", "2042-08-20T10:00:00"), ("timeZone", "Europe/Vienna"));
        await hall.Finds("dateFrom=2042-08-20", 1);
        (await hall.Owner.Patch($"api/events/{show.Id}", new { endDate = "2042-08-02T10:00:00" })).Expect(200);
        await hall.Finds("dateFrom=2042-08-03", 0);
        await hall.Finds("dateFrom=2042-08-02", 1);
        (await hall.Owner.Patch($"api/events/{show.Id}", new { endDate = (string?)null })).Expect(200);
        await hall.Finds("dateFrom=2042-08-02", 0);
        // The same instant is another day elsewhere.
        (await hall.Owner.Patch($"api/events/{show.Id}", new { date = "2042-08-01T22:30:00", endDate = "2042-08-01T23:30:00" })).Expect(200);
        await hall.Finds("dateFrom=2042-08-02", 0);
        (await hall.Owner.Patch($"api/events/{show.Id}", new { date = "2042-08-01T20:30:00Z", endDate = "2042-08-01T21:30:00Z", timeZone = "Asia/Tokyo" })).Expect(200);
        await hall.Finds("dateFrom=2042-08-02", 1);
    }
}
