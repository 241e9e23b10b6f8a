namespace Usher.Bench.Finding;

/// <summary>One kind of question, asked with several values in turn.</summary>
/// <param name="Pages">Whether its later pages are asked for as well.</param>
internal sealed record Search(string Name, string[] Queries, bool Pages = false, string Path = "api/events");

/// <summary>Every filter and every sort, one by one and mixed.</summary>
internal static class Searches
{
    private static readonly string[] Cities = ["Vienna", "London", "Paris", "Berlin", "New York", "Amsterdam", "Barcelona", "Melbourne", "Krakow", "Bengaluru", "Zurich", "Lisbon"];
    private static readonly string[] Words =
        ["mahler", "dvorak", "beethoven", "javascript", "ruby", "quartet", "violin", "schubert symphony", "brahms concerto", "evening beethoven", "vienna mozart", "react london", "bernstein", "stravinsky firebird", "kotlin", "accessibility"];
    private static readonly string[] Beginnings = ["mah", "sch", "beeth", "java", "phil", "lon", "con", "a", "s", "the"];

    public static Search[] All(DateTimeOffset now)
    {
        string Day(int days) => now.AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        string[] Each(IEnumerable<string> values, Func<string, string> query) => [.. values.Select(value => query(Uri.EscapeDataString(value)))];
        int[] later = [0, 3, 10, 30, 90, 180, 400];
        return
        [
            new("no filter, by date", [""], Pages: true),
            new("by date, descending", ["order=desc"], Pages: true),
            new("by name", ["sortBy=name"], Pages: true),
            new("by name, descending", ["sortBy=name&order=desc"], Pages: true),
            new("by price", ["sortBy=price"], Pages: true),
            new("by price, descending", ["sortBy=price&order=desc"], Pages: true),
            new("by createdAt", ["sortBy=createdAt"], Pages: true),
            new("by createdAt, ascending", ["sortBy=createdAt&order=asc"], Pages: true),
            new("by popularity", ["sortBy=popularity"], Pages: true),
            new("near, by distance", ["near=48.2,16.37&sortBy=distance", "near=40.7,-74&sortBy=distance", "near=-33.9,151.2&sortBy=distance"], Pages: true),
            new("near + radiusKm, by distance", ["near=48.2,16.37&radiusKm=20&sortBy=distance", "near=51.5,-0.1&radiusKm=5&sortBy=distance", "near=52.5,13.4&radiusKm=50&sortBy=distance"], Pages: true),
            new("near + radiusKm, by date", ["near=48.2,16.37&radiusKm=20", "near=51.5,-0.1&radiusKm=5", "near=52.5,13.4&radiusKm=50"]),
            new("q", Each(Words, value => $"q={value}"), Pages: true),
            new("q, by date", Each(Words, value => $"q={value}&sortBy=date"), Pages: true),
            new("q, beginnings of words", Each(Beginnings, value => $"q={value}")),
            new("location", Each(["carnegie", "vienna austria", "hall", "london", "germany", "avery fisher", "park"], value => $"location={value}"), Pages: true),
            new("name contains", Each(["beethoven", "concert", "symph", "evening of", "ruby", "xyzzy"], value => $"name={value}"), Pages: true),
            new("city", Each(Cities, value => $"city={value}"), Pages: true),
            new("country", Each(["Austria", "Germany", "United States", "Australia", "Japan", "India"], value => $"country={value}"), Pages: true),
            new("category", ["category=classical", "category=javascript", "category=ruby,python", "category=chamber%20music", "category=talk"], Pages: true),
            new("dateFrom and dateTo", [.. later.Select(d => $"dateFrom={Day(d)}&dateTo={Day(d + 7)}")], Pages: true),
            new("minPrice and maxPrice", ["minPrice=10&maxPrice=30", "maxPrice=20", "minPrice=300", "minPrice=40&maxPrice=41", "maxPrice=0"], Pages: true),
            new("currency", ["currency=EUR", "currency=JPY", "currency=CHF"]),
            new("availability", ["availability=available", "availability=sold_out"], Pages: true),
            new("status", ["status=past", "status=cancelled", "status=sold_out", "status=upcoming", "status=all", "status=past,cancelled"], Pages: true),
            new("mixed: q, city, price", Each(Cities, value => $"q=beethoven&city={value}&maxPrice=100")),
            new("mixed: city, week, available, under 30", Each(Cities, value => $"city={value}&dateFrom={Day(7)}&dateTo={Day(14)}&maxPrice=30&availability=available")),
            new("mixed: category, country, by price", ["category=classical&country=Germany&sortBy=price", "category=javascript&country=Australia&sortBy=price", "category=talk&country=Spain&sortBy=price&order=desc"]),
            new("mixed: q, month, by price", Each(["mahler", "ruby", "violin"], value => $"q={value}&dateFrom={Day(30)}&dateTo={Day(60)}&sortBy=price")),
            new("mixed: q, location, available", ["q=quartet&location=london&availability=available", "q=javascript&location=berlin&availability=available"]),
            new("mixed: category, currency, under 50, by popularity", ["category=classical&currency=EUR&maxPrice=50&sortBy=popularity", "category=family&currency=GBP&maxPrice=50&sortBy=popularity"]),
            new("mixed: price, 3 months, near", ["near=48.2,16.37&radiusKm=100&minPrice=20&maxPrice=60&dateFrom=" + Day(0) + "&dateTo=" + Day(90)]),
            new("facets", [""], Path: "api/events/facets"),
            new("facets of a city", Each(Cities, value => $"city={value}"), Path: "api/events/facets"),
            new("facets of q", Each(Words, value => $"q={value}"), Path: "api/events/facets"),
            new("facets of a price", ["maxPrice=30", "minPrice=30&maxPrice=80"], Path: "api/events/facets"),
            new("facets, mixed", ["category=classical&country=Germany", "currency=EUR&availability=available", "city=Vienna&q=mozart"], Path: "api/events/facets"),
        ];
    }
}
