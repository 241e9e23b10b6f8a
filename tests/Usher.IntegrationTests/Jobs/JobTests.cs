using Npgsql;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Persistence.Postgres;
using Usher.Server.Platform.Persistence.Sqlite;
using Engine = Usher.IntegrationTests.Harness.Engine;

namespace Usher.IntegrationTests.Jobs;

/// <summary>What is done without anyone asking.</summary>
public sealed class JobTests(Servers servers)
{
    [Fact]
    public async Task A_job_runs_in_one_process_at_a_time_and_in_the_next_when_that_has_gone()
    {
        var database = await servers.NewDatabase(Engine.Postgres);
        var (one, two) = (new PostgresEngine(database.ConnectionString, new DatabaseOptions()), new PostgresEngine(database.ConnectionString, new DatabaseOptions()));
        var held = await one.TryRunAlone("sweep", default);
        Assert.NotNull(held);
        Assert.Null(await two.TryRunAlone("sweep", default));
        await (await two.TryRunAlone("count", default))!.DisposeAsync();
        Assert.True(await held.IsHeld(default));
        await held.DisposeAsync();

        var taken = await two.TryRunAlone("sweep", default);
        Assert.NotNull(taken);
        Assert.Null(await one.TryRunAlone("sweep", default));
        // The server has lost the process that held it.
        await database.Count("SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()");
        IAsyncDisposable? next = null;
        await Eventually.IsTrue(async () => (next = await TryAgain(one)) is not null);
        Assert.False(await taken.IsHeld(default));
        await next!.DisposeAsync();
        await taken.DisposeAsync();
    }

    [Fact]
    public async Task On_SQLite_the_process_is_alone_anyway()
    {
        var engine = new SqliteEngine((await servers.NewDatabase(Engine.Sqlite)).ConnectionString);
        await using var held = await engine.TryRunAlone("sweep", default);
        Assert.NotNull(held);
        Assert.True(await held.IsHeld(default));
    }

    [Theory, OnBothEngines]
    public async Task What_was_only_kept_to_recognise_a_repetition_is_forgotten_in_time(Engine engine)
    {
        var post = await PostOffice.Open(servers, engine, "probe", ("Retention:EveryMinutes", "0.005"));
        var now = TimeProvider.System.GetUtcNow();
        await post.Database.Run("INSERT INTO outbox (type, created_at, due_at) VALUES ('booking.confirmed.v1', @now, @later)",
            ("now", post.Database.Instant(now)), ("later", post.Database.Instant(now.AddDays(1))));
        await Applied(1, 3000, now.AddDays(-8));
        await Applied(3001, 3010, now.AddDays(-6));
        foreach (var (count, age) in ((int, TimeSpan)[])[(2500, TimeSpan.FromHours(49)), (7, TimeSpan.FromHours(47))])
            await post.Database.Run($"""
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
                INSERT INTO idempotency_keys (user_id, route, key, request_hash, booking_id, answer, created_at)
                SELECT @user, 'book', 'key' || i, @hash, @user, '', @at FROM n
                """, ("user", Guid.CreateVersion7()), ("hash", new byte[] { 1 }), ("at", post.Database.Instant(now - age)));

        await using var worker = await post.Worker();
        await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM idempotency_keys") == 7);
        // The first message still waits for somebody: that it was applied must not be forgotten.
        await Eventually.IsTrue(async () => await post.Count("SELECT count(*) FROM inbox") == 11);
        Assert.Equal(1, await post.Count("SELECT count(*) FROM inbox WHERE message_id = 1"));

        Task Applied(int from, int to, DateTimeOffset at) => post.Database.Run($"""
            WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})
            INSERT INTO inbox (consumer, message_id, applied_at) SELECT 'probe', i, @at FROM n
            """, ("at", post.Database.Instant(at)));
    }

    private static async Task<IAsyncDisposable?> TryAgain(PostgresEngine engine)
    {
        try
        {
            return await engine.TryRunAlone("sweep", default);
        }
        catch (NpgsqlException)
        {
            // A connection of the pool that was ended with the other.
            return null;
        }
    }
}
