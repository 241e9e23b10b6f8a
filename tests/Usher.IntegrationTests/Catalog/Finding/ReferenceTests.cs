using System.Globalization;
using System.Text;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>The API's answers beside those of a plain implementation, over real concerts and conferences, for questions drawn by chance.</summary>
public sealed class ReferenceTests(Servers servers)
{
    private const int Questions = 80;

    [Theory, OnBothEngines, Trait("needs", "data")]
    public async Task Random_questions_have_the_answers_of_a_plain_implementation(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Catalog:RefreshSeconds", "0.2"));
        var organizer = await Person.Organizer(server);
        var all = await Fill(server, organizer);
        var stranger = new Person(server);
        var questions = new Questions(all, seed: 4711);
        var (found, empty) = (0, 0);
        for (var i = 0; i < Questions; i++)
        {
            var query = questions.Next();
            var expected = Reference.Answer(all, query);
            var path = $"api/events?{string.Join('&', query.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"))}";
            var shown = new List<Guid>();
            for (var page = 1; ; page++)
            {
                var reply = (await stranger.Get($"{path}&limit=100&page={page}")).Expect(200);
                shown.AddRange(reply["data"].AsArray().Select(e => e!["id"]!.GetValue<Guid>()));
                Assert.True(reply["pagination"]["totalItems"]!.GetValue<int>() == expected.Count, $"{path}: {reply["pagination"]["totalItems"]} instead of {expected.Count}");
                if (!reply["pagination"]["hasNext"]!.GetValue<bool>())
                    break;
            }
            if (query.GetValueOrDefault("sortBy") == "distance")
                AssertFromNearToFar(path, shown, expected, query);
            else
                Assert.True(shown.SequenceEqual(expected.Select(e => e.Id)), $"{path}: another order from row {shown.Zip(expected).TakeWhile(p => p.First == p.Second.Id).Count()}");
            found += expected.Count;
            empty += expected.Count == 0 ? 1 : 0;
        }
        // Questions that find nothing prove little.
        Assert.True(found > 2_500 && empty < Questions / 2, $"{found} rows, {empty} empty answers");
    }

    private static void AssertFromNearToFar(string path, List<Guid> shown, List<KnownEvent> expected, Dictionary<string, string> query)
    {
        var known = expected.ToDictionary(e => e.Id, e => Reference.Distance(e, query["near"]));
        Assert.True(shown.Count == known.Count && shown.TrueForAll(known.ContainsKey), $"{path}: other rows");
        var distances = shown.Select(id => known[id] ?? double.PositiveInfinity).ToList();
        Assert.True(distances.Zip(distances.Skip(1)).All(pair => pair.First <= pair.Second + 1e-6), $"{path}: not from near to far");
    }

    /// <summary>Events of both data sets, some of them drafts, cancelled, past, sold, held or partly sold.</summary>
    private static async Task<List<KnownEvent>> Fill(UsherServer server, Person organizer)
    {
        var now = TimeProvider.System.GetUtcNow();
        var concerts = ImportFiles.Concerts(Path.Combine(DataSets.Directory(), "nyphil_concerts.csv"), now).Where((_, at) => at % 13 == 0).ToList();
        var conferences = ImportFiles.Conferences(Path.Combine(DataSets.Directory(), "tech_conferences.csv"), now).Where((_, at) => at % 9 == 0).ToList();
        foreach (var part in (List<ImportedEvent>[])[concerts, conferences])
        {
            var lines = new StringWriter();
            ImportFiles.WriteNdjson(part, lines);
            (await organizer.Post("api/events/import", new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson"))).Expect(200);
        }
        await organizer.Announce(types: [("Yen", 4000m, 5)], more: new { currency = "JPY", name = "Noh in Vienna", city = "Vienna" });
        await organizer.Announce(types: [], more: new { name = "Free for all in Vienna", city = "Vienna" });

        var ids = new List<Guid>();
        for (string? cursor = null; ;)
        {
            var reply = (await organizer.Get($"api/organizers/me/events?limit=100&sortBy=createdAt{(cursor is null ? "" : $"&cursor={cursor}")}")).Expect(200);
            ids.AddRange(reply["data"].AsArray().Select(e => e!["id"]!.GetValue<Guid>()));
            if ((cursor = reply["pagination"]["nextCursor"]?.GetValue<string>()) is null)
                break;
        }
        Assert.Equal(concerts.Count + conferences.Count + 2, ids.Count);

        var buyer = await Person.Attendee(server);
        foreach (var (at, id) in ids.Order().Index().Where(e => e.Index % 20 < 7))
            switch (at % 20)
            {
                case 0: (await organizer.Patch($"api/events/{id}", new { publication = "draft" })).Expect(200); break;
                case 1: (await organizer.Put($"api/events/{id}/cancel", null)).Expect(200); break;
                case 2 or 3: await MoveIntoThePast(server, id, at); break;
                case 4: await Buy(server, buyer, id, all: true, hold: false); break;
                case 5: await Buy(server, buyer, id, all: true, hold: true); break;
                default: await Buy(server, buyer, id, all: false, hold: false); break;
            }
        var known = new List<KnownEvent>();
        foreach (var id in ids)
        {
            var json = (await organizer.Get($"api/events/{id}")).Expect(200).Json!;
            known.Add(new KnownEvent(json, json["createdAt"]!.GetValue<DateTimeOffset>()));
        }
        return known;
    }

    private static Task<int> MoveIntoThePast(UsherServer server, Guid id, int number)
    {
        var day = new DateTime(2020, 1, 1, 20, 0, 0).AddDays(number);
        // Every other one ends long after: it is not over.
        var lasts = number % 40 < 20;
        var end = lasts ? new DateTime(2090, 1, 1) : day.AddHours(2);
        return server.Database.Run("UPDATE events SET starts_at = @starts, local_date = @local, ends_at = @ends, local_end_date = @localEnd, lasting = @lasting, time_zone = 'UTC' WHERE id = @id",
            ("starts", server.Database.Instant(new DateTimeOffset(day, TimeSpan.Zero))), ("local", day),
            ("ends", server.Database.Instant(new DateTimeOffset(end, TimeSpan.Zero))), ("localEnd", end), ("lasting", lasts), ("id", id));
    }

    private static async Task Buy(UsherServer server, Person buyer, Guid id, bool all, bool hold)
    {
        // Few places, so that one booking takes them all.
        await server.Database.Run("UPDATE ticket_stock SET quantity_total = 3 WHERE event_id = @id", ("id", id));
        var types = (await buyer.Get($"api/events/{id}")).Expect(200)["ticketTypes"].AsArray();
        foreach (var type in types.Take(all ? types.Count : 1))
            (await buyer.Post("api/bookings", new { eventId = id, ticketTypeId = type!["id"], quantity = all ? 3 : 1, hold })).Expect(201);
    }
}

/// <summary>Draws questions that fit the events: most of them find something.</summary>
internal sealed class Questions(List<KnownEvent> all, int seed)
{
    private static readonly string[] Filters = ["q", "q", "location", "name", "city", "country", "category", "days", "instants", "prices", "currency", "availability", "status", "near", "organizerId"];
    private static readonly string[] Sorts = ["date", "name", "price", "createdAt", "popularity", "relevance", "distance"];
    private static readonly string[] Statuses = ["all", "past", "cancelled", "sold_out", "upcoming", "past,cancelled", "upcoming,past", "sold_out,cancelled", "upcoming,sold_out,past"];

    private readonly Random _chance = new(seed);

    public Dictionary<string, string> Next()
    {
        var query = new Dictionary<string, string>();
        // All of one event, so that together they still find it.
        var of = all[_chance.Next(all.Count)];
        foreach (var filter in Enumerable.Range(0, _chance.Next(4)).Select(_ => Pick(Filters)).Distinct())
            Add(query, filter, of);
        if (_chance.Next(3) > 0)
            query["sortBy"] = Pick(Sorts);
        if (_chance.Next(3) == 0)
            query["order"] = Pick(["asc", "desc"]);
        if (query.GetValueOrDefault("sortBy") == "distance")
        {
            query.TryAdd("near", Near(of));
            query["order"] = "asc";
        }
        return query;
    }

    private void Add(Dictionary<string, string> query, string filter, KnownEvent of)
    {
        switch (filter)
        {
            case "q": query["q"] = Some(of.Words); break;
            case "location": query["location"] = Some(of.PlaceWords); break;
            case "name": query["name"] = of.Name.Substring(_chance.Next(of.Name.Length), 1) is var letter && _chance.Next(4) == 0 ? letter : Part(of.Name); break;
            case "city": query["city"] = of.City ?? "Vienna"; break;
            case "country": query["country"] = (of.Country ?? "France").ToUpperInvariant(); break;
            case "category": query["category"] = $"{of.Category},talk"; break;
            case "days":
                query["dateFrom"] = Day(of.LocalDate.AddDays(-_chance.Next(300)));
                if (_chance.Next(2) == 0)
                    query["dateTo"] = Day(of.LocalDate.AddDays(_chance.Next(300)));
                break;
            case "instants" when _chance.Next(2) == 0:
                query["dateFrom"] = of.Date.AddHours(_chance.Next(72)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                break;
            case "instants": query["dateTo"] = of.Date.AddDays(_chance.Next(400)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture); break;
            case "prices":
                var price = of.MinPrice ?? 50;
                if (_chance.Next(3) > 0)
                    query["minPrice"] = Number(Math.Max(0, price - _chance.Next(20)));
                if (_chance.Next(3) > 0)
                    query["maxPrice"] = Number(price + _chance.Next(20));
                break;
            case "currency": query["currency"] = of.Currency; break;
            case "availability": query["availability"] = Pick(["available", "available", "sold_out"]); break;
            case "status": query["status"] = Pick(Statuses); break;
            case "near":
                query["near"] = Near(of);
                query["radiusKm"] = Number(Pick([5, 50, 500, 5_000, 20_000]));
                break;
            default: query["organizerId"] = of.Organizer.ToString(); break;
        }
    }

    private static string Near(KnownEvent of) => of.Place is { } place
        ? string.Create(CultureInfo.InvariantCulture, $"{place.Latitude:0.####},{place.Longitude:0.####}")
        : "48.2082,16.3738";

    private string Some(string[] words) => words.Length == 0 ? "vienna"
        : string.Join(Pick([" ", ", ", " & ", "-"]), Enumerable.Range(0, 1 + _chance.Next(3)).Select(_ => Pick(words)).Append(Beginning(Pick(words))).Skip(_chance.Next(2)));

    private string Beginning(string word) => word[..(1 + _chance.Next(word.Length))];

    private string Part(string name) => name[_chance.Next(name.Length / 2)..][..Math.Min(6, name.Length / 2)];

    private T Pick<T>(T[] of) => of[_chance.Next(of.Length)];

    private static string Day(DateTime day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
