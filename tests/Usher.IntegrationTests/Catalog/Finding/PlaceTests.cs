using System.Globalization;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>Finding by distance.</summary>
public sealed class PlaceTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_zero_has_no_sign(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var created = (await organizer.Post("api/events", Sample.Event(("latitude", -0.0), ("longitude", -1e-323 / 10)))).Expect(201);
        foreach (var reply in (Reply[])[created, (await organizer.Get($"api/events/{created["id"]}")).Expect(200)])
            Assert.Contains("\"latitude\":0,\"longitude\":0,", reply.Text, StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task Events_are_found_within_a_radius_and_sorted_from_near_to_far(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        foreach (var (name, latitude, longitude) in ((string, double, double)[])[("Vienna", 48.2082, 16.3738), ("Bratislava", 48.1486, 17.1077), ("Graz", 47.0707, 15.4395), ("Sydney", -33.8688, 151.2093)])
            await hall.Announce(("name", name), ("latitude", latitude), ("longitude", longitude));
        await hall.Announce(("name", "Nowhere"));
        const string Vienna = "near=48.2082,16.3738";

        Assert.Equal(["Vienna", "Bratislava", "Graz", "Sydney", "Nowhere"], await hall.Names($"{Vienna}&sortBy=distance"));
        Assert.Equal(["Sydney", "Graz", "Bratislava", "Vienna", "Nowhere"], await hall.Names($"{Vienna}&sortBy=distance&order=desc"));
        Assert.Equal(["Graz", "Sydney"], await hall.Names($"{Vienna}&sortBy=distance&limit=2&page=2"));
        Assert.Equal(["Vienna", "Bratislava", "Graz"], await hall.Names($"{Vienna}&sortBy=distance&radiusKm=200"));
        await hall.Finds($"{Vienna}&radiusKm=0", 1);
        await hall.Finds($"{Vienna}&radiusKm=50", 1);
        // As the crow flies it is 54.6 km to Bratislava and 145 km to Graz.
        await hall.Finds($"{Vienna}&radiusKm=54", 1);
        await hall.Finds($"{Vienna}&radiusKm=56", 2);
        await hall.Finds($"{Vienna}&radiusKm=144", 2);
        await hall.Finds($"{Vienna}&radiusKm=146", 3);
        await hall.Finds($"{Vienna}&radiusKm=20015", 4);
        await hall.Finds(Vienna, 5);
        await hall.Finds("near=%2048.2082%20,%20%2B16.3738%20&radiusKm=1", 1);

        foreach (var wrong in (string[])["48.2", "48.2,16.3,1", "91,0", "-90.1,0", "0,180.1", "0,-181", "a,b", "NaN,0", "0,Infinity", "1e1,2", ","])
            await hall.Refuses($"near={wrong}", "near");
        foreach (var wrong in (string[])["-1", "far", "20016", "1e3", "NaN"])
            await hall.Refuses($"{Vienna}&radiusKm={wrong}", "radiusKm");
        await hall.Refuses("radiusKm=10", "radiusKm");
        await hall.Refuses("sortBy=distance", "sortBy");
        await hall.Refuses("near=1,1&near=2,2", "near");
    }

    [Theory, OnBothEngines]
    public async Task The_date_line_and_the_poles_are_places_like_others(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        foreach (var (name, latitude, longitude) in ((string, double, double)[])[
            ("Taveuni east", -16.8, 179.99), ("Taveuni west", -16.8, -179.99), ("Suva", -18.1416, 178.4419), ("Line", 0, 180), ("Line too", 0, -180),
            ("North", 90, 0), ("Near north", 89.9, -120), ("Ny-Alesund", 78.9235, 11.9099), ("South", -90, 55)])
            await hall.Announce(("name", name), ("latitude", latitude), ("longitude", longitude));
        async Task Finds(string near, double km, params string[] names)
        {
            var found = await hall.Names($"near={near}&radiusKm={km.ToString(CultureInfo.InvariantCulture)}&sortBy=distance");
            Assert.True(names.Order(StringComparer.Ordinal).SequenceEqual(found.Order(StringComparer.Ordinal)), $"{near} within {km}: {string.Join(", ", found)}");
        }
        await Finds("-16.8,179.99", 5, "Taveuni east", "Taveuni west");
        await Finds("-16.8,-179.99", 5, "Taveuni east", "Taveuni west");
        await Finds("0,180", 1, "Line", "Line too");
        await Finds("0,-180", 1, "Line", "Line too");
        await Finds("-18.1416,178.4419", 230, "Suva", "Taveuni east", "Taveuni west");
        await Finds("90,77", 20, "North", "Near north");
        await Finds("89.9,60", 25, "North", "Near north");
        await Finds("-90,0", 1, "South");
        await Finds("78.9,12", 1300, "Ny-Alesund", "North", "Near north");
        // All but the antipode, which is 14 m further.
        await Finds("0,0", 20015.1, "Taveuni east", "Taveuni west", "Suva", "North", "Near north", "Ny-Alesund", "South");
    }
}
