using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>What a list can be narrowed to.</summary>
public sealed class FacetTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Every_facet_counts_and_ignores_its_own_filter(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var owner = await Person.Organizer(server);
        async Task Announce(string name, string? category, string? city, string country, string date, decimal? price, string publication = "published") =>
            (await owner.Post("api/events", Sample.Event(("name", name), ("category", category), ("city", city), ("country", country), ("date", date), ("timeZone", "Europe/Vienna"), ("publication", publication))
                .With(("ticketTypes", price is { } known ? new[] { Sample.TicketType(("price", known)), Sample.TicketType(("price", known + 500)) } : [])))).Expect(201);
        await Announce("a", "Jazz", "Wien", "Austria", "2041-05-31T23:30:00", 9.99m);
        await Announce("b", "jazz", "Wien", "Austria", "2041-06-01T00:00:00", 10);
        await Announce("c", "JAZZ", "wien", "Österreich", "2041-06-30T20:00:00", 250);
        await Announce("d", "Opera", "Graz", "Austria", "2041-06-15T20:00:00", 0);
        await Announce("e", null, null, "Austria", "2042-01-01T00:00:00", null);
        await Announce("f", "Opera", "Graz", "Austria", "2041-06-15T20:00:00", 0, "draft");

        string Facet(Reply reply, string name) => string.Join(' ', reply[name].AsArray().Select(f => $"{f!["value"]}:{f["count"]}"));
        var stranger = new Person(server);
        async Task<Reply> Get(string query) => (await stranger.Get($"api/events/facets?{query}")).Expect(200);

        var all = await Get("");
        Assert.Equal(["categories", "cities", "countries", "months", "priceBuckets", "countsAreExact"], all.Json!.AsObject().Select(m => m.Key));
        Assert.True(all["countsAreExact"].GetValue<bool>());
        // One spelling for what the filter takes for the same; of equally many the first by its letters.
        Assert.Equal("JAZZ:3 Opera:1", Facet(all, "categories"));
        Assert.Equal("Wien:3 Graz:1", Facet(all, "cities"));
        Assert.Equal("Austria:4 Österreich:1", Facet(all, "countries"));
        Assert.Equal("2041-05:1 2041-06:3 2042-01:1", Facet(all, "months"));
        Assert.Equal("0-10:2 10-25:1 250-:1", Facet(all, "priceBuckets"));

        var jazz = await Get("category=jazz");
        Assert.Equal("JAZZ:3 Opera:1", Facet(jazz, "categories"));
        Assert.Equal("Wien:3", Facet(jazz, "cities"));
        var june = await Get("city=graz&dateFrom=2041-06-01&dateTo=2041-06-30&maxPrice=5");
        Assert.Equal("Opera:1", Facet(june, "categories"));
        Assert.Equal("Graz:1", Facet(june, "cities"));
        Assert.Equal("2041-06:1", Facet(june, "months"));
        Assert.Equal("0-10:1", Facet(june, "priceBuckets"));
        Assert.Equal("", Facet(await Get("q=nothingatall"), "countries"));
        Assert.NotNull(all.ETag);
        (await stranger.Get("api/events/facets", ("If-None-Match", all.ETag!))).Expect(304);
        foreach (var (wrong, code) in ((string, string)[])[("page=1", "unknown_parameter"), ("sortBy=date", "unknown_parameter"), ("status=open", "invalid_parameter"), ("minPrice=x", "invalid_parameter"), ("radiusKm=5", "invalid_parameter")])
            (await stranger.Get($"api/events/facets?{wrong}")).Expect(400, code);
    }
}
