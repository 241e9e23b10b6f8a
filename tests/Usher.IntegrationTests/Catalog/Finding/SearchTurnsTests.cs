using System.Diagnostics;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>A search that would never end is no reason for another one to wait.</summary>
public sealed class SearchTurnsTests(Servers servers)
{
    private const string List = "api/events", Facets = "api/events/facets";

    private readonly EndlessSearches _endless = new();

    [Theory, OnBothEngines]
    public async Task Searches_whose_callers_have_hung_up_are_given_up(Engine engine)
    {
        await using var server = await Start(engine, ("Catalog:SearchSeconds", "60"), ("Catalog:SearchQueueSeconds", "60"), ("Catalog:SearchesPerAddress", "100"));
        using var gone = new CancellationTokenSource();
        var asked = Enumerable.Range(0, 8).Select(i => server.Http.GetAsync(new Uri($"{Facets}?q=endless&minPrice={i}", UriKind.Relative), gone.Token)).ToList();
        await Eventually.IsTrue(() => Task.FromResult(_endless.Begun >= 1), 30);
        await gone.CancelAsync();
        foreach (var one in asked)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);

        // The first may look at the clock of a loaded machine; none of the eight runs for its minute.
        var since = Stopwatch.StartNew();
        (await new Person(server).Get($"{List}?limit=7")).Expect(200);
        Assert.InRange(since.Elapsed.TotalSeconds, 0, 5);
        Assert.InRange(_endless.Begun, 1, 2);
    }

    [Theory, OnBothEngines]
    public async Task A_search_that_takes_too_long_is_ended_and_its_connection_is_as_good_as_before(Engine engine)
    {
        await using var server = await Start(engine, ("Catalog:SearchSeconds", "0.3"));
        var (stranger, organizer) = (new Person(server), await Person.Organizer(server));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("2", (await stranger.Get($"{Facets}?q=endless")).Expect(503, "overloaded").Header("Retry-After"));
            (await stranger.Get($"{List}?q=endless&sortBy=name")).Expect(503, "overloaded");
            (await organizer.Get("api/organizers/me/events?q=endless")).Expect(503, "overloaded");
            (await stranger.Get($"{List}?limit={1 + i}")).Expect(200);
            (await organizer.Get("api/me")).Expect(200);
        }
        Assert.Equal(9, _endless.Begun);
    }

    [Theory, OnBothEngines]
    public async Task A_place_in_the_queue_is_worth_a_moment(Engine engine)
    {
        await using var server = await Start(engine, ("Catalog:SearchSeconds", "5"), ("Catalog:SearchQueueSeconds", "0.3"));
        var runs = From(server, "192.0.2.1", $"{List}?q=endless");
        await Eventually.IsTrue(() => Task.FromResult(_endless.Begun == 1), 30);
        var since = Stopwatch.StartNew();
        (await From(server, "192.0.2.2", $"{List}?limit=7")).Expect(503, "overloaded");
        Assert.InRange(since.Elapsed.TotalSeconds, 0.2, 4);
        (await runs).Expect(503, "overloaded");
        // What is wrong with a question needs no turn to be said.
        var again = From(server, "192.0.2.1", $"{List}?q=endless&limit=2");
        await Eventually.IsTrue(() => Task.FromResult(_endless.Begun == 2), 30);
        (await From(server, "192.0.2.2", $"{List}?limit=0")).Expect(400, "invalid_parameter");
        (await From(server, "192.0.2.2", $"{Facets}?near=nowhere")).Expect(400, "invalid_parameter");
        (await again).Expect(503);
    }

    [Theory, OnBothEngines]
    public async Task One_address_has_a_few_places_and_another_is_next(Engine engine)
    {
        await using var server = await Start(engine, ("Catalog:SearchSeconds", "1"), ("Catalog:SearchQueueSeconds", "30"));
        var crowd = Enumerable.Range(0, 20).Select(i => From(server, "192.0.2.1", $"{List}?q=endless&minPrice={i}")).ToList();
        // One runs, seven wait, twelve are told so at once.
        await Eventually.IsTrue(() => Task.FromResult(_endless.Begun >= 1 && crowd.Count(one => one.IsCompleted) >= 12), 30);
        // Somebody else asks the same as one who was refused, and something that nobody asked before.
        foreach (var path in (string[])[$"{List}?limit=9", $"{Facets}?currency=EUR"])
        {
            (await From(server, "192.0.2.2", path)).Expect(200);
            Assert.True(_endless.Begun < 6, $"{_endless.Begun} of the others were first");
        }
        foreach (var one in await Task.WhenAll(crowd))
            one.Expect(503, "overloaded");
        Assert.Equal(8, _endless.Begun);
    }

    private async Task<HostedServer> Start(Engine engine, params (string Key, string Value)[] settings)
    {
        var server = await HostedServer.Start(
            await servers.NewDatabase(engine), _endless.AddTo, [("Catalog:SearchesAtOnce", "1"), ("Catalog:SearchesPerAddress", "8"), ("ForwardedHeaders:KnownProxies", "127.0.0.1"), .. settings]);
        // The first ones have more time, as they are compiled first.
        for (var i = 0; i < 10; i++)
            (await From(server, "192.0.2.9", $"{List}?minPrice={i}")).Expect(200);
        return server;
    }

    private static Task<Reply> From(UsherServer server, string address, string path) => new Person(server).Get(path, ("X-Forwarded-For", address));
}
