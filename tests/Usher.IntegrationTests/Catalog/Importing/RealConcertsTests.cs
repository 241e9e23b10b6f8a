using System.Text;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Catalog.Importing;

/// <summary>What an orchestra really played, imported whole; the data set stands beside the repository.</summary>
public sealed class RealConcertsTests(Servers servers)
{
    private const int All = 9_278;

    [Theory, OnBothEngines, Trait("needs", "data")]
    public async Task All_concerts_are_imported_found_by_city_and_name_and_booked(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var organizer = await Person.Organizer(server);
        var concerts = ImportFiles.Concerts(Path.Combine(DataSets.Directory(), "nyphil_concerts.csv"), TimeProvider.System.GetUtcNow()).ToList();
        var lines = new StringWriter();
        ImportFiles.WriteNdjson(concerts, lines);
        var table = new StringWriter();
        ImportFiles.WriteCsv(concerts, table);

        var dry = (await organizer.Post("api/events/import?dryRun=true", new StringContent(table.ToString(), Encoding.UTF8, "text/csv"))).Expect(200);
        Assert.Equal(All, dry["rows"].GetValue<int>());
        Assert.Equal(0, await server.Database.Count("SELECT count(*) FROM events"));
        var imported = (await organizer.Post("api/events/import", new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson"))).Expect(200);
        Assert.Equal(All, imported["imported"].GetValue<int>());
        Assert.Equal(All, await server.Database.Count("SELECT count(*) FROM events"));

        var buyer = await Person.Attendee(server);
        var abroad = (await buyer.Get("api/events?city=vienna&q=philharmonic&limit=100")).Expect(200);
        Assert.NotEmpty(abroad["data"].AsArray());
        foreach (var found in abroad["data"].AsArray().Take(3))
        {
            Assert.Equal("Vienna", found!["city"]!.GetValue<string>());
            var byName = (await buyer.Get($"api/events?name={Uri.EscapeDataString(found["name"]!.GetValue<string>())}&limit=100")).Expect(200);
            Assert.Contains(byName["data"].AsArray(), e => e!["id"]!.GetValue<Guid>() == found["id"]!.GetValue<Guid>());

            var whole = (await buyer.Get($"api/events/{found["id"]}")).Expect(200);
            var type = whole["ticketTypes"][0]!;
            var booked = (await buyer.Post("api/bookings", new { eventId = found["id"], ticketTypeId = type["id"], quantity = 2 })).Expect(201);
            Assert.Equal(2 * type["priceMinor"]!.GetValue<long>(), booked["totalPriceMinor"].GetValue<long>());
        }
        Assert.Equal(All, (await organizer.Get("api/organizers/me/events?limit=1&status=all")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>());
        await TheSampleChangesNoAnswer(server, organizer);
        await server.Verify();
    }

    /// <summary>With so many on show a sample says how to look for words. An organizer's own list is looked through without one.</summary>
    private static async Task TheSampleChangesNoAnswer(UsherServer server, Person organizer)
    {
        var visitor = new Person(server);
        Assert.True((await visitor.Get("api/events?limit=1")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>() > 2_500);
        // The rarest are the words, another filter, the place's words, or something of which a sample has hardly any.
        foreach (var (filter, least) in new[]
        {
            ("q=mozart", 100), ("q=mozart+symphony", 50), ("q=philharmonic&city=vienna", 1), ("q=beethoven&city=london&maxPrice=1000", 1), ("q=philharmonic&location=vienna", 1),
            ("location=carnegie+hall&q=mahl", 10), ("q=philharmonic&name=brahms", 1), ("q=beethoven&location=carnegie&category=classical", 10), ("q=xylophone+nowhere&city=vienna", 0),
        })
            foreach (var order in new[] { "", "&sortBy=date", "&sortBy=price&order=desc", "&sortBy=date&page=2" })
            {
                var shown = (await visitor.Get($"api/events?{filter}{order}&limit=100")).Expect(200);
                var own = (await organizer.Get($"api/organizers/me/events?{filter}{order}&limit=100&status=upcoming,sold_out")).Expect(200);
                Assert.True(Ids(shown).SequenceEqual(Ids(own)), $"{filter}{order}: other events");
                var total = shown["pagination"]["totalItems"]!.GetValue<int>();
                Assert.Equal(own["pagination"]["totalItems"]!.GetValue<int>(), total);
                Assert.True(total >= least, $"{filter}: {total} found");
                var facets = (await visitor.Get($"api/events/facets?{filter}")).Expect(200);
                Assert.Equal(total, facets["priceBuckets"].AsArray().Sum(bucket => bucket!["count"]!.GetValue<int>()));
            }
    }

    private static List<Guid> Ids(Reply list) => [.. list["data"].AsArray().Select(e => e!["id"]!.GetValue<Guid>())];
}
