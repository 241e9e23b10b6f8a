using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

[assembly: AssemblyFixture(typeof(Servers))]

namespace Usher.IntegrationTests.Harness;

/// <summary>
/// One server an engine that most tests share: each test makes its own people and events, so none is in another's way.
/// A test that needs other settings, two processes or a kill starts servers of its own.
/// </summary>
public sealed class Servers : IAsyncLifetime
{
    private readonly ConcurrentDictionary<Engine, Lazy<Task<ServerProcess>>> _shared = new();
    private readonly ConcurrentDictionary<Engine, Lazy<Task<HostedServer>>> _throttled = new();
    private readonly ConcurrentDictionary<Engine, Lazy<Task<TestDatabase>>> _migrated = new();
    private readonly Lazy<Task<LocalPostgres>> _postgres = new(() => LocalPostgres.Start(durable: false));
    private readonly Lazy<Task<LocalRabbitMq>> _rabbitMq = new(() => LocalRabbitMq.Start());
    private readonly ConcurrentBag<string> _directories = [];
    private int _databases;

    public ValueTask InitializeAsync() => default;

    public async Task<UsherServer> Shared(Engine engine) =>
        await _shared.GetOrAdd(engine, e => new Lazy<Task<ServerProcess>>(() => StartEmpty(e))).Value;

    /// <summary>Shared like the other, by those who guess at passwords: see <see cref="Throttled"/>.</summary>
    public async Task<UsherServer> Throttling(Engine engine) => await _throttled.GetOrAdd(engine, e => new Lazy<Task<HostedServer>>(() =>
        Start(e, Throttled))).Value;

    /// <summary>Log-ins are paused, and all else is counted to where no test gets.</summary>
    public static (string Key, string Value)[] Throttled { get; } =
        [("RateLimiting:Enabled", "true"), .. ((string[])["Login", "Account", "Book", "Write", "Read"]).Select(of => ($"RateLimiting:{of}", "1000000"))];

    /// <summary>A server with settings and a database of its own.</summary>
    public async Task<HostedServer> Start(Engine engine, params (string Key, string Value)[] settings) =>
        await HostedServer.Start(await NewDatabase(engine), settings);

    /// <summary>The same as a process of its own, for who reads what it writes, or sends it a signal.</summary>
    public async Task<ServerProcess> StartProcess(Engine engine, params (string Key, string Value)[] settings) =>
        await ServerProcess.Start(await NewDatabase(engine), settings);

    /// <summary>One broker for all: a test that kills or wipes it starts its own.</summary>
    public Task<LocalRabbitMq> RabbitMq() => _rabbitMq.Value;

    /// <summary>As somebody does who has just installed it: the server makes its tables.</summary>
    private async Task<ServerProcess> StartEmpty(Engine engine) => await ServerProcess.Start(await EmptyDatabase(engine));

    /// <summary>A copy of one that was migrated once: a start that migrates takes twice as long.</summary>
    public async Task<TestDatabase> NewDatabase(Engine engine)
    {
        var migrated = await _migrated.GetOrAdd(engine, e => new Lazy<Task<TestDatabase>>(() => Migrate(e))).Value;
        if (engine == Engine.Postgres)
            return await EmptyDatabase(engine, migrated);
        var copy = await EmptyDatabase(engine);
        File.Copy(SqliteFile(migrated), SqliteFile(copy));
        return copy;
    }

    /// <summary>Without tables: the first server that starts on it makes them.</summary>
    public Task<TestDatabase> EmptyDatabase(Engine engine) => EmptyDatabase(engine, template: null);

    /// <summary>The same on a cluster that the test may crash.</summary>
    public async Task<TestDatabase> DatabaseOn(LocalPostgres own, string name) => new(Engine.Postgres, await own.CreateDatabase(name), NewDirectory());

    private string NewDirectory()
    {
        var directory = Directory.CreateTempSubdirectory("usher-test-").FullName;
        _directories.Add(directory);
        return directory;
    }

    private async Task<TestDatabase> EmptyDatabase(Engine engine, TestDatabase? template)
    {
        var directory = NewDirectory();
        if (engine == Engine.Sqlite)
            return new TestDatabase(engine, $"Data Source={Path.Combine(directory, "usher.db")}", directory);
        var postgres = await _postgres.Value;
        var from = template is null ? "template1" : new NpgsqlConnectionStringBuilder(template.ConnectionString).Database!;
        return new TestDatabase(engine, await postgres.CreateDatabase($"test{Interlocked.Increment(ref _databases)}", from), directory);
    }

    private async Task<TestDatabase> Migrate(Engine engine)
    {
        var database = await EmptyDatabase(engine);
        // A database cannot be copied while a connection to it is kept.
        var unkept = database with { ConnectionString = $"{database.ConnectionString};Pooling=False" };
        await using var db = TestDatabase.Model(unkept.NewEngine());
        await db.Database.MigrateAsync();
        return database;
    }

    private static string SqliteFile(TestDatabase database) => new SqliteConnectionStringBuilder(database.ConnectionString).DataSource;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _throttled.Values)
            if (server.IsValueCreated)
                await (await server.Value).DisposeAsync();
        foreach (var server in _shared.Values)
            if (server.IsValueCreated)
                await (await server.Value).DisposeAsync();
        if (_postgres.IsValueCreated)
            await (await _postgres.Value).DisposeAsync();
        if (_rabbitMq.IsValueCreated)
            await (await _rabbitMq.Value).DisposeAsync();
        Costs.Write();
        foreach (var directory in _directories)
            Directory.Delete(directory, recursive: true);
    }
}
