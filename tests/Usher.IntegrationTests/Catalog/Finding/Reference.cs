using System.Globalization;
using System.Text.Json.Nodes;
using Usher.Domain.Catalog;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>An event as the API shows it, in a form that can be asked.</summary>
internal sealed record KnownEvent(JsonNode Json, DateTimeOffset CreatedAt)
{
    public Guid Id { get; } = Json["id"]!.GetValue<Guid>();
    public string Name { get; } = Json["name"]!.GetValue<string>();
    public DateTimeOffset Date { get; } = Json["date"]!.GetValue<DateTimeOffset>();
    public DateTime LocalDate { get; } = Json["localDate"]!.GetValue<DateTime>();
    public DateTimeOffset? End { get; } = Json["endDate"]?.GetValue<DateTimeOffset>();
    public DateTime LocalEnd => End is { } end ? TimeZoneInfo.ConvertTime(end, Usher.Domain.Catalog.Zones.Of(Json["timeZone"]!.GetValue<string>())).DateTime : LocalDate;
    public string Status { get; } = Json["status"]!.GetValue<string>();
    public bool Published { get; } = Json["publication"]!.GetValue<string>() == "published";
    public string Currency { get; } = Json["currency"]!.GetValue<string>();
    public int Sold { get; } = Json["quantitySold"]!.GetValue<int>();
    public int Available { get; } = Json["quantityAvailable"]!.GetValue<int>();
    public decimal[] Prices { get; } = [.. Json["ticketTypes"]!.AsArray().Select(t => t!["price"]!.GetValue<decimal>())];
    public GeoPoint? Place { get; } = Json["latitude"] is { } latitude ? new(latitude.GetValue<double>(), Json["longitude"]!.GetValue<double>()) : null;
    public string? City => Json["city"]?.GetValue<string>();
    public string? Country => Json["country"]?.GetValue<string>();
    public string? Category => Json["category"]?.GetValue<string>();
    public Guid Organizer { get; } = Json["organizerId"]!.GetValue<Guid>();
    public string SearchedText { get; } = SearchText.NormalizeNamed(Json["name"]!.GetValue<string>(), Joined(Json, "description", "venue", "city"));
    public string PlaceText { get; } = SearchText.Normalize(Joined(Json, "location", "venue", "city", "country"));
    public string[] Words { get; } = [.. SearchText.Words(Joined(Json, "name", "description", "venue", "city"))];
    public string[] PlaceWords { get; } = [.. SearchText.Words(Joined(Json, "location", "venue", "city", "country"))];
    public decimal? MinPrice => Prices.Length == 0 ? null : Prices.Min();

    private static string Joined(JsonNode json, params string[] names) => string.Join(' ', names.Select(name => json[name]?.GetValue<string>()));
}

/// <summary>The contract's filters and sorts, written down plainly over a list in memory: what the API has to answer.</summary>
internal static class Reference
{
    public static List<KnownEvent> Answer(IEnumerable<KnownEvent> all, IReadOnlyDictionary<string, string> query)
    {
        var found = all.Where(e => e.Published && (query.ContainsKey("status") || e.Status is "upcoming" or "sold_out") && query.All(filter => Holds(e, filter.Key, filter.Value, query))).ToList();
        var words = query.TryGetValue("q", out var text) ? SearchText.Ask(text) : null;
        var by = query.GetValueOrDefault("sortBy") ?? (words is null ? "date" : "relevance");
        var descending = (query.GetValueOrDefault("order") ?? (by is "createdAt" or "popularity" or "relevance" ? "desc" : "asc")) == "desc";
        return by switch
        {
            "name" => Sort(found, e => SearchText.Key(e.Name), StringComparer.Ordinal, descending),
            "price" => [.. Sort([.. found.Where(e => e.MinPrice is not null)], e => e.MinPrice, Comparer<decimal?>.Default, descending), .. Sort([.. found.Where(e => e.MinPrice is null)], e => 0, Comparer<int>.Default, descending)],
            "createdAt" => Sort(found, e => e.CreatedAt, Comparer<DateTimeOffset>.Default, descending),
            "popularity" => Sort(found, e => e.Sold, Comparer<int>.Default, descending),
            "relevance" => Rank(Sort(found, e => e.Date, Comparer<DateTimeOffset>.Default, descending: false), words ?? [], descending),
            "distance" => found,
            _ => Sort(found, e => e.Date, Comparer<DateTimeOffset>.Default, descending),
        };
    }

