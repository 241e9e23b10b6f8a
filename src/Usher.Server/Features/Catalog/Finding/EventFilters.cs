using Usher.Domain;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>
/// Filters of all event lists, as conditions on the event <c>e</c>, by their parameter. All must hold. The conditions are hand-written,
/// because their exact text determines which index a list can use.
/// </summary>
internal sealed class EventFilters(IDatabaseEngine engine, Query query, DateTimeOffset now)
{
    /// <param name="unlessTold">Default statuses of the list.</param>
    public static QueryParameter[] Parameters(params string[] unlessTold) =>
    [
        new("q", "Words to find in the name, description, venue and city. Every word must match. The last word can be the beginning of a word. Case and accents do not matter. In scripts without spaces between words (Han, kana, Hangul, Thai, Lao, Khmer, Myanmar), the search finds any part of a run. Punctuation separates words, but C#, C++ and R&B are words. If the text has no words, the search looks for its emoji. For example: `mahler vien`.", Aliases: ["search", "keyword"]),
        new("name", "Text that the name contains, such as `symphony`. Case and accents do not matter. Text without letters or digits, such as !!!, must match exactly."),
        new("location", "Words to find in the location, venue, city and country, such as `carnegie hall`."),
        new("city", "The city, such as `Vienna`. Case, accents and punctuation do not matter, but + # & next to letters and emoji do."),
        new("country", "The country, such as `Austria`. It is compared like `city`."),
        new("category", "One or more categories, separated by commas or as repeated parameters. An event matches if it has any of them. Each is compared like `city`: C, C# and C++ are three categories. For example: `concert`.", Repeats: true),
        new("dateFrom", "Events that are not over before this time. Send a day (2030-05-01) in the event's own calendar, or an instant with an offset. An event that lasts several days matches on each of its days.", Aliases: ["startDate"]),
        new("dateTo", "Events that begin by this time. Send a day, which is included, or an instant with an offset, which is excluded.", Aliases: ["endDate"]),
        new("minPrice", "Lowest price, in major units. At least one ticket type must cost this much or more, and no more than `maxPrice`.", "number") { Least = 0, Most = MostPrice },
        new("maxPrice", "Highest price, in major units. At least one ticket type must cost this much or less, and no less than `minPrice`.", "number") { Least = 0, Most = MostPrice },
        new("currency", "ISO 4217 currency code, such as `EUR`."),
        new("availability", "`available` finds events with tickets that can be bought now. `sold_out` finds events whose tickets are all sold. `true` and `false` mean the same.", Values: new("AvailabilityFilter", "available", "sold_out"), Aliases: ["available"]),
        new("status", "One or more of `upcoming`, `sold_out`, `cancelled` and `past`, separated by commas or as repeated parameters, or `all`.", Repeats: true, Default: unlessTold),
        new("organizerId", "ID of the organizer.") { Format = "uuid" },
        new("near", "A point as latitude,longitude in degrees, such as `48.2082,16.3738`. `radiusKm` and sorting by distance use it. By itself, it does not filter events."),
        new("radiusKm", "Largest distance from `near` in kilometers, on the surface of the earth. Events without coordinates are left out.", "number") { Least = 0, Most = (decimal)GeoPoint.FurthestKm },
    ];

    /// <summary>In major units: for a currency without minor units, the highest price.</summary>
    private const decimal MostPrice = MinorUnits.HighestPrice;

    private static readonly Dictionary<string, bool> Availabilities = new() { ["available"] = true, ["sold_out"] = false, ["true"] = true, ["false"] = false };

    private readonly ISearchSql _search = ISearchSql.Of(engine);
    private readonly List<Condition> _conditions = [];

    /// <summary>Words of <c>q</c>, or null without it. Without visible characters there are no words, and nothing matches.</summary>
    public IReadOnlyList<AskedWord>? Words { get; private set; }

    /// <summary>Whether a filter needs an index of words.</summary>
    public bool LookForWords => _conditions.Exists(c => c.OfWords);

