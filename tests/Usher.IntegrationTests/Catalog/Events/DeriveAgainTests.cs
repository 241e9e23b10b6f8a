using System.Text;
using System.Text.Json;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>Events that an older version wrote are found by the rules of this one.</summary>
public sealed class DeriveAgainTests(Servers servers)
{
    private const int All = 1_500;

    [Theory, OnBothEngines]
    public async Task What_an_older_version_derived_is_derived_again_however_often_it_is_stopped(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        await using (var server = await HostedServer.Start(database, ("Catalog:RefreshSeconds", "3600")))
        {
            var organizer = await Person.Organizer(server);
            var lines = Enumerable.Range(0, All).Select(i => JsonSerializer.Serialize(new
            {
                name = $"東京ドームコンサート {i}",
                date = Sample.InDays(30),
                endDate = Sample.InDays(40),
                location = "Hall",
                city = "पटना",
                category = "C++",
                totalCapacity = 10,
            }));
            (await organizer.Post("api/events/import", new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson"))).Expect(200);
            Assert.Equal(All, await Count(server, "q=ドーム"));
            Assert.Equal(0, await Left(database));
        }
        // As it was left by the version before.
        await database.Run("""
            UPDATE events SET search_text = ' 東京ドームコンサート ', place_text = '', name_key = 'x', city_key = 'पटन', category_key = 'c',
            local_end_date = NULL, lasting = FALSE, derived_by = 0
            """);
        for (var stops = 0; await Left(database) == All && stops < 20; stops++)
        {
            // Stopped in the middle, where it is quick enough to be caught there.
            await using var stopped = await HostedServer.Start(database, ("Catalog:RefreshSeconds", "0.1"));
            await Eventually.IsTrue(async () => await Left(database) < All, withinSeconds: 60);
        }
        await using var after = await HostedServer.Start(database, ("Catalog:RefreshSeconds", "0.1"));
        await Eventually.IsTrue(async () => await Left(database) == 0, withinSeconds: 60);
        foreach (var query in (string[])["q=ドーム", "category=C%2B%2B", "city=पटना", "location=hall", "name=ドームコ", $"dateFrom={Sample.InDays(39):yyyy-MM-dd}"])
            Assert.Equal((query, All), (query, await Count(after, query)));
        foreach (var query in (string[])["category=C", "city=पटन"])
            Assert.Equal((query, 0), (query, await Count(after, query)));
        Assert.Equal(All, await database.Count("SELECT count(*) FROM events WHERE lasting AND version = 1"));
        if (engine == Engine.Sqlite)
        {
            await database.Run("INSERT INTO event_words (event_words, rank) VALUES ('integrity-check', 1)");
            await database.Run("INSERT INTO event_name_parts (event_name_parts, rank) VALUES ('integrity-check', 1)");
        }
        await after.Verify();
    }

    private static Task<long> Left(TestDatabase database) => database.Count("SELECT count(*) FROM events WHERE derived_by = 0");

    private static async Task<int> Count(HostedServer server, string query) =>
        (await new Person(server).Get($"api/events?{query}")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>();
}
