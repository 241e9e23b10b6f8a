using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Usher.IntegrationTests.Harness;
using Usher.Server.Platform.Caching;
using Usher.Server.Platform.Persistence.Sqlite;
using Usher.Server.Platform.Security;

namespace Usher.IntegrationTests.Trust;

/// <summary>What a stranger sends does not stay here.</summary>
public sealed class MemoryTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Of_a_question_only_a_short_one_that_was_answered_is_kept(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var (stranger, answers) = (new Person(server), server.Services.GetRequiredService<KeptAnswers>());
        foreach (var (path, status) in ((string, int)[])[
            ($"api/events?q={new string('x', 7_800)}", 400), ("api/events?limit=0", 400), ("api/events?near=nowhere", 400), ("api/events/facets?currency=XXX", 400), ("api/events?cursor=none", 400),
            ("api/events?surprise=1", 400), ($"api/events?category={string.Join("&category=", Enumerable.Range(0, 49).Select(i => $"number{i}"))}", 200),
            ($"api/events?q={string.Concat(Enumerable.Repeat("%E4%B8%AD", 190))}", 200)])
        {
            (await stranger.Get(path)).Expect(status);
            (await stranger.Get(path)).Expect(status);
            Assert.Equal((0, path), (answers.Count, path));
        }
        (await stranger.Get("api/events?limit=5")).Expect(200);
        (await stranger.Get("api/events/facets?currency=EUR")).Expect(200);
        Assert.Equal(2, answers.Count);
    }

    [Theory, OnBothEngines]
    public async Task A_token_is_kept_once_however_it_is_written(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var (person, tokens) = (await Person.Attendee(server), server.Services.GetRequiredService<KnownTokens>());
        (await person.Get("api/me")).Expect(200);
        var before = tokens.Count;
        foreach (var scheme in (string[])["Bearer", "bearer", "BEARER", "beArer"])
            foreach (var blanks in (int[])[1, 2, 3, 100, 7_000])
            {
                using var wire = await Wire.To(server);
                await wire.Send($"GET /api/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {scheme}{new string(' ', blanks)}{person.Token}{new string(' ', blanks % 7)}\r\n\r\n");
                Assert.StartsWith("HTTP/1.1 200 ", await wire.ReadToEnd(withinSeconds: 30), StringComparison.Ordinal);
            }
        Assert.Equal(before, tokens.Count);
    }

    [Fact]
    public async Task A_dozen_connections_to_SQLite_serve_everybody()
    {
        var readers = new SlowReaders();
        await using var server = await HostedServer.Start(await servers.NewDatabase(Engine.Sqlite), services => services.ConfigureDbContext<SqliteDb>(options => options.AddInterceptors(readers)));
        var (person, organizer) = (await Person.Attendee(server), await Person.Organizer(server));
        var show = await organizer.Announce();
        (await person.Book(show)).Expect(201);

        using var gone = new CancellationTokenSource();
        var leave = Enumerable.Range(0, 30).Select(i => server.Http.GetAsync(new Uri($"api/events/{Guid.CreateVersion7()}", UriKind.Relative), gone.Token)).ToList();
        var stay = Enumerable.Range(0, 60).Select(_ => person.Get("api/users/me/bookings")).ToList();
        await gone.CancelAsync();
        foreach (var reply in await Task.WhenAll(stay))
            reply.Expect(200);
        await Task.WhenAll(leave).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.InRange(readers.Most, 2, 12);
        // Nobody has taken a place along.
        foreach (var reply in await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => person.Get("api/users/me/bookings"))))
            reply.Expect(200);
        (await organizer.Patch($"api/events/{show.Id}", new { name = "Still there" })).Expect(200);
    }

    private sealed class SlowReaders : DbCommandInterceptor
    {
        private int _reading, _most;

        public int Most => Volatile.Read(ref _most);

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            var now = Interlocked.Increment(ref _reading);
            for (var most = Most; now > most; most = Most)
                Interlocked.CompareExchange(ref _most, now, most);
            await Task.Delay(20, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref _reading);
            return result;
        }
    }
}
