using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>The pages of a list, and its orders.</summary>
public sealed class PagingTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Pages_add_up_to_the_list(Engine engine)
    {
        var hall = await Filled(engine, 5);
        var first = (await hall.Get("limit=2")).Expect(200);
        Assert.True(first["pagination"].AsObject().ContainsKey("nextCursor"));
        Assert.Equal("""{"page":1,"limit":2,"totalItems":5,"totalIsExact":true,"totalPages":3,"hasNext":true,"hasPrevious":false}""",
            first["pagination"].AsObject().Without("nextCursor").ToJsonString());
        Assert.Equal(["data", "pagination"], first.Json!.AsObject().Select(member => member.Key));

        var last = (await hall.Get("limit=2&page=3")).Expect(200);
        Assert.Single(last["data"].AsArray());
        Assert.Equal((false, true), (last["pagination"]["hasNext"]!.GetValue<bool>(), last["pagination"]["hasPrevious"]!.GetValue<bool>()));
        var names = (await hall.Names("limit=2")).Concat(await hall.Names("limit=2&page=2")).Concat(await hall.Names("limit=2&page=3"));
        Assert.Equal(await hall.Names(""), names);
        Assert.Equal(10, (await hall.Get("")).Expect(200)["pagination"]["limit"]!.GetValue<int>());
    }

    [Theory, OnBothEngines]
    public async Task A_page_past_the_end_is_empty(Engine engine)
    {
        var hall = await Filled(engine, 1);
        var reply = (await hall.Get("page=7")).Expect(200);
        Assert.Empty(reply["data"].AsArray());
        Assert.Equal((7, 1, 1, false, true), (reply["pagination"]["page"]!.GetValue<int>(), reply["pagination"]["totalItems"]!.GetValue<int>(),
            reply["pagination"]["totalPages"]!.GetValue<int>(), reply["pagination"]["hasNext"]!.GetValue<bool>(), reply["pagination"]["hasPrevious"]!.GetValue<bool>()));
        var none = (await hall.Get("q=nothingatall")).Expect(200);
        Assert.Equal((0, 0, false), (none["pagination"]["totalItems"]!.GetValue<int>(), none["pagination"]["totalPages"]!.GetValue<int>(), none["pagination"]["hasNext"]!.GetValue<bool>()));
    }

    [Theory, OnBothEngines]
    public async Task Limits_are_1_to_100_and_pages_not_too_deep(Engine engine)
    {
        var hall = await Filled(engine, 1);
        await hall.Finds("limit=1", 1);
        await hall.Finds("limit=100", 1);
        foreach (var wrong in (string[])["0", "101", "-1", "", "ten", "1.5", "+5", "99999999999999"])
            await hall.Refuses($"limit={wrong}", "limit");
        foreach (var wrong in (string[])["0", "-1", "", "last", "99999999999999", "1e3"])
            await hall.Refuses($"page={wrong}", "page");
        (await hall.Get("page=100&limit=100")).Expect(200);
        (await hall.Get("page=1000")).Expect(200);
        (await hall.Get("page=101&limit=100")).Expect(400, "page_too_deep");
        (await hall.Get("page=1001")).Expect(400, "page_too_deep");
        (await hall.Get("page=2147483647&limit=100")).Expect(400, "page_too_deep");
    }

    [Theory, OnBothEngines]
    public async Task Links_lead_to_the_other_pages_with_the_same_filters(Engine engine)
    {
        var hall = await Filled(engine, 5);
        var link = (await hall.Get("limit=2&page=2&category=a%26b,c&status=all")).Expect(200);
        Assert.Contains("rel=\"first\"", link.Header("Link"), StringComparison.Ordinal);
        link = (await hall.Get("limit=2&page=2&status=upcoming,sold_out")).Expect(200);
        foreach (var (relation, page) in ((string, int)[])[("first", 1), ("prev", 1), ("next", 3), ("last", 3)])
        {
            var text = link.Header("Link")!.Split(", <").Single(one => one.Contains($"rel=\"{relation}\"", StringComparison.Ordinal)).TrimStart('<').Split('>')[0];
            var followed = (await new Person(hall.Owner.Server).Get(text.TrimStart('/'))).Expect(200);
            Assert.Equal((page, 2, 5), (followed["pagination"]["page"]!.GetValue<int>(), followed["pagination"]["limit"]!.GetValue<int>(), followed["pagination"]["totalItems"]!.GetValue<int>()));
        }
        Assert.DoesNotContain("rel=\"prev\"", (await hall.Get("limit=2")).Header("Link"), StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"next\"", (await hall.Get("limit=2&page=3")).Header("Link"), StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task A_list_has_an_ETag(Engine engine)
    {
        var hall = await Filled(engine, 2);
        var list = (await hall.Get("")).Expect(200);
        Assert.Equal("", (await new Person(hall.Owner.Server).Get($"api/events?city={hall.City}", ("If-None-Match", list.ETag!))).Expect(304).Text);
        await hall.Announce();
        (await new Person(hall.Owner.Server).Get($"api/events?city={hall.City}", ("If-None-Match", list.ETag!))).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Every_sort_goes_both_ways_and_has_a_direction_of_its_own(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        var b = await hall.Announce(("name", "B"), ("date", Sample.InDays(30).ToString("O")), ("ticketTypes", Priced(20)));
        await hall.Announce(("name", "a"), ("date", Sample.InDays(20).ToString("O")), ("ticketTypes", Priced(30, 200)));
        await hall.Announce(("name", "Č"), ("date", Sample.InDays(10).ToString("O")), ("ticketTypes", Priced(10, 400)));
        var buyer = await Person.Attendee(hall.Owner.Server);
        (await buyer.Book(b, 3)).Expect(201);
        // Lists may lag by a second.
        await Eventually.IsTrue(async () => (await hall.Names("sortBy=popularity"))[0] == "B", withinSeconds: 3);

        (string Query, string Names)[] orders =
        [
            ("", "ČaB"), ("sortBy=date", "ČaB"), ("sortBy=date&order=desc", "BaČ"), ("order=desc", "BaČ"),
            ("sortBy=name", "aBČ"), ("sortBy=name&order=asc", "aBČ"), ("sortBy=name&order=desc", "ČBa"),
            ("sortBy=price", "ČBa"), ("sortBy=price&order=desc", "aBČ"),
            ("sortBy=createdAt", "ČaB"), ("sortBy=createdAt&order=asc", "BaČ"),
        ];
        foreach (var (query, names) in orders)
            Assert.True(string.Concat(await hall.Names(query)) == names, $"{query}: {string.Concat(await hall.Names(query))}");
        Assert.Equal("B", (await hall.Names("sortBy=popularity&order=asc"))[2]);
        foreach (var wrong in (string[])["sortBy=colour", "sortBy=Date", "sortBy=", "sortBy=date,name", "sortBy=id"])
            await hall.Refuses(wrong, "sortBy");
        foreach (var wrong in (string[])["order=up", "order=ASC", "order="])
            await hall.Refuses(wrong, "order");
        (await hall.Get("sortBy=distance")).Expect(400);
    }

    [Theory, OnBothEngines]
    public async Task Events_without_a_price_come_last_in_both_directions(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        await hall.Announce(("name", "none"));
        await hall.Announce(("name", "dear"), ("ticketTypes", Priced(90)));
        await hall.Announce(("name", "free"), ("ticketTypes", Priced(0)));
        Assert.Equal(["free", "dear", "none"], await hall.Names("sortBy=price&order=asc"));
        Assert.Equal(["dear", "free", "none"], await hall.Names("sortBy=price&order=desc"));
    }

    [Theory, OnBothEngines]
    public async Task Equal_rows_keep_one_order_over_all_pages(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        var date = Sample.InDays(40).ToString("O");
        for (var i = 0; i < 7; i++)
            await hall.Announce(("name", "Same"), ("date", date));
        foreach (var sort in (string[])["date", "name", "price", "popularity", "createdAt"])
            foreach (var order in (string[])["asc", "desc"])
            {
                var ids = new List<string>();
                for (var page = 1; page <= 4; page++)
                    ids.AddRange((await hall.List($"sortBy={sort}&order={order}&limit=2&page={page}")).Select(e => e!["id"]!.GetValue<string>()));
                Assert.True(ids.Distinct().Count() == 7, $"{sort} {order}: {string.Join(' ', ids)}");
            }
    }

    private async Task<Hall> Filled(Engine engine, int count)
    {
        var hall = await Hall.Open(servers, engine);
        for (var i = 0; i < count; i++)
            await hall.Announce(("name", $"Night {i}"), ("date", Sample.InDays(30 + i).ToString("O")));
        return hall;
    }

    private static JsonArray Priced(params decimal[] prices) => [.. prices.Select(price => Sample.TicketType(("price", price)))];
}
