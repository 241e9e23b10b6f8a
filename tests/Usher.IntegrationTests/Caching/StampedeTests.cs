using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Usher.IntegrationTests.Harness;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Caching;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.IntegrationTests.Caching;

/// <summary>A thousand at once, and what the database heard of them.</summary>
public sealed class StampedeTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_thousand_readers_of_a_cold_list_cause_one_query(Engine engine)
    {
        await using var reads = new Reads((await servers.Shared(engine)).Database);
        var answers = reads.Answers();
        var replies = await Together(1000, _ => reads.Ask(answers, "?limit=1"));
        Assert.Equal(1, reads.Queries);
        Assert.Single(replies.Distinct());

        Assert.Equal(replies[0], await reads.Ask(answers, "?limit=1"));
        Assert.Equal(1, reads.Queries);
        reads.Edition.Advance();
        await Together(1000, _ => reads.Ask(answers, "?limit=1"));
        Assert.Equal(2, reads.Queries);
    }

    [Theory, OnBothEngines]
    public async Task A_thousand_readers_of_one_event_cause_two_reads_and_no_more_than_a_look_each_later(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce();
        await using var reads = new Reads(server.Database);
        var events = new EventReads(reads.Scopes, new DatabaseClock(TimeProvider.System));
        // The first read is held until all have come, however many other things this process does.
        var all = new TaskCompletionSource();
        reads.Held = all.Task;
        var asking = Enumerable.Range(0, 1000).Select(_ => events.Read(show.Id, CancellationToken.None)).ToArray();
        all.SetResult();
        var seen = await Task.WhenAll(asking);
        Assert.All(seen, one => Assert.Equal(show.Id, one!.Event.Id));
        // Those who came while the first read ran are told by the second; it finds nothing changed.
        Assert.InRange(reads.Queries, 1, 4);
        Assert.InRange(seen.Select(one => one!.Kept).Distinct().Count(), 1, 2);
    }

    [Theory, OnBothEngines]
    public async Task What_is_kept_is_bounded_and_errors_are_not_kept(Engine engine)
    {
        var server = await servers.Shared(engine);
        // What is counted, whichever test comes first.
        await Person.Attendee(server);
        await using var reads = new Reads(server.Database);
        var answers = reads.Answers(maxEntries: 10);
        for (var i = 1; i <= 100; i++)
            await reads.Ask(answers, $"?limit={i}");
        Assert.Equal(100, reads.Queries);
        await reads.Ask(answers, "?limit=100");
        Assert.Equal(100, reads.Queries);
        await reads.Ask(answers, "?limit=1");
        Assert.Equal(101, reads.Queries);

        reads.Fails = true;
        await Assert.ThrowsAsync<TimeoutException>(() => reads.Ask(answers, "?limit=101"));
        await Assert.ThrowsAsync<TimeoutException>(() => reads.Ask(answers, "?limit=101"));
        reads.Fails = false;
        Assert.Equal("1", (await reads.Ask(answers, "?limit=101")).Split('\n')[0]);
    }

    private static async Task<T[]> Together<T>(int count, Func<int, Task<T>> ask)
    {
        using var gate = new SemaphoreSlim(0);
        var asking = Enumerable.Range(0, count).Select(i => Task.Run(async () =>
        {
            await gate.WaitAsync();
            return await ask(i);
        })).ToArray();
        gate.Release(count);
        return await Task.WhenAll(asking);
    }

    /// <summary>The real database, with a count of what it is asked.</summary>
    private sealed class Reads : DbCommandInterceptor, IAsyncDisposable
    {
        private static readonly QueryParameters Parameters = new(new QueryParameter("limit", "", "integer"));
        private readonly ServiceProvider _services;
        private readonly Endpoint _endpoint = new(null, null, "test");
        private int _queries;

        public Reads(TestDatabase database)
        {
            var engine = database.NewEngine();
            _services = new ServiceCollection().AddScoped(_ => TestDatabase.Model(engine, this)).BuildServiceProvider();
        }

        public int Queries => _queries;
        public bool Fails { get; set; }

        /// <summary>What a query waits for before it is sent.</summary>
        public Task Held { get; set; } = Task.CompletedTask;

        public CatalogueEdition Edition { get; } = new();
        public IServiceScopeFactory Scopes => _services.GetRequiredService<IServiceScopeFactory>();

        public KeptAnswers Answers(int maxEntries = 1000) =>
            new(Edition, Scopes, new StoppedClock(), Options.Create(new CachingOptions { MaxEntries = maxEntries }));

        /// <summary>As the program asks: what is kept first, then the endpoint.</summary>
        public async Task<string> Ask(KeptAnswers answers, string query)
        {
            var context = new DefaultHttpContext { RequestServices = _services };
            (context.Request.Method, context.Request.Path, context.Request.QueryString) = ("GET", "/counted", new QueryString(query));
            context.SetEndpoint(_endpoint);
            using var body = new MemoryStream();
            context.Response.Body = body;
            await (answers.TryAnswer(context) ?? answers.Answer(context, new KeptRoute("/counted", Parameters, Read)));
            return $"{System.Text.Encoding.UTF8.GetString(body.ToArray())}\n{context.Response.Headers.ETag}";
        }

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _queries);
            await Held;
            return result;
        }

        public ValueTask DisposeAsync() => _services.DisposeAsync();

        /// <summary>However long a loaded machine takes, nothing grows old.</summary>
        private sealed class StoppedClock : TimeProvider
        {
            public override long GetTimestamp() => 0;
        }

        private async Task Read(HttpContext context)
        {
            var count = await context.RequestServices.GetRequiredService<UsherDb>().Users.Take(1).CountAsync(context.RequestAborted);
            if (Fails)
                throw new TimeoutException();
            await Rendered.Of(count, version: null).Send(context, isPublic: true);
        }
    }
}
