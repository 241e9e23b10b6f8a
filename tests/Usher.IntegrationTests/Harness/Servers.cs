using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<Engine, Lazy<Task<UsherServer>>> _shared = new();
    private readonly Lazy<Task<LocalPostgres>> _postgres = new(() => LocalPostgres.Start(durable: false));
    private readonly Lazy<Task<LocalRabbitMq>> _rabbitMq = new(() => LocalRabbitMq.Start());
    private readonly ConcurrentBag<string> _directories = [];
    private int _databases;

    public ValueTask InitializeAsync() => default;

    public Task<UsherServer> Shared(Engine engine) =>
        _shared.GetOrAdd(engine, e => new Lazy<Task<UsherServer>>(() => Start(e))).Value;

    /// <summary>A server with a database of its own.</summary>
    public async Task<UsherServer> Start(Engine engine, params (string Key, string Value)[] settings) =>
        await UsherServer.Start(await NewDatabase(engine), settings);

    /// <summary>One broker for all: a test that kills or wipes it starts its own.</summary>
    public Task<LocalRabbitMq> RabbitMq() => _rabbitMq.Value;

    /// <summary>A migrated server's database is made by the first server that starts on it.</summary>
    public async Task<TestDatabase> NewDatabase(Engine engine)
    {
        var directory = Directory.CreateTempSubdirectory("usher-test-").FullName;
        _directories.Add(directory);
        if (engine == Engine.Sqlite)
            return new TestDatabase(engine, $"Data Source={Path.Combine(directory, "usher.db")}", directory);
        var postgres = await _postgres.Value;
        return new TestDatabase(engine, await postgres.CreateDatabase($"test{Interlocked.Increment(ref _databases)}"), directory);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _shared.Values)
            if (server.IsValueCreated)
                await (await server.Value).DisposeAsync();
        if (_postgres.IsValueCreated)
            await (await _postgres.Value).DisposeAsync();
        if (_rabbitMq.IsValueCreated)
            await (await _rabbitMq.Value).DisposeAsync();
        foreach (var directory in _directories)
            Directory.Delete(directory, recursive: true);
    }
}
