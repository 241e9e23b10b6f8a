using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Usher.Testing;

/// <summary>
/// A PostgreSQL of our own: a fresh cluster in a temporary directory, on a free loopback port, gone when disposed.
/// For Linux and macOS.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private const string Superuser = "usher";

    private readonly string _directory;
    private string _password = RandomNumberGenerator.GetHexString(32);
    private readonly bool _durable;
    private readonly ConcurrentQueue<string> _log = new();

    private readonly string[] _settings;

    private LocalPostgres(string binDirectory, bool durable, string? dataDirectory, string[] settings)
    {
        BinDirectory = binDirectory;
        _durable = durable;
        _settings = settings;
        _directory = Directory.CreateTempSubdirectory("usher-pg-").FullName;
        DataDirectory = dataDirectory ?? Path.Combine(_directory, "data");
        Port = FreePort();
    }

    public string BinDirectory { get; }

    public string DataDirectory { get; }

    public int Port { get; }

    /// <summary>The postmaster. <c>setpriv</c> replaces itself by it, so this is its real process id.</summary>
    public Process Process { get; private set; } = null!;

    /// <param name="durable">
    /// True: every commit is on disk before it is answered, as in production. False: for tests that never pull the plug.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; what was started so far is removed.</param>
    public static Task<LocalPostgres> Start(bool durable, CancellationToken cancellationToken = default) => Start(durable, null, cancellationToken);

    /// <param name="dataDirectory">An empty directory for the tables, on a disk of their own; the log of writes stays elsewhere.</param>
    /// <param name="settings">Such as <c>shared_buffers=2GB</c>; they outweigh those that all have.</param>
    public static async Task<LocalPostgres> Start(bool durable, string? dataDirectory, CancellationToken cancellationToken = default, params string[] settings)
    {
        var postgres = new LocalPostgres(PostgresPrograms.Find(), durable, dataDirectory, settings);
        return await postgres.Begin(postgres.InitialiseCluster, cancellationToken);
    }

    /// <summary>Starts on the files of a cluster that were copied or restored; they belong to the user PostgreSQL runs as already.</summary>
    public static Task<LocalPostgres> StartOn(string dataDirectory, LocalPostgres original, CancellationToken cancellationToken = default)
    {
        var postgres = new LocalPostgres(original.BinDirectory, durable: true, dataDirectory, []) { _password = original._password };
        return postgres.Begin(
            async cancelled =>
            {
                if (Environment.IsPrivilegedProcess)
                    await postgres.Run("chown", ["postgres:postgres", postgres._directory], cancelled);
            },
            cancellationToken);
    }

    /// <summary>What fails on the way leaves nothing behind.</summary>
    private async Task<LocalPostgres> Begin(Func<CancellationToken, Task> prepare, CancellationToken cancellationToken)
    {
        try
        {
            await prepare(cancellationToken);
            await StartPostmaster(cancellationToken);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }

        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        return this;
    }

    /// <summary>How to run something as the user that the files of the cluster belong to.</summary>
    public static (string File, string[] Arguments) AsOwner(string file, params string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", file, .. arguments])
        : (file, arguments);

    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username={Superuser};Password={_password};Database={database}";

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public Task<string> CreateDatabase(string name, CancellationToken cancellationToken = default) => CreateDatabase(name, "template1", cancellationToken);

    /// <param name="template">The database to copy, to which nobody may be connected.</param>
    public async Task<string> CreateDatabase(string name, string template, CancellationToken cancellationToken = default)
    {
        await using var connection = await Connect(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {Quoted(name)} TEMPLATE {Quoted(template)}";
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionString(name);
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// kill -9 of the postmaster, as a power cut would do it. Its pid file stays: it is what stops a second postmaster
    /// from running on the same files while a child of the first still lives, so we wait for the children instead.
    /// </summary>
    public async Task Kill(CancellationToken cancellationToken = default)
    {
        Process.Kill();
        await Process.WaitForExitAsync(cancellationToken);
        if (!OperatingSystem.IsLinux())
        {
            // No way to list who works in a directory there; the children leave as soon as they see the postmaster gone.
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            return;
        }

        while (PostgresPrograms.AnyWorksIn(DataDirectory))
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
    }

    /// <summary>Starts the postmaster again on the same files and port, after a fast shutdown if it still runs.</summary>
    public async Task Restart(CancellationToken cancellationToken = default)
    {
        await Stop();
        await StartPostmaster(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        await Stop();
        Process?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task InitialiseCluster(CancellationToken cancellationToken)
    {
        // A password, although it listens on loopback only: a superuser may run programs, and other users share the machine.
        var passwordFile = Path.Combine(_directory, "password");
        await File.WriteAllTextAsync(passwordFile, _password, cancellationToken);
        if (Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory(DataDirectory);
            await Run("chown", ["-R", "postgres:postgres", _directory, DataDirectory], cancellationToken);
        }

        var (file, arguments) = AsUnprivileged("initdb",
            "-D", DataDirectory, "--waldir", Path.Combine(_directory, "wal"), "-U", Superuser, "--pwfile", passwordFile, "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync");
        await Run(file, arguments, cancellationToken);
    }

    private async Task StartPostmaster(CancellationToken cancellationToken)
    {
        var safe = _durable ? "on" : "off";
        var (file, arguments) = AsUnprivileged("postgres",
        [
            "-D", DataDirectory,
            "-c", "listen_addresses=127.0.0.1",
            "-c", $"port={Port}",
            "-c", $"unix_socket_directories={_directory}",
            "-c", "max_connections=300",
            "-c", $"shared_buffers={(_durable ? "512MB" : "128MB")}",
            "-c", $"fsync={safe}",
            "-c", $"synchronous_commit={safe}",
            "-c", $"full_page_writes={safe}",
            .. _settings.SelectMany(setting => (string[])["-c", setting]),
        ]);
        _log.Clear();
        Process?.Dispose();
        Process = Process.Start(Quietly(file, arguments))!;
        Process.ErrorDataReceived += (_, line) => Remember(line.Data);
        Process.OutputDataReceived += (_, line) => Remember(line.Data);
        Process.BeginErrorReadLine();
        Process.BeginOutputReadLine();
        await WaitUntilItAnswers(cancellationToken);
    }

    private async Task WaitUntilItAnswers(CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = await Connect(cancellationToken);
                return;
            }
            catch (NpgsqlException) when (!Process.HasExited && waited.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
            catch (NpgsqlException exception)
            {
                throw new InvalidOperationException(
                    $"PostgreSQL did not start:{Environment.NewLine}{string.Join(Environment.NewLine, _log)}", exception);
            }
        }
    }

    private async Task<NpgsqlConnection> Connect(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=5");
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task Stop()
    {
        if (Process is null || Process.HasExited)
            return;

        // SIGINT: the fast shutdown, which does not wait for clients to leave.
        Signals.Interrupt(Process);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await Process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await Kill();
        }
    }

    /// <summary>A run that ends without disposing must not leave a server behind.</summary>
    private void OnProcessExit(object? sender, EventArgs e) => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void Remember(string? line)
    {
        if (line is null)
            return;
        _log.Enqueue(line);
        if (_log.Count > 100)
            _log.TryDequeue(out _);
    }

    /// <summary>PostgreSQL refuses to run as root, so root steps down to the user its package made.</summary>
    private (string File, string[] Arguments) AsUnprivileged(string program, params string[] arguments) => AsOwner(Path.Combine(BinDirectory, program), arguments);

    private ProcessStartInfo Quietly(string file, string[] arguments) => new(file, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        // The caller's directory may be closed to the user PostgreSQL runs as.
        WorkingDirectory = _directory,
    };

    private async Task Run(string file, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Quietly(file, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{file} failed:{Environment.NewLine}{await output}{await errors}");
    }

    /// <summary>A port of the loopback that nobody listens on at this moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
