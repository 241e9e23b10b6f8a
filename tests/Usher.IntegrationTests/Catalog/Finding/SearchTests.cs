using System.Globalization;
using System.Text;
using System.Text.Json;
using Usher.Domain.Catalog;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>Full text: the same words find the same events on both engines, whatever the letters.</summary>
public sealed class SearchTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Words_of_every_script_and_length_are_found_whole_and_by_their_beginning(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        var longest = new string('x', 5_000);
        (string Text, string[] Found, string[] Missed)[] texts =
        [
            ("東京ドーム コンサート", ["東京ドーム", "東京", "コンサート 東京", "京ドーム", "東京 コンサート"], ["京コン", "ムコ"]),
            ("한국 전통 음악", ["한국", "전통 음", "국"], ["국전", "통한"]),
            ("Чайковский: Щелкунчик", ["чайковский", "щелк", "ЧАЙКОВСКИЙ ЩЕЛ"], ["кунчик"]),
            ("مهرجان الموسيقى ٢٠٣٠", ["مهرجان", "الموسيقى 2030", "٢٠٣٠"], ["رجان"]),
            ("3.14 1e5 12:30 0x1F 2030-05-01 a1b2 1st 50", ["1e5", "3 14", "12 30", "0x1f", "2030 05 01", "a1b", "1st", "50", "1e"], ["e5", "314"]),
            ("foo@example.com /path/to/file.html https://example.org/x?y=1 <b>bold</b> &amp; it's", ["example", "path file html", "foo com", "bold", "s", "amp", "y 1"], ["foo@examplecom"]),
            ("𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﬁne Ⅷ ½", ["unicode", "fine", "viii"], ["nicode"]),
            ("𠜎𠜱 ꙮword ⴰⵣⵓⵍ 𞤀𞤣", ["𠜎", "𠜱", "𠜎𠜱", "ⴰⵣⵓⵍ"], ["𠜱𠜎", "ⵣⵓⵍ"]),
            ($"long {longest} end", [$"long {longest[..150]}", "long end", longest[..200]], ["xend"]),
            ("and or not near the 'quoted' \"double\" a&b a|b !c *d (e) f:g h~i ^j -k +l", ["and or not", "near", "double quoted", "a b c d e f g h i j k l"], ["orr"]),
        ];
        foreach (var (at, (text, found, missed)) in texts.Index())
        {
            // Names end after 200 characters, descriptions don't.
            var show = await hall.Announce(("name", $"Event {at}"), ("description", text));
            foreach (var query in found)
                Assert.True((await Ids(hall, query)).Contains(show.Id), $"{query} does not find {text}");
            foreach (var query in missed)
                Assert.False((await Ids(hall, query)).Contains(show.Id), $"{query} finds {text}");
        }
    }

    [Theory, OnBothEngines]
    public async Task Words_of_more_events_than_are_counted_find_what_rare_words_find(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var organizer = await Person.Organizer(server);
        var first = TimeProvider.System.GetUtcNow().AddDays(30);
        // Every hundredth has another word that begins as the frequent one does.
        const int All = 10_200;
        var lines = Enumerable.Range(0, All).Select(i => JsonSerializer.Serialize(new
        {
            name = i % 100 == 0 ? $"Spring Concertino {i}" : $"Spring Concert {i}",
            date = first.AddHours(i),
            location = "Park",
            city = i % 2 == 0 ? "Vienna" : "Graz",
            totalCapacity = 100,
        }));
        (await organizer.Post("api/events/import", new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson"))).Expect(200);

        var reader = new Person(server);
        async Task<(string?[] Names, string? Cursor)> List(string query)
        {
            var found = (await reader.Get($"api/events?limit=4&{query}")).Expect(200);
            Assert.False(found["pagination"]["totalIsExact"]!.GetValue<bool>());
            return ([.. NamesIn(found)], found["pagination"]["nextCursor"]?.GetValue<string>());
        }

        Assert.Equal(["Spring Concert 1", "Spring Concert 2", "Spring Concert 3", "Spring Concert 4"], (await List("q=spring concert")).Names);
        Assert.Equal(["Spring Concertino 0", "Spring Concert 1", "Spring Concert 2", "Spring Concert 3"], (await List("q=spring conc&sortBy=date")).Names);
        Assert.Equal(["Spring Concertino 0", "Spring Concert 1", "Spring Concert 2", "Spring Concert 3"], (await List("location=par")).Names);
        // Only the last word may be the beginning of one.
        Assert.Equal("Spring Concert 1", (await List("q=concert spring&sortBy=date")).Names[0]);
        var (last, cursor) = await List("q=spring conc&sortBy=date&order=desc");
        Assert.Equal([.. Enumerable.Range(1, 4).Select(i => $"Spring Concert {All - i}")], last);
        var (before, _) = await List($"q=spring conc&sortBy=date&order=desc&cursor={cursor}");
        Assert.Equal([.. Enumerable.Range(5, 4).Select(i => $"Spring Concert {All - i}")], before);

        Assert.Equal(["Spring Concertino 0", "Spring Concert 1", "Spring Concert 2", "Spring Concert 3"], (await List("name=ring conc")).Names);

        // Near pages are walked to, far ones gathered, and both are of one order.
        var walked = new List<string>();
        for (var at = 1; at <= 4; at++)
            walked.AddRange(NamesIn((await reader.Get($"api/events?limit=100&page={at}&q=spring conc")).Expect(200)));
        Assert.Equal(Enumerable.Range(0, 400), walked.Select(name => int.Parse(name.Split(' ')[^1], CultureInfo.InvariantCulture)).Order());

        // The whole word alone, which fewer have than are counted to.
        var rare = (await reader.Get("api/events?limit=2&q=concertino spring&sortBy=date")).Expect(200);
        Assert.Equal((102, true), (rare["pagination"]["totalItems"]!.GetValue<int>(), rare["pagination"]["totalIsExact"]!.GetValue<bool>()));
        Assert.Equal(["Spring Concertino 0", "Spring Concertino 100"], NamesIn(rare));
        Assert.Equal(102, (await reader.Get("api/events?name=ertino")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>());
    }

    [Theory, OnBothEngines, Trait("needs", "data")]
    public async Task Naughty_strings_are_found_by_themselves_and_break_nothing(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        var naughty = await Sample.NaughtyStrings();
        var stranger = new Person(hall.Owner.Server);
        var named = new List<(Guid Id, string Text)>();
        var found = 0;
        foreach (var text in naughty)
        {
            var reply = await hall.Owner.Post("api/events", Sample.Event(("city", hall.City), ("name", text), ("location", text)));
            if ((int)reply.Status == 201)
                named.Add((reply["id"].GetValue<Guid>(), text));
            else
                reply.Expect(400);
        }
        Assert.True(named.Count > 300, $"{named.Count} names were taken");
        // Every answer against the words themselves, for queries that are names and for those that cannot be one.
        var known = named.ConvertAll(e => (e.Id, Search: SearchText.NormalizeNamed(e.Text, hall.City), Place: SearchText.Normalize(e.Text, hall.City)));
        foreach (var text in naughty.Where(text => text.Length is > 0 and <= 200 && !string.IsNullOrWhiteSpace(text) && !text.Contains('\0') && IsValid(text)))
        {
            var asked = SearchText.Ask(text);
            foreach (var parameter in (string[])["q", "location"])
            {
                var expected = known.Where(e => asked.Count > 0 && asked.All(word => (parameter == "q" ? e.Search : e.Place).Contains(word.Phrase, StringComparison.Ordinal))).Select(e => e.Id).ToHashSet();
                found += expected.Count;
                var reply = (await stranger.Get($"api/events?city={hall.City}&limit=100&{parameter}={Uri.EscapeDataString(text)}")).Expect(200);
                var ids = reply["data"].AsArray().Select(e => e!["id"]!.GetValue<Guid>()).ToHashSet();
                Assert.True(reply["pagination"]["totalItems"]!.GetValue<int>() == expected.Count && (expected.Count > 100 || ids.SetEquals(expected)),
                    $"{parameter}={text}: {reply["pagination"]["totalItems"]} instead of {expected.Count}");
            }
        }
        Assert.True(found > 300, $"{found} were to be found");
    }

    [Theory, OnBothEngines]
    public async Task What_is_called_so_comes_before_what_is_only_said_to_have_to_do_with_it(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        await hall.Announce(("name", "A talk"), ("description", "on Gustav Mahler"), ("date", Sample.InDays(10).ToString("O")));
        await hall.Announce(("name", "Mahlerfest"), ("description", "Gustav"), ("date", Sample.InDays(20).ToString("O")));
        await hall.Announce(("name", "Mahler by Gustav"), ("date", Sample.InDays(30).ToString("O")));
        await hall.Announce(("name", "An evening with Gustav Mahler"), ("date", Sample.InDays(40).ToString("O")));
        await hall.Announce(("name", "Gustav Mahler"), ("date", Sample.InDays(50).ToString("O")));
        string[] ranked = ["Gustav Mahler", "An evening with Gustav Mahler", "Mahler by Gustav", "Mahlerfest", "A talk"];
        Assert.Equal(ranked, await hall.Names("q=gustav%20mahler"));
        Assert.Equal(ranked, await hall.Names("q=gustav%20mahler&sortBy=relevance&order=desc"));
        Assert.Equal(ranked.AsEnumerable().Reverse(), await hall.Names("q=gustav%20mahler&sortBy=relevance&order=asc"));
        Assert.Equal(ranked.Skip(2).Take(2), await hall.Names("q=gustav%20mahler&limit=2&page=2"));
        Assert.Equal("A talk", (await hall.Names("q=gustav%20mahler&sortBy=date"))[0]);
        Assert.Equal("A talk", (await hall.Names("sortBy=relevance"))[0]);
    }

    [Theory, OnBothEngines]
    public async Task The_index_follows_changes_deletions_and_a_tidied_file(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Catalog:RefreshSeconds", "3600"));
        var owner = await Person.Organizer(server);
        async Task<int> Count(string query) => (await new Person(server).Get($"api/events?{query}")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>();
        var gone = await owner.Announce(more: new { name = "Zauberflöte", location = "Salzburg" });
        var kept = await owner.Announce(more: new { name = "Figaro", location = "Salzburg" });
        Assert.Equal((1, 1, 2), (await Count("q=zauber"), await Count("q=figaro"), await Count("location=salzb")));
        Assert.Equal((1, 1, 2), (await Count("name=berfl"), await Count("name=gar"), await Count("name=a")));

        (await owner.Patch($"api/events/{kept.Id}", new { name = "Don Giovanni" })).Expect(200);
        Assert.Equal((0, 1), (await Count("q=figaro"), await Count("q=giovanni%20don")));
        Assert.Equal((0, 1, 0), (await Count("name=gar"), await Count("name=n%20gio"), await Count("name=nni%20don")));
        (await owner.Patch($"api/events/{kept.Id}", new { location = "Praha" })).Expect(200);
        Assert.Equal((1, 1), (await Count("location=salzburg"), await Count("location=praha")));
        (await owner.Delete($"api/events/{gone.Id}")).Expect(204);
        await server.Database.Run("VACUUM");
        Assert.Equal((0, 1, 1), (await Count("q=zauber"), await Count("q=don"), await Count("location=praha")));
        Assert.Equal((0, 1), (await Count("name=berfl"), await Count("name=don")));
        var added = await owner.Announce(more: new { name = "Idomeneo" });
        Assert.Equal(added.Id, (await new Person(server).Get("api/events?q=idom")).Expect(200)["data"][0]!["id"]!.GetValue<Guid>());
        if (engine == Engine.Sqlite)
        {
            await server.Database.Run("INSERT INTO event_words (event_words, rank) VALUES ('integrity-check', 1)");
            await server.Database.Run("INSERT INTO event_name_parts (event_name_parts, rank) VALUES ('integrity-check', 1)");
        }
    }

    private static IEnumerable<string> NamesIn(Reply found) => found["data"].AsArray().Select(e => e!["name"]!.GetValue<string>());

    private static async Task<List<Guid>> Ids(Hall hall, string query) =>
        [.. (await hall.List($"limit=100&q={Uri.EscapeDataString(query)}")).Select(e => e!["id"]!.GetValue<Guid>())];

    private static bool IsValid(string text) => text.EnumerateRunes().All(rune => rune.Value != 0xFFFD);
}
