using System.Diagnostics;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Limits;

/// <summary>One limit over two processes with a real Redis between them, and what becomes of it without. The database has no part in it: one engine is enough.</summary>
public sealed class SharedLimitTests(Servers servers)
{
    private const int Quota = 10;

    [Fact]
    public async Task Two_processes_hold_one_limit()
    {
        await using var redis = await LocalRedis.Start();
        await using var pair = await Pair.Start(servers, redis);
        var (mine, others) = (await pair.NewPerson(), await pair.NewPerson());
        for (var i = 0; i < Quota; i++)
        {
            (await mine.At(i % 2 == 0 ? pair.One : pair.Two).Get("api/me")).Expect(200);
            await Task.Delay(300);
        }
        foreach (var server in (UsherServer[])[pair.One, pair.Two])
        {
            (await mine.At(server).Get("api/me")).Expect(429, "rate_limited");
            (await others.At(server).Get("api/me")).Expect(200);
        }
    }

    [Fact]
    public async Task Who_asks_both_at_once_gets_at_most_twice_as_much_and_then_nothing()
    {
        await using var redis = await LocalRedis.Start();
        await using var pair = await Pair.Start(servers, redis);
        var person = await pair.NewPerson();
        var granted = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i => (int)(await person.At(i % 2 == 0 ? pair.One : pair.Two).Get("api/me")).Status == 200));
        Assert.InRange(granted.Count(yes => yes), Quota, 2 * Quota);
        await Task.Delay(500);
        (await person.At(pair.One).Get("api/me")).Expect(429);
        (await person.At(pair.Two).Get("api/me")).Expect(429);
    }

    [Fact]
    public async Task Without_Redis_each_process_holds_the_limit_alone_and_with_it_both_hold_it_again()
    {
        await using var redis = LocalRedis.NotYet();
        await using var pair = await Pair.Start(servers, redis);
        await pair.HoldsAlone();
        await redis.Restart();
        await pair.HoldsTogetherSoon();

        redis.Pause();
        await pair.HoldsAlone();
        redis.Continue();
        await pair.HoldsTogetherSoon();

        await redis.Kill();
        await pair.HoldsAlone();
        await redis.Restart();
        await pair.HoldsTogetherSoon();
    }

    [Fact]
    public async Task Nobody_waits_for_Redis()
    {
        await using var redis = await LocalRedis.Start();
        await using var pair = await Pair.Start(servers, redis);
        var person = await pair.NewPerson();
        await person.Get("api/me");
        redis.Pause();
        var waits = new List<double>();
        for (var i = 0; i < 80; i++)
        {
            var since = Stopwatch.StartNew();
            await person.Get("api/me");
            waits.Add(since.Elapsed.TotalMilliseconds);
            await Task.Delay(50);
        }
        redis.Continue();
        // A loaded machine may be late now and then; whoever waited for Redis would be each time it is asked, four times in here.
        Assert.True(waits.Order().ElementAt(waits.Count - 4) < 40, string.Join(", ", waits.Order().TakeLast(8)));
    }

    private sealed class Pair(UsherServer one, UsherServer two) : IAsyncDisposable
    {
        public UsherServer One => one;
        public UsherServer Two => two;

        public static async Task<Pair> Start(Servers servers, LocalRedis redis)
        {
            var database = await servers.NewDatabase(Engine.Sqlite);
            (string, string)[] settings = [("ConnectionStrings:Redis", redis.ConnectionString), ("RateLimiting:Enabled", "true"), ("RateLimiting:Read", $"{Quota}"), ("RateLimiting:WindowSeconds", "3600")];
            return new Pair(await HostedServer.Start(database, settings), await ServerProcess.Start(database, settings));
        }

        public Task<Person> NewPerson() => Person.Attendee(one);

        public async Task HoldsAlone()
        {
            var person = await NewPerson();
            foreach (var server in (UsherServer[])[one, two])
                for (var i = 0; i <= Quota; i++)
                    (await person.At(server).Get("api/me")).Expect(i < Quota ? 200 : 429);
        }

        public Task HoldsTogetherSoon() => Eventually.IsTrue(async () =>
        {
            var person = await NewPerson();
            for (var i = 0; i < Quota; i++)
                (await person.At(one).Get("api/me")).Expect(200);
            await Task.Delay(300);
            return (int)(await person.At(two).Get("api/me")).Status == 429;
        }, withinSeconds: 30);

        public async ValueTask DisposeAsync()
        {
            await two.DisposeAsync();
            await one.DisposeAsync();
        }
    }
}
