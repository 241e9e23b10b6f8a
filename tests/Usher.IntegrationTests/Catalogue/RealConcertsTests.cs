using System.Text;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Catalogue;

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
        await server.Verify();
    }
}