    /// <summary>Whether the filters keep only events that are published and neither cancelled nor marked past.</summary>
    public bool OnShow { get; private set; }

    /// <summary>The point of <c>near</c>.</summary>
    public GeoPoint? Near { get; private set; }

    public double? RadiusKm { get; private set; }

    /// <summary>Whether the radius is small enough to leave few events.</summary>
    public bool IsNear => RadiusKm <= 200;

    /// <param name="organizer">Organizer whose events, including drafts, are listed; null for all published events.</param>
    public EventFilters Read(Guid? organizer)
    {
        Add("scope", organizer is { } own ? Sql.Of($"e.organizer_id = {own}") : Sql.Of($"e.publication = {Sql.Number(Publication.Published)}"));
        if (_search.IsImported(Sql.Plain("e.id")) is { } imported)
            Add("scope", imported);
        IReadOnlyList<EventStatus> unlessTold = organizer is null ? EventStatusFilter.ToCome : EventStatusFilter.All;
        OnShow = EventStatusFilter.Add(this, engine, query, now, unlessTold) && organizer is null;
        ReadPlace();
        ReadText();
        ReadDays();
        ReadPrices();
        if (query.OneOf("availability", Availabilities) is { } available)
            Add("availability", available ? EventAvailability.HasTickets(engine, now) : Sql.Plain("e.sold_out"));
        if (query.Id("organizerId") is { } asked)
            Add("organizerId", $"e.organizer_id = {asked}");
        return this;
    }

    public void Add(string parameter, FormattableString condition) => Add(parameter, Sql.Of(condition));

    public void Add(string parameter, Sql condition) => _conditions.Add(new(parameter, condition, condition));

    /// <summary>Parameters that restrict the shown events.</summary>
    public IEnumerable<string> Asked => _conditions.Select(c => c.Parameter).Distinct().Where(parameter => parameter is not ("scope" or "status"));

    /// <summary>Whether an index has the words of the parameter.</summary>
    public bool IsOfWords(string parameter) => _conditions.Exists(c => c.Parameter == parameter && c.OfWords);

    /// <summary>All conditions, except those of some parameters.</summary>
    /// <param name="without">Parameters whose conditions are omitted.</param>
    /// <param name="inARow">Parameters whose words are checked in each row instead of an index.</param>
    public Sql Where(IReadOnlyList<string> without, IEnumerable<string>? inARow = null)
    {
        var looked = inARow?.ToList() ?? [];
        return All(_conditions.Where(c => !without.Contains(c.Parameter)).Select(c => looked.Contains(c.Parameter) ? c.InARow : c.ByIndex));
    }

    /// <summary>
    /// The same events, for a scan along the index of the sort. It checks words in each row, which finds frequent words sooner than
    /// gathering all their events from the index of words.
    /// </summary>
    public Sql WhereManyMatch(params string[] without) => Where(without, inARow: Asked);

    /// <summary>Conditions of one parameter, to check in each row.</summary>
    public Sql InARow(string parameter) => All(_conditions.Where(c => c.Parameter == parameter).Select(c => c.InARow));

    /// <summary>The condition of shown events only.</summary>
    public Sql WhereShown() => All(_conditions.Where(c => c.Parameter is "scope" or "status").Select(c => c.ByIndex));

    private static Sql All(IEnumerable<Sql> conditions) =>
        Sql.Join(" AND ", conditions) is { Text.Length: > 0 } all ? all : Everywhere;

    private void ReadText()
    {
        if (Given("q") is { } text)
        {
            Words = SearchText.Ask(text);
            AddWords("q", WordIndex.Search, Words);
        }
        if (Given("location") is { } place)
            AddWords("location", WordIndex.Place, SearchText.Ask(place));
        if (Given("name") is { } name)
            AddPart(name);
        AddEqual("city", "e.city_key", Given("city") is { } city ? [city] : []);
        AddEqual("country", "e.country_key", Given("country") is { } country ? [country] : []);
        AddEqual("category", "e.category_key", query.Many("category"));
    }

