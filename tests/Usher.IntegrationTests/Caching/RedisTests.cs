using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Usher.IntegrationTests.Harness;
using Usher.Server.Platform.Caching;
using Usher.Server.Platform.Persistence;
using Usher.Testing;

namespace Usher.IntegrationTests.Caching;

/// <summary>Two processes with a real Redis between them, and what becomes of them without it: slower, never wrong.</summary>
public sealed class RedisTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task An_edit_in_one_process_shows_in_the_other_long_before_its_list_expires(Engine engine)
    {
        await using var redis = await LocalRedis.Start();
        await using var pair = await Pair.Start(servers, engine, redis);
        var late = 0;
        for (var i = 0; i < 20; i++)
        {
            var name = await pair.Edit(i % 2 == 0);
            var since = Stopwatch.StartNew();
            await Eventually.IsTrue(() => pair.Sees(name, at: i % 2 != 0), withinSeconds: 2, pauseMilliseconds: 5);
            // A list refreshes itself after 450 ms. Before that, only the announcement can have shown the edit.
            if (since.ElapsedMilliseconds > 300)
                late++;
            if (i == 10)
                await redis.Flush();
        }
        Assert.InRange(late, 0, 5);
        Assert.NotEqual(":0", await redis.Ask("DBSIZE"));
    }

    [Theory, OnBothEngines]
    public async Task Redis_killed_paused_and_restarted_makes_nothing_wrong(Engine engine)
    {
        await using var redis = await LocalRedis.Start();
        await using var pair = await Pair.Start(servers, engine, redis);
        await pair.OwnEditsShowAtOnceAndOthersWithinASecond();

        redis.Pause();
        await pair.OwnEditsShowAtOnceAndOthersWithinASecond();
        redis.Continue();
        await pair.OwnEditsShowAtOnceAndOthersWithinASecond();
        await redis.Kill();
        await pair.OwnEditsShowAtOnceAndOthersWithinASecond();
        await pair.ALogoutIsHeardOfInFiveSeconds();
        await redis.Restart();
        await pair.OwnEditsShowAtOnceAndOthersWithinASecond();
        await Eventually.IsTrue(async () => await pair.Sees(await pair.Edit(one: true), at: false), withinSeconds: 30);
    }

    [Theory, OnBothEngines]
    public async Task A_server_starts_without_its_Redis_and_finds_it_later(Engine engine)
    {
        await using var redis = LocalRedis.NotYet();
        await using var pair = await Pair.Start(servers, engine, redis);
        await pair.OwnEditsShowAtOnceAndOthersWithinASecond();
        await redis.Restart();
        await Eventually.IsTrue(async () => await pair.Sees(await pair.Edit(one: true), at: false), withinSeconds: 30);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_fifty_milliseconds_for_a_Redis_that_does_not_answer()
    {
        await using var redis = await LocalRedis.Start();
        await using var link = new RedisLink(redis.ConnectionString, TimeProvider.System, NullLogger<RedisLink>.Instance);
        var answers = new RedisAnswers(link, new CatalogueEdition(), new DatabaseClock(TimeProvider.System), TimeProvider.System, Options.Create(new CachingOptions()));
        await answers.StartAsync(CancellationToken.None);
        await answers.Announce();
        await answers.Find("warm", TimeSpan.FromSeconds(1));
        redis.Pause();
        var waits = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            var since = Stopwatch.StartNew();
            await (i % 2 == 0 ? answers.Find("cold", TimeSpan.FromSeconds(1)) : answers.Announce());
            waits.Add(since.Elapsed.TotalMilliseconds);
            // Until somebody asks it again.
            await Task.Delay(1050);
        }
        redis.Continue();
        // A loaded machine wakes late; it is the patience that is meant.
        Assert.True(waits.Min() is > 30 and < 75 && waits.Max() < 400, string.Join(", ", waits));
    }

    /// <summary>Two servers on one database and one Redis, an organizer with one event, and the list that shows it.</summary>
    private sealed class Pair(UsherServer first, UsherServer second, Person organizer, Show show) : IAsyncDisposable
    {
        private int _edits;

        public static async Task<Pair> Start(Servers servers, Engine engine, LocalRedis redis)
        {
            var database = await servers.NewDatabase(engine);
            var one = await HostedServer.Start(database, ("ConnectionStrings:Redis", redis.ConnectionString));
            var two = await ServerProcess.Start(database, ("ConnectionStrings:Redis", redis.ConnectionString));
            var organizer = await Person.Organizer(one);
            return new Pair(one, two, organizer, await organizer.Announce());
        }

        /// <summary>Both lists are read first, so that an old one could be shown.</summary>
        public async Task<string> Edit(bool one)
        {
            foreach (var server in (UsherServer[])[first, second])
                (await new Person(server).Get("api/events")).Expect(200);
            var name = $"Name {++_edits}";
            (await organizer.At(one ? first : second).Patch($"api/events/{show.Id}", new { name })).Expect(200);
            return name;
        }

        public async Task<bool> Sees(string name, bool at) =>
            (await new Person(at ? first : second).Get("api/events")).Expect(200)["data"][0]!["name"]!.GetValue<string>() == name;

        public async Task Show(string name, bool at) => Assert.True(await Sees(name, at), $"{name} is not shown.");

        public async Task OwnEditsShowAtOnceAndOthersWithinASecond()
        {
            for (var i = 0; i < 4; i++)
            {
                var name = await Edit(i % 2 == 0);
                await Show(name, at: i % 2 == 0);
                await Task.Delay(1000);
                await Show(name, at: i % 2 != 0);
                await Show(name, at: i % 2 == 0);
            }
        }

        /// <summary>Who is signed out is a matter of the database alone.</summary>
        public async Task ALogoutIsHeardOfInFiveSeconds()
        {
            var leaving = await Person.Attendee(first);
            Assert.True(await leaving.At(second).IsSignedIn());
            (await leaving.Post("api/auth/logout", null)).Expect(204);
            await Eventually.IsTrue(async () => !await leaving.At(second).IsSignedIn(), withinSeconds: 5);
        }

        public async ValueTask DisposeAsync()
        {
            await second.DisposeAsync();
            await first.DisposeAsync();
        }
    }
}
