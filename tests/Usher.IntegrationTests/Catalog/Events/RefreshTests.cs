using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>What helps lists to be fast is brought up to date beside the sales, never by them.</summary>
public sealed class RefreshTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task What_is_over_and_what_sells_is_noticed_after_a_while(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Catalog:RefreshSeconds", "0.2"));
        var owner = await Person.Organizer(server);
        var buyer = await Person.Attendee(server);
        var (past, lasting, sold, quiet) = (await owner.Announce(), await owner.Announce(), await owner.Announce(), await owner.Announce());
        await server.Database.Shift(past.Id, "starts_at", Sample.InDays(-1));
        // Its end before its beginning: the other way round it would be over for a moment, and a look may fall into that.
        await server.Database.Shift(lasting.Id, "ends_at", Sample.InDays(1));
        await server.Database.Shift(lasting.Id, "starts_at", Sample.InDays(-1));
        // Beyond its own first look at everything, each new sale is found by its time.
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT count(*) FROM events WHERE is_past") == 1);
        (await buyer.Book(sold, 7)).Expect(201);
        // 2 × log2(1 + 7)
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT popularity FROM events WHERE id = @id", ("id", sold.Id)) == 6);
        Assert.Equal(1, await server.Database.Count("SELECT count(*) FROM events WHERE is_past AND id = @id", ("id", past.Id)));
        Assert.Equal(0, await server.Database.Count("SELECT popularity FROM events WHERE id = @id", ("id", quiet.Id)));

        var listed = (await new Person(server).Get("api/events?sortBy=popularity&limit=100")).Expect(200)["data"].AsArray().Select(e => e!["id"]!.GetValue<Guid>()).ToList();
        Assert.Equal(sold.Id, listed[0]);
        Assert.Equal(3, listed.Count);
        Assert.DoesNotContain(past.Id, listed);
        await server.Verify();
    }

    [Fact]
    public async Task A_sale_touches_no_index_of_what_lists_search()
    {
        await using var server = await servers.Start(Engine.Postgres, ("Catalog:RefreshSeconds", "3600"));
        var owner = await Person.Organizer(server);
        var show = await owner.Announce(capacity: 1_000);
        var buyer = await Person.Attendee(server);
        for (var i = 0; i < 60; i++)
            (await buyer.Book(show, 2)).Expect(201);
        Task<long> Updates(string kind, string table) => server.Database.Count($"SELECT {kind} FROM pg_stat_user_tables WHERE relname = '{table}'");
        // A backend tells its counts a moment after it has become idle.
        await Eventually.IsTrue(async () => await Updates("n_tup_upd", "event_stock") >= 60, withinSeconds: 20);
        Assert.Equal(0, await Updates("n_tup_upd", "events"));
        foreach (var table in (string[])["event_stock", "ticket_stock"])
            Assert.Equal(await Updates("n_tup_upd", table), await Updates("n_tup_hot_upd", table));
    }
}