    private void AddEqual(string parameter, string column, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return;
        var keys = names.Select(SearchText.EqualKey).OfType<string>().Distinct().ToList();
        if (keys.Count > 50)
            throw Query.Bad(parameter, "Send at most 50 values.");
        Add(parameter, keys switch
        {
            [] => Nothing,
            [var one] => Sql.Of($"{Sql.Plain(column)} = {one}"),
            _ => Sql.Of($"{Sql.Plain(column)} IN ({Sql.Join(", ", keys.Select(key => Sql.Of($"{key}")))})"),
        });
    }

    private static readonly Sql Nothing = Sql.Plain("1 = 0");

    private void AddWords(string parameter, WordIndex index, IReadOnlyList<AskedWord> words)
    {
        if (words.Count == 0)
            Add(parameter, Nothing);
        else
            _conditions.Add(new(parameter, _search.HasWords(index, words, OnShow),
                Sql.Join(" AND ", words.Select(word => _search.Contains(index.Column(), word.Phrase))), OfWords: true));
    }

    private void AddPart(string name)
    {
        var key = SearchText.NameKey(name);
        var inName = key.Length > 0 ? _search.Contains(Sql.Plain("e.name_key"), key) : _search.Contains(Sql.Plain("e.name"), Text.Clean(name));
        // The index has trigrams.
        if (key.EnumerateRunes().Count() >= 3)
            _conditions.Add(new("name", _search.HasInName(key, OnShow), inName, OfWords: true));
        else
            Add("name", inName);
    }

    private void ReadDays()
    {
        var (from, to) = (ReadMoment("dateFrom"), ReadMoment("dateTo"));
        // A day and an instant are compared as far as possible without a zone.
        if (from?.Day > to?.Day || from?.Instant > to?.Instant || from?.Earliest > to?.Latest)
            throw Query.Bad("dateTo", "`dateTo` must not be before `dateFrom`.");
        if (from is { Instant: { } empty } && empty == to?.Instant)
            Add("dateTo", Nothing);
        if (from is { Day: { } firstDay })
        {
            Add("dateFrom", $"coalesce(e.local_end_date, e.local_date) >= {engine.ValueOf(firstDay)}");
            if (from.Earliest is { } earliest)
                AddBeginning(earliest);
        }
        else if (from is { Instant: { } first })
        {
            // An event without a duration is a moment; the first instant of the range includes it.
            Add("dateFrom", $"(e.over_at > {engine.ValueOf(first)} OR e.starts_at >= {engine.ValueOf(first)})");
            AddBeginning(first);
        }
        if (to is { Day: { } lastDay } && to.Latest is { } latest)
        {
            Add("dateTo", $"e.local_date < {engine.ValueOf(lastDay.AddDays(1))}");
            AddForTheOrder("dateTo", $"e.starts_at < {engine.ValueOf(latest)}");
        }
        else if (to is { Instant: { } end })
            Add("dateTo", $"e.starts_at < {engine.ValueOf(end)}");
    }

    /// <summary>An event that is not over at an instant is short and began recently, or is one of the few long ones.</summary>
    private void AddBeginning(DateTimeOffset notOverAt)
    {
        if (IsNear || notOverAt < DateTimeOffset.MinValue + Event.Brief)
            return;
        var (bound, over) = (engine.ValueOf(notOverAt - Event.Brief), engine.ValueOf(notOverAt));
        Parts = [Sql.Of($"e.starts_at >= {bound}"), Sql.Of($"e.lasting AND e.over_at >= {over} AND e.starts_at < {bound}")];
        Begun = Sql.Of($"(e.starts_at >= {bound} OR e.lasting)");
    }

    /// <summary>Disjoint parts of all matching events, for a scan by date: a long event may have begun years before the days of the query.</summary>
    public IReadOnlyList<Sql> Parts { get; private set; } = [Everywhere];

