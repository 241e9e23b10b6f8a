using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>Lists that are walked by cursor.</summary>
public sealed class CursorTests(Servers servers)
{
    private static readonly string[] Sorts = ["date", "name", "price", "createdAt"];

    [Theory, OnBothEngines]
    public async Task A_walk_shows_the_same_as_the_pages_for_every_sort(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        for (var i = 0; i < 11; i++)
            await hall.Announce(("name", $"Night {i / 3}"), ("date", Sample.InDays(30 + i / 2).ToString("O")),
                ("ticketTypes", i % 4 == 0 ? new JsonArray() : new JsonArray(Sample.TicketType(("price", i / 3 * 10)))));
        foreach (var sort in Sorts)
            foreach (var order in (string[])["asc", "desc"])
                foreach (var limit in (int[])[1, 2, 3, 11])
                {
                    var query = $"sortBy={sort}&order={order}";
                    var whole = Ids((await hall.Get($"{query}&limit=100")).Expect(200));
                    var walked = await Walk(hall, $"{query}&limit={limit}");
                    Assert.True(whole.SequenceEqual(walked), $"{query} limit {limit}: {string.Join(' ', walked)} instead of {string.Join(' ', whole)}");
                }
    }

    [Theory, OnBothEngines]
    public async Task What_was_there_all_along_is_shown_once_while_events_come_and_go(Engine engine)
    {
        foreach (var sort in Sorts)
        {
            var hall = await Hall.Open(servers, engine);
            var chance = new Random(7);
            async Task<Show> Any() => await hall.Announce(("name", $"Night {chance.Next(9)}"), ("date", Sample.InDays(30 + chance.Next(9)).ToString("O")),
                ("ticketTypes", chance.Next(4) == 0 ? new JsonArray() : new JsonArray(Sample.TicketType(("price", chance.Next(5))))));
            var stay = new List<Guid>();
            var leave = new Queue<Guid>();
            for (var i = 0; i < 24; i++)
                if (i % 3 == 0)
                    leave.Enqueue((await Any()).Id);
                else
                    stay.Add((await Any()).Id);

            var seen = await Walk(hall, $"sortBy={sort}&order={(chance.Next(2) == 0 ? "asc" : "desc")}&limit=3", async () =>
            {
                await Any();
                await Any();
                if (leave.TryDequeue(out var gone))
                    (await hall.Owner.Delete($"api/events/{gone}")).Expect(204);
            }, most: 60);
            Assert.True(seen.Count == seen.Distinct().Count(), $"{sort} repeats a row");
            Assert.True(stay.TrueForAll(seen.Contains), $"{sort} misses {string.Join(' ', stay.Except(seen))}");
        }
    }

    [Theory, OnBothEngines]
    public async Task A_cursor_opens_nothing_but_its_own_list(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        for (var i = 0; i < 4; i++)
            await hall.Announce(("category", "jazz"));
        var cursor = Cursor(await hall.Get("limit=2&category=jazz"));
        Assert.NotNull(cursor);
        (await hall.Get($"limit=2&category=jazz&cursor={cursor}")).Expect(200);
        // The size of a page is no part of the list, and neither is saying what goes without saying.
        Assert.Equal(2, (await hall.Get($"limit=50&category=jazz&sortBy=date&order=asc&cursor={cursor}")).Expect(200)["data"].AsArray().Count);

        foreach (var other in (string[])["", "category=Jazz", "category=jazz&q=a", "category=jazz&sortBy=name", "category=jazz&order=desc", "category=jazz&sortBy=popularity", "category=jazz&status=all"])
            (await hall.Get($"{other}&cursor={cursor}".TrimStart('&'))).Expect(400, "cursor_invalid");
        (await hall.Owner.Get($"api/organizers/me/events?city={hall.City}&category=jazz&cursor={cursor}")).Expect(400, "cursor_invalid");
        foreach (var wrong in (string[])["", "x", "%20", cursor![..^1], cursor + "A", Changed(cursor, 0), Changed(cursor, 25), Changed(cursor, 40), Changed(cursor, cursor.Length - 2), new string('A', 60), "💥"])
            (await hall.Get($"category=jazz&cursor={wrong}")).Expect(400, "cursor_invalid");
        (await hall.Get($"category=jazz&cursor={cursor}&page=1")).Expect(400, "pagination_conflict");
        (await hall.Get($"category=jazz&cursor={new string('A', 6_001)}")).ExpectErrors("invalid_parameter", "cursor");
        (await hall.Get($"category=jazz&cursor={cursor}&cursor={cursor}")).ExpectErrors("invalid_parameter", "cursor");
    }

    [Theory, OnBothEngines]
    public async Task A_cursor_of_one_organizer_is_of_no_use_to_another(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        for (var i = 0; i < 3; i++)
            await hall.Announce();
        var cursor = Cursor(await hall.Owner.Get("api/organizers/me/events?limit=1"));
        (await hall.Owner.Get($"api/organizers/me/events?limit=1&cursor={cursor}")).Expect(200);
        (await (await Person.Organizer(hall.Owner.Server)).Get($"api/organizers/me/events?limit=1&cursor={cursor}")).Expect(400, "cursor_invalid");
    }

