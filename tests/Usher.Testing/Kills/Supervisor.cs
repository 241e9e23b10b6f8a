using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Usher.Testing.Kills;

/// <summary>
/// Lets buyers buy on real processes while it kills, cuts and pauses them, and compares after every round what the
/// buyers were told with what is there.
/// </summary>
internal sealed class Supervisor : IAsyncDisposable
{
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(60);

    private readonly Plan _plan;
    private readonly Random _random;
    private readonly string _directory = Directory.CreateTempSubdirectory("usher-kills-").FullName;
    private readonly History _history = new();
    private readonly Dictionary<Fault, int> _faults = [];
    private readonly Dictionary<Fault, List<double>> _recoveries = [];
    private readonly List<ServerProcess> _servers = [];
    private Dictionary<string, string> _environment = [];
    private LocalPostgres? _postgres;
    private CuttingProxy? _proxy;
    private string _connection = "";

    private Supervisor(Plan plan) => (_plan, _random) = (plan, new Random(plan.Seed));

    public static async Task<Outcome> Run(Plan plan, Action<string> say, CancellationToken cancellationToken)
    {
        await using var supervisor = new Supervisor(plan);
        var took = Stopwatch.StartNew();
        await supervisor.Start(cancellationToken);
        await supervisor.Trade(say, cancellationToken);
        return new Outcome(supervisor._history, supervisor._faults, supervisor._recoveries, took.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _proxy?.Dispose();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task Start(CancellationToken cancellationToken)
    {
        _environment = new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["DataDirectory"] = _directory,
            ["Demo__Seed"] = "false",
            ["RateLimiting__Enabled"] = "false",
            ["Bookings__HoldMinutes"] = "600",
            ["Logging__LogLevel__Default"] = "Warning",
            ["Database__Engine"] = _plan.OnPostgres ? "Postgres" : "Sqlite",
        };
        if (_plan.OnPostgres)
        {
            _postgres = await LocalPostgres.Start(durable: true, cancellationToken);
            _connection = await _postgres.CreateDatabase("kills", cancellationToken);
        }
        else
        {
            _connection = $"Data Source={Path.Combine(_directory, "usher.db")}";
        }
        _environment["ConnectionStrings__Database"] = _connection;

        var (exitCode, output) = await ServerProcess.RunVerb(_plan.Assembly, "migrate", _environment, cancellationToken);
        if (exitCode != 0)
            throw new InvalidOperationException($"The database was not made:{Environment.NewLine}{output}");
        if (_plan.Spoil is not null)
            await Spoil(_plan.Spoil, cancellationToken);

        _servers.Add(new ServerProcess(_plan.Assembly, _environment));
        if (_postgres is not null)
        {
            // One of the two goes through the proxy; the other shows that only its connections are cut.
            _proxy = new CuttingProxy(_postgres.Port);
            var proxied = new NpgsqlConnectionStringBuilder(_connection) { Port = _proxy.Port }.ConnectionString;
            _servers.Add(new ServerProcess(_plan.Assembly, new Dictionary<string, string>(_environment) { ["ConnectionStrings__Database"] = proxied }));
        }
        await Task.WhenAll(_servers.Select(server => server.Start(cancellationToken)));
    }

    private async Task Trade(Action<string> say, CancellationToken cancellationToken)
    {
        using var shop = new Shop(_servers.Select(server => server.Address));
        await shop.Open(cancellationToken);
        var buyers = new List<Buyer>();
        for (var i = 0; i < _plan.Buyers; i++)
        {
            var person = new Person($"buyer-{i}");
            await shop.Register(person, "attendee", cancellationToken);
            buyers.Add(new Buyer(shop, person, _history, _plan.Seed + i));
        }

        foreach (var faults in _plan.Rounds())
        {
            using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var buying = Task.WhenAll(buyers.Select(buyer => Task.Run(() => buyer.BuyUntil(closing.Token), cancellationToken)));
            await Task.Delay(faults.Length == 0 ? 2000 : 300, cancellationToken);
            foreach (var fault in faults)
            {
                await Do(fault, shop, cancellationToken);
                await Task.Delay(_random.Next(20, 250), cancellationToken);
            }
            await closing.CancelAsync();
            await buying;
            await Task.WhenAll(buyers.Select(buyer => buyer.SettleDoubts()));
            await Check(shop, cancellationToken);
            say($"{string.Join(", ", _faults.Select(f => $"{f.Key} {f.Value}"))}: {_history.AcknowledgedWrites} acknowledged, {_history.Unknown} unknown, {_history.Breaches.Count} breaches");
            if (_plan.StopWhenRed && _history.Breaches.Count > 0)
                return;
        }
    }

    private async Task Do(Fault fault, Shop shop, CancellationToken cancellationToken)
    {
        var victim = _random.Next(_servers.Count);
        switch (fault)
        {
            case Fault.KillServer:
                await _servers[victim].Kill();
                await Recovery(fault, shop, [victim], () => _servers[victim].Start(cancellationToken), cancellationToken);
                break;
            case Fault.KillAllServers:
                await Task.WhenAll(_servers.Select(server => server.Kill()));
                await Recovery(fault, shop, [.. Enumerable.Range(0, _servers.Count)],
                    () => Task.WhenAll(_servers.Select(server => server.Start(cancellationToken))), cancellationToken);
                break;
            case Fault.KillPostgres:
                await _postgres!.Kill(cancellationToken);
                await Recovery(fault, shop, [.. Enumerable.Range(0, _servers.Count)], () => _postgres.Restart(cancellationToken), cancellationToken);
                break;
            case Fault.CutAfterCommit:
                var before = _proxy!.CutsAfterCommit;
                _proxy.CutAfterNextCommit();
                await Until(() => _proxy.CutsAfterCommit > before, "a commit through the proxy", cancellationToken);
                break;
            case Fault.CutAll:
                _proxy!.CutAll();
                break;
            case Fault.Pause:
                _servers[victim].Pause();
                // Longer than the patience of a buyer, now and then.
                await Task.Delay(_random.Next(4) == 0 ? 9000 : _random.Next(300, 2500), cancellationToken);
                _servers[victim].Resume();
                break;
            default:
                throw new InvalidOperationException($"How is {fault} done?");
        }
        _faults[fault] = _faults.GetValueOrDefault(fault) + 1;
    }

    private async Task Recovery(Fault fault, Shop shop, int[] servers, Func<Task> restart, CancellationToken cancellationToken)
    {
        await Task.Delay(_random.Next(0, 400), cancellationToken);
        var from = Stopwatch.GetTimestamp();
        await restart();
        await Until(() => servers.All(server => shop.LastAcknowledged(server) > from), $"a sale on {(servers.Length > 1 ? "each server" : "the server")} after {fault}", cancellationToken);
        if (!_recoveries.TryGetValue(fault, out var seconds))
            _recoveries.Add(fault, seconds = []);
        seconds.Add(Stopwatch.GetElapsedTime(from).TotalSeconds);
    }

    private async Task Until(Func<bool> holds, string what, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (!holds())
        {
            if (waited.Elapsed > LongestRecovery)
            {
                _history.Breach($"not within {LongestRecovery.TotalSeconds} s: {what}");
                return;
            }
            await Task.Delay(5, cancellationToken);
        }
    }

    private async Task Check(Shop shop, CancellationToken cancellationToken)
    {
        await using var database = await Connect(cancellationToken);
        await _history.Compare(database, shop.Stock, cancellationToken);
        var (exitCode, output) = await ServerProcess.RunVerb(_plan.Assembly, "verify", _environment, cancellationToken);
        if (exitCode != 0)
            _history.Breach($"verify: {output}");
    }

    private async Task Spoil(string sql, CancellationToken cancellationToken)
    {
        await using var database = await Connect(cancellationToken);
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<DbConnection> Connect(CancellationToken cancellationToken)
    {
        DbConnection connection = _plan.OnPostgres ? new NpgsqlConnection(_connection + ";Pooling=false") : new SqliteConnection(_connection + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
