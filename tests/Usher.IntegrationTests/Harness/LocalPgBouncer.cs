using System.Diagnostics;
using Npgsql;
using Usher.Testing;

namespace Usher.IntegrationTests.Harness;

/// <summary>A real PgBouncer before a database, on a free loopback port.</summary>
public sealed class LocalPgBouncer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("usher-pgbouncer-").FullName;
    private readonly NpgsqlConnectionStringBuilder _behind;
    private readonly int _port = LocalPostgres.FreePort();
    private Process _process = null!;

    private LocalPgBouncer(TestDatabase behind)
    {
        _behind = new NpgsqlConnectionStringBuilder(behind.ConnectionString);
        Database = behind with { ConnectionString = new NpgsqlConnectionStringBuilder(behind.ConnectionString) { Port = _port }.ConnectionString };
    }

    /// <summary>The same database by way of the pool.</summary>
    public TestDatabase Database { get; }

    private string Settings => Path.Combine(_directory, "pgbouncer.ini");

    /// <param name="mode"><c>session</c> or <c>transaction</c>.</param>
    public static async Task<LocalPgBouncer> Start(TestDatabase behind, string mode)
    {
        var pool = new LocalPgBouncer(behind);
        await File.WriteAllTextAsync(Path.Combine(pool._directory, "users.txt"), $"\"{pool._behind.Username}\" \"{pool._behind.Password}\"\n");
        pool.Write(mode);
        if (Environment.IsPrivilegedProcess)
            using (var owner = Process.Start("chown", ["-R", "postgres", pool._directory]))
                await owner.WaitForExitAsync();
        var (file, arguments) = LocalPostgres.AsOwner(File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : "pgbouncer", "-q", pool.Settings);
        pool._process = Process.Start(new ProcessStartInfo(file, arguments) { WorkingDirectory = pool._directory })!;
        await Eventually.IsTrue(pool.Answers, 20);
        return pool;
    }

    /// <summary>As an operator does who edits the file and reloads it.</summary>
    public async Task Change(string mode)
    {
        Write(mode);
        using var reload = Process.Start("kill", ["-HUP", $"{_process.Id}"]);
        await reload.WaitForExitAsync();
    }

    private void Write(string mode) => File.WriteAllText(Settings, $"""
        [databases]
        * = host=127.0.0.1 port={_behind.Port}
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = {_port}
        unix_socket_dir =
        auth_type = plain
        auth_file = {Path.Combine(_directory, "users.txt")}
        pool_mode = {mode}
        ignore_startup_parameters = extra_float_digits,options
        max_client_conn = 200
        default_pool_size = 60
        """);

    private async Task<bool> Answers()
    {
        Assert.False(_process.HasExited, "PgBouncer ended.");
        try
        {
            return await (Database with { ConnectionString = $"{Database.ConnectionString};Pooling=False" }).Count("SELECT 1") == 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
