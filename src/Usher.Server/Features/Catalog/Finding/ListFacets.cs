using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>A value, and the number of events that have it.</summary>
/// <param name="Value">Value for the filter of the same name.</param>
public sealed record FacetCount(string Value, int Count);

/// <summary>Values that a list of events can be filtered by. Each facet ignores its own filter.</summary>
/// <param name="Categories">At most 100 categories, the most frequent first.</param>
/// <param name="Cities">At most 100 cities, the most frequent first.</param>
/// <param name="Countries">At most 100 countries, the most frequent first.</param>
/// <param name="Months">Months in the events' own calendar, such as 2030-05. The next 60 months that have events.</param>
/// <param name="PriceBuckets">Ranges of the lowest price in major units: 0-10, 10-25, 25-50, 50-100, 100-250, 250-. Each range includes its lower bound and excludes its upper bound.</param>
/// <param name="CountsAreExact">False if more than 10,000 events match. The counts are then projected from an even sample of 10,000 events.</param>
public sealed record FacetsResponse(
    IReadOnlyList<FacetCount> Categories, IReadOnlyList<FacetCount> Cities, IReadOnlyList<FacetCount> Countries,
    IReadOnlyList<FacetCount> Months, IReadOnlyList<FacetCount> PriceBuckets, bool CountsAreExact);

internal static class ListFacets
{
    private const int MostValues = 100;
    private const int MostMonths = 60;

    private static readonly QueryParameters Parameters = new(EventFilters.Parameters("upcoming", "sold_out"));

    private static readonly (long From, string Name)[] Prices =
        [(0, "0-10"), (10, "10-25"), (25, "25-50"), (50, "50-100"), (100, "100-250"), (250, "250-")];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/facets", Methods.Read, Handle)
        .WithName("ListEventFacets").WithSummary("List the values that events can be filtered by")
        .WithDescription("Counts the events of each category, city, country, month and price that the same filters find. A facet ignores its own filter. Counts are exact up to " +
            "10,000 matching events. Beyond that, the counts are projected from an even sample of 10,000 and `countsAreExact` is false. A value that one event in " +
            "a hundred has is then within a tenth of the true count, and a rare value may be missing.")
        .WithQuery(Parameters).Refuses(Problems.Overloaded);

    private static async Task<Tagged<FacetsResponse>> Handle(HttpContext context, UsherDb db, DatabaseClock clock, SearchTurns turns)
    {
        var filters = new EventFilters(db.Engine, Parameters.Read(context.Request), clock.Now).Read(organizer: null);
        return new(await turns.Take(context, db, cancellationToken => Find(db, filters, cancellationToken)), version: null) { IsPublic = true };
    }

    private static async Task<FacetsResponse> Find(UsherDb db, EventFilters filters, CancellationToken cancellationToken)
    {
        var words = await WordSample.Take(db, filters, cancellationToken);

        // Most facets have no filter of their own and share one read.
        var read = new Dictionary<string, FacetSample>();
        async Task<FacetSample> Sample(params string[] without)
        {
            // With so many matches, a scan soon finds ten thousand.
            var where = words.TellsThatMoreMatch(5 * FacetSample.Most, without) ? filters.WhereManyMatch(without) : words.Where(without);
            if (!without.Contains("dateFrom"))
                where = Sql.Of($"{where} AND {filters.Begun}");
            return read.TryGetValue(where.Text, out var known) ? known : read[where.Text] = await FacetSample.Read(db, where, cancellationToken);
        }

        var categories = await Sample("category");
        var cities = await Sample("city");
        var countries = await Sample("country");
        var months = await Sample("dateFrom", "dateTo");
        var prices = await Sample("minPrice");
        return new(
            Named(categories, row => row.Category),
            Named(cities, row => row.City),
            Named(countries, row => row.Country),
            [.. months.Count(row => row.LocalDate.ToString("yyyy-MM", CultureInfo.InvariantCulture)).OrderBy(c => c.Value, StringComparer.Ordinal).Take(MostMonths)],
            [.. prices.Count(row => row.MinPriceScaled is { } price ? Bucket(price) : null).OrderBy(c => Array.FindIndex(Prices, p => p.Name == c.Value))],
            read.Values.All(sample => sample.IsExact));
    }

    /// <summary>Spellings that the filter treats as equal are one value, in its most frequent spelling.</summary>
    private static IReadOnlyList<FacetCount> Named(FacetSample sample, Func<FacetRow, string?> name)
    {
        var spellings = sample.Count(name).OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal);
        return [.. spellings.GroupBy(c => SearchText.EqualKey(c.Value))
            .Select(same => new FacetCount(same.First().Value, same.Sum(c => c.Count)))
            .OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal)
            .Take(MostValues)];
    }

    private static string Bucket(long scaled) => Array.FindLast(Prices, price => price.From * 10_000 <= scaled).Name;
}