    [Theory, OnBothEngines]
    public async Task Processes_that_share_the_signing_key_share_cursors(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        await using var one = await HostedServer.Start(database);
        await using var other = await ServerProcess.Start(database);
        var organizer = await Person.Organizer(one);
        for (var i = 0; i < 3; i++)
            await organizer.Announce();
        var cursor = Cursor(await organizer.Get("api/events?limit=1"));
        var reply = (await organizer.At(other).Get($"api/events?limit=1&cursor={cursor}")).Expect(200);
        Assert.Equal(2, reply["pagination"]["page"]!.GetValue<int>());
        Assert.NotNull(Cursor(reply));
    }

    [Theory, OnBothEngines]
    public async Task Links_go_on_by_cursor_where_pages_end(Engine engine)
    {
        var hall = await Hall.Open(servers, engine);
        for (var i = 0; i < 3; i++)
            await hall.Announce();
        var reply = (await hall.Get("limit=1")).Expect(200);
        Assert.Contains("page=2>; rel=\"next\"", reply.Header("Link"), StringComparison.Ordinal);
        reply = (await hall.Get($"limit=1&cursor={Cursor(reply)}")).Expect(200);
        var next = reply.Header("Link")!.Split(", <").Single(link => link.Contains("rel=\"next\"", StringComparison.Ordinal)).TrimStart('<').Split('>')[0];
        Assert.Contains("cursor=", next, StringComparison.Ordinal);
        var last = (await new Person(hall.Owner.Server).Get(next.TrimStart('/'))).Expect(200);
        Assert.Null(Cursor(last));
        Assert.Equal((3, false, true), (last["pagination"]["page"]!.GetValue<int>(), last["pagination"]["hasNext"]!.GetValue<bool>(), last["pagination"]["hasPrevious"]!.GetValue<bool>()));
        Assert.DoesNotContain("rel=\"next\"", last.Header("Link"), StringComparison.Ordinal);
        var word = last["data"]![0]!["name"]!.GetValue<string>().Split(' ')[0];
        foreach (var sort in (string[])["popularity", $"relevance&q={word}", "distance&near=0,0"])
        {
            var unwalked = (await hall.Get($"limit=1&sortBy={sort}")).Expect(200);
            Assert.True(unwalked["pagination"]["hasNext"]!.GetValue<bool>(), sort);
            Assert.Null(Cursor(unwalked));
        }
        // Where there is nothing to be relevant to, it is the order of the dates.
        Assert.Equal(Cursor((await hall.Get("limit=1")).Expect(200)), Cursor((await hall.Get("limit=1&sortBy=relevance")).Expect(200)));
    }

    [Theory, OnBothEngines]
    public async Task Lists_of_bookings_are_walked_by_their_date(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var buyer = await Person.Attendee(server);
        for (var i = 0; i < 7; i++)
            (await buyer.Book(show)).Expect(201);
        foreach (var (who, path) in ((Person, string)[])[(buyer, "api/me/bookings?"), (buyer, "api/me/bookings?order=asc&"), (buyer, $"api/users/{buyer.Id}/bookings?status=confirmed&"), (organizer, $"api/events/{show.Id}/bookings?")])
        {
            var whole = Ids((await who.Get($"{path}limit=100")).Expect(200));
            Assert.Equal(7, whole.Count);
            Assert.Equal(whole, await Walk(query => who.Get($"{path}{query}"), "limit=2"));
        }
        var cursor = Cursor(await buyer.Get("api/me/bookings?limit=2"));
        (await buyer.Get($"api/me/bookings?sortBy=date&cursor={cursor}")).Expect(400, "cursor_invalid");
        (await buyer.Get($"api/me/bookings?page=1&cursor={cursor}")).Expect(400, "pagination_conflict");
        (await (await Person.Attendee(server)).Get($"api/me/bookings?cursor={cursor}")).Expect(400, "cursor_invalid");
        (await organizer.Get($"api/events/{show.Id}/bookings?cursor={cursor}")).Expect(400, "cursor_invalid");
        Assert.Null(Cursor((await buyer.Get("api/me/bookings?limit=2&sortBy=totalPrice")).Expect(200)));
    }

    private static string? Cursor(Reply reply) => reply.Expect(200)["pagination"]["nextCursor"]?.GetValue<string>();

    private static List<Guid> Ids(Reply reply) => [.. reply["data"].AsArray().Select(row => row!["id"]!.GetValue<Guid>())];

    private static string Changed(string cursor, int at) => string.Concat(cursor.AsSpan(0, at), cursor[at] == 'A' ? "B" : "A", cursor.AsSpan(at + 1));

    private static Task<List<Guid>> Walk(Hall hall, string query, Func<Task>? meanwhile = null, int most = 30) => Walk(hall.Get, query, meanwhile, most);

    /// <param name="most">Pages; a list that grows behind the walker would never end.</param>
    private static async Task<List<Guid>> Walk(Func<string, Task<Reply>> get, string query, Func<Task>? meanwhile = null, int most = 30)
    {
        var ids = new List<Guid>();
        string? cursor = null;
        for (var page = 1; page <= most; page++)
        {
            var reply = (await get($"{query}{(cursor is null ? "" : $"&cursor={cursor}")}")).Expect(200);
            Assert.Equal(page, reply["pagination"]["page"]!.GetValue<int>());
            ids.AddRange(Ids(reply));
            cursor = Cursor(reply);
            Assert.Equal(cursor is not null, reply["pagination"]["hasNext"]!.GetValue<bool>());
            if (cursor is null)
                return ids;
            if (meanwhile is not null && page <= 8)
                await meanwhile();
        }
        throw new InvalidOperationException($"{query} did not end in {most} pages.");
    }
}
