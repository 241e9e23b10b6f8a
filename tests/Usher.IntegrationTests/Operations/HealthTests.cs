using Npgsql;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Operations;

/// <summary>What is degraded, what keeps requests away, and what ends a process.</summary>
public sealed class HealthTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_server_that_has_what_it_needs_is_healthy(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        var ready = (await stranger.Get("health/ready")).Expect(200);
        foreach (var check in (string[])["database", "migrations", "box_office"])
            Assert.Equal("healthy", ready["checks"][check]!["status"]!.GetValue<string>());
        Assert.All((string[])["outbox", "mails"], check => Assert.NotNull(ready["checks"][check]));
        Assert.Equal("healthy", (await stranger.Get("health/live")).Expect(200)["status"].GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task Without_its_helpers_it_is_degraded_and_sells_and_without_its_database_it_is_not_ready(Engine engine)
    {
        // Nobody listens there. Without the broker no mail would come so far as to miss its server.
        (string Check, (string, string)[] Settings) helper = engine == Engine.Sqlite
            ? ("smtp", [("Mail:Smtp:Host", "127.0.0.1"), ("Mail:Smtp:Port", "1"), ("Mail:From", "tickets@example.org")])
            : ("broker", [("ConnectionStrings:RabbitMq", "amqp://127.0.0.1:1")]);
        await using var server = await servers.Start(engine, [("ConnectionStrings:Redis", "127.0.0.1:1"), .. helper.Settings]);
        var stranger = new Person(server);
        var organizer = await Person.Organizer(server);
        await Says(200, "degraded", "redis", helper.Check);
        await SaysAt("health/live", 200, "healthy", []);
        (await organizer.Book(await organizer.Announce())).Expect(201);

        var (hourAgo, tomorrow) = (server.Database.Instant(TimeProvider.System.GetUtcNow().AddHours(-1)), server.Database.Instant(TimeProvider.System.GetUtcNow().AddDays(1)));
        await server.Database.Run("INSERT INTO outbox (type, created_at, due_at) VALUES ('booking.held.v1', @at, @later)", ("at", hourAgo), ("later", tomorrow));
        await server.Database.Run("UPDATE outbox SET created_at = @at", ("at", hourAgo));
        await Says(200, "degraded", "outbox", "redis", helper.Check);

        // As if the next version of the program had been started before its migration.
        await server.Database.Run("UPDATE __migrations SET migration_id = 'x' || migration_id WHERE migration_id = (SELECT max(migration_id) FROM __migrations)");
        await Says(503, "unhealthy", "migrations");
        await server.Database.Run("UPDATE __migrations SET migration_id = substr(migration_id, 2) WHERE migration_id LIKE 'x%'");
        await Says(200, "degraded", "redis");

        // A file of one's own is not away.
        if (engine == Engine.Postgres)
            await using (await Away(server.Database))
            {
                await Says(503, "unhealthy", "database", "migrations");
                await SaysAt("health/live", 200, "healthy", []);
            }
        await Says(200, "degraded", "redis");

        Task Says(int status, string overall, params string[] notHealthy) => SaysAt("health/ready", status, overall, notHealthy);

        async Task SaysAt(string path, int status, string overall, string[] notHealthy)
        {
            Reply reply = null!;
            await Eventually.IsTrue(async () => (int)(reply = await stranger.Get(path)).Status == status && reply["status"].GetValue<string>() == overall
                && notHealthy.All(check => reply["checks"][check]!["status"]!.GetValue<string>() != "healthy"));
        }
    }

    /// <summary>The database takes nobody until this is disposed.</summary>
    private static async Task<IAsyncDisposable> Away(TestDatabase database)
    {
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        await Allow(false);
        return new Again(() => Allow(true));

        async Task Allow(bool allowed)
        {
            await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
            await using var command = source.CreateCommand($"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}");
            await command.ExecuteNonQueryAsync();
            await using var end = source.CreateCommand($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            await end.ExecuteNonQueryAsync();
        }
    }

    private sealed class Again(Func<Task> bringBack) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await bringBack();
    }
}