    public static double? Distance(KnownEvent e, string near) =>
        e.Place is { } place && GeoPoint.TryParse(near, out var point) ? 2 * GeoPoint.EarthRadiusKm * Math.Asin(Math.Min(1, Math.Sqrt(point.HaversineTo(place)))) : null;

    private static List<KnownEvent> Rank(List<KnownEvent> soonest, IReadOnlyList<AskedWord> words, bool descending)
    {
        int Score(KnownEvent e) => Relevance.Of(SearchText.Key(e.Name), words);
        var candidates = soonest.Take(1_000);
        return [.. descending ? candidates.OrderByDescending(Score) : candidates.OrderBy(Score), .. soonest.Skip(1_000)];
    }

    private static List<KnownEvent> Sort<T>(List<KnownEvent> events, Func<KnownEvent, T> key, IComparer<T> comparer, bool descending) =>
        [.. descending ? events.OrderByDescending(key, comparer).ThenByDescending(e => e.Id.ToString(), StringComparer.Ordinal) : events.OrderBy(key, comparer).ThenBy(e => e.Id.ToString(), StringComparer.Ordinal)];

    private static bool Holds(KnownEvent e, string parameter, string value, IReadOnlyDictionary<string, string> query) => parameter switch
    {
        "q" => HasWords(e.SearchedText, value),
        "location" => HasWords(e.PlaceText, value),
        // Nothing but spaces is as good as not given.
        "name" => string.IsNullOrWhiteSpace(value) || (SearchText.Key(value) is { Length: > 0 } key ? SearchText.Key(e.Name).Contains(key, StringComparison.Ordinal) : e.Name.Contains(value.Trim(), StringComparison.Ordinal)),
        "city" => e.City is { } city && SearchText.EqualKey(city) == SearchText.EqualKey(value),
        "country" => e.Country is { } country && SearchText.EqualKey(country) == SearchText.EqualKey(value),
        "category" => e.Category is { } category && value.Split(',').Any(one => SearchText.EqualKey(one) == SearchText.EqualKey(category)),
        // A day is met by whatever lasts on it; of instants the first one counts, and what ends there is over.
        "dateFrom" => value.Length == 10 ? e.LocalEnd >= Day(value) : e.Date >= Instant(value) || e.End > Instant(value),
        "dateTo" => value.Length == 10 ? e.LocalDate < Day(value).AddDays(1) : e.Date < Instant(value),
        // Some one type inside the whole range: looked at once, with whichever end is given.
        "minPrice" or "maxPrice" => e.Prices.Any(price => price >= Number(query.GetValueOrDefault("minPrice") ?? "0") && price <= Number(query.GetValueOrDefault("maxPrice") ?? "1000000000")),
        "currency" => e.Currency == value,
        "availability" => value == "available" ? e.Available > 0 : e.Status == "sold_out",
        "status" => value == "all" || value.Split(',').Contains(e.Status),
        "organizerId" => e.Organizer == Guid.Parse(value),
        "radiusKm" => Distance(e, query["near"]) <= double.Parse(value, CultureInfo.InvariantCulture),
        _ => true,
    };

    private static bool HasWords(string text, string query)
    {
        var words = SearchText.Ask(query);
        return words.Count > 0 && words.All(word => text.Contains(word.Phrase, StringComparison.Ordinal));
    }

    private static DateTime Day(string text) => DateTime.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
