using System.Security.Cryptography;
using Usher.Testing;

namespace Usher.Bench.Server;

/// <summary>The real server: migrated once, then one or more processes of it on one database and one data directory.</summary>
internal sealed class UsherServer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("usher-bench-").FullName;
    private readonly List<ChildProcess> _processes = [];
    private readonly List<int> _ports = [];

    private UsherServer()
    {
    }

    public IReadOnlyList<int> Ports => _ports;

    public string SqliteFile => Path.Combine(_directory, "usher.db");

    /// <summary>With it a token can be made that the server takes for its own.</summary>
    public string KeyFile => Path.Combine(_directory, "signing-key.pem");

    public static Task<UsherServer> OnPostgres(
        string connectionString, int processes, CancellationToken cancellationToken, params (string Name, string Value)[] settings) =>
        Start([.. Enumerable.Repeat("serve", processes)], cancellationToken,
            [("Database__Engine", "Postgres"), ("ConnectionStrings__Database", connectionString), .. settings]);

    public static Task<UsherServer> OnSqlite(CancellationToken cancellationToken) =>
        Start(["serve"], cancellationToken, ("Database__Engine", "Sqlite"));

    /// <summary>Processor time of all its processes.</summary>
    public TimeSpan Cpu => TimeSpan.FromTicks(_processes.Sum(process => process.Cpu.Ticks));

    /// <summary>What all its processes have in memory at this moment.</summary>
    public int ResidentMegabytes => (int)(_processes.Sum(process => process.ResidentBytes) / 1_000_000);

    /// <summary>The most they had while something was done.</summary>
    public async Task<int> MostResidentMegabytes(Func<Task> work)
    {
        var most = 0;
        for (var working = work(); ; await Task.WhenAny(working, Task.Delay(100)))
        {
            most = Math.Max(most, ResidentMegabytes);
            if (!working.IsCompleted)
                continue;
            await working;
            return most;
        }
    }

    /// <summary>The last lines of its log.</summary>
    public string Log => string.Join(Environment.NewLine, _processes.Select(process => process.Output));

    /// <summary>Ends the processes, so that their database can be looked at in peace.</summary>
    public async Task Stop()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        _processes.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(_directory, recursive: true);
    }

    /// <param name="roles">The verb of each process: <c>serve</c>, <c>work</c>, or none for both in one.</param>
    public static async Task<UsherServer> Start(
        string[] roles, CancellationToken cancellationToken, params (string Name, string Value)[] database)
    {
        if (!File.Exists(Repository.Server))
            throw new UsageException("The server is not built: dotnet build -c Release src/Usher.Server");

        var server = new UsherServer();
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            // As the shipped files start it.
            ["MALLOC_ARENA_MAX"] = "2",
            ["DataDirectory"] = server._directory,
            ["Auth__SigningKeyFile"] = server.KeyFile,
            ["RateLimiting__Enabled"] = "false",
            // A line per request would be written to a pipe that the load generator has to read. The baselines log nothing.
            ["Logging__LogLevel__Default"] = "Warning",
        };
        foreach (var (name, value) in database)
            environment[name] = value;
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            await File.WriteAllTextAsync(server.KeyFile, key.ExportPkcs8PrivateKeyPem(), cancellationToken);
        try
        {
            await using (var migrate = ChildProcess.Start(Repository.Server, ["migrate"], environment))
                await migrate.Finished(cancellationToken);
            foreach (var role in roles)
                await server.Run(role, environment, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task Run(string role, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var port = LocalPostgres.FreePort();
        string[] verb = role.Length == 0 ? [] : [role];
        var process = ChildProcess.Start(Repository.Server, [.. verb, "--urls", $"http://127.0.0.1:{port}"], environment);
        _processes.Add(process);
        if (role != "work")
            _ports.Add(port);
        await process.Answers(port, cancellationToken);
    }
}