    /// <summary>The parts in one condition. It is only a hint: a gathering query needs no index for it.</summary>
    public Sql Begun { get; private set; } = Everywhere;

    private static readonly Sql Everywhere = Sql.Plain("1 = 1");

    /// <summary>A redundant condition for the index of the sort. Beside a small radius, it would make the planner read all its days.</summary>
    private void AddForTheOrder(string parameter, FormattableString condition) =>
        _conditions.Add(new(parameter, IsNear ? Everywhere : Sql.Of(condition), Sql.Of(condition)));

    private FilterMoment? ReadMoment(string name) => Given(name) is not { } text ? null
        : FilterMoment.Parse(text) ?? throw Query.Bad(name, "The value must be a day such as 2030-05-01, or a time with an offset such as 2030-05-01T00:00:00Z.");

    private void ReadPrices()
    {
        if (Given("currency") is { } code)
        {
            if (!Currency.TryGet(code, out _))
                throw Query.Bad("currency", "The currency must be an active ISO 4217 code in capital letters.");
            Add("currency", $"e.currency = {code}");
        }
        var (min, max) = (query.Decimal("minPrice", 0, MostPrice), query.Decimal("maxPrice", 0, MostPrice));
        if (min > max)
            throw Query.Bad("maxPrice", "`maxPrice` must not be less than `minPrice`.");
        if (min is null && max is null)
            return;
        var (from, to) = ((long)decimal.Ceiling((min ?? 0) * 10_000), (long)decimal.Floor((max ?? MostPrice) * 10_000));
        // Separately: with a single bound, the index of that price column answers it alone.
        if (max is not null)
            Add("minPrice", $"e.min_price_scaled <= {to}");
        if (min is not null)
            Add("minPrice", $"e.max_price_scaled >= {from}");
        // If the lowest or the highest price is inside the range, the event matches. Only if both are outside must the query look for a type
        // in between. It reads the currency in the same place, so that an index of prices needs no row. It uses a count, because PostgreSQL
        // would evaluate EXISTS for all events at once.
        if (min > 0 && max is not null)
            Add("minPrice", $"""
                (e.min_price_scaled >= {from} OR e.max_price_scaled <= {to} OR (SELECT count(*) FROM ticket_types t JOIN events c ON c.id = t.event_id
                WHERE t.event_id = e.id AND t.price_minor * {MinorUnit} BETWEEN {from} AND {to}) > 0)
                """);
    }

    private static readonly Sql MinorUnit = Sql.Plain($"CASE {string.Join(' ', Currency.All.Where(c => c.Digits != 2).GroupBy(c => c.ScaledMinorUnit)
        .Select(g => $"WHEN c.currency IN ({string.Join(", ", g.Select(c => $"'{c.Code}'").Order(StringComparer.Ordinal))}) THEN {g.Key}"))} ELSE 100 END");

    private void ReadPlace()
    {
        Near = Given("near") is { } text ? GeoPoint.TryParse(text, out var point) ? point
            : throw Query.Bad("near", "The value must be a latitude and a longitude in degrees, such as 48.2082,16.3738.") : null;
        RadiusKm = (double?)query.Decimal("radiusKm", 0, (decimal)GeoPoint.FurthestKm);
        if (RadiusKm is not { } radius)
            return;
        if (Near is not { } center)
            throw Query.Bad("radiusKm", "`radiusKm` requires `near`.");
        Add("near", EventDistance.Within(center, radius));
    }

    private string? Given(string name) => query.Text(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <param name="Parameter">Parameter of the condition.</param>
    /// <param name="ByIndex">Form for gathering by an index.</param>
    /// <param name="InARow">Form for a scan along the index of the sort.</param>
    /// <param name="OfWords">Whether it uses an index of words.</param>
    private sealed record Condition(string Parameter, Sql ByIndex, Sql InARow, bool OfWords = false);
}
