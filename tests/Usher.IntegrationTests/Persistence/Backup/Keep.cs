using System.Diagnostics;
using Npgsql;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Persistence.Backup;

/// <summary>Where an operator keeps the backups of a cluster, with the scripts of the repository to make and use them.</summary>
internal sealed class Keep : IDisposable
{
    public Keep()
    {
        Folder = Directory.CreateTempSubdirectory("usher-keep-").FullName;
        Wal = Directory.CreateDirectory(Path.Combine(Folder, "wal")).FullName;
        // The cluster's own user has to read the scripts, wherever the repository is, and to write beside them.
        foreach (var name in (string[])["archive-wal.sh", "backup.sh", "restore.sh"])
        {
            File.Copy(Repository.PathOf($"deploy/{name}"), Path.Combine(Folder, name));
            Open(Path.Combine(Folder, name));
        }
        Open(Folder);
        Open(Wal);
    }

    public string Folder { get; }

    private string Wal { get; }

    public string ArchiveCommand => $"{Path.Combine(Folder, "archive-wal.sh")} \"%p\" \"%f\" {Wal}";

    public async Task Run(LocalPostgres postgres, string script, params string[] words)
    {
        var (file, arguments) = LocalPostgres.AsOwner(Path.Combine(Folder, script), words);
        var connection = new NpgsqlConnectionStringBuilder(postgres.ConnectionString("postgres"));
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[
            ("PGHOST", connection.Host!), ("PGPORT", $"{connection.Port}"), ("PGUSER", connection.Username!), ("PGPASSWORD", connection.Password!), ("PG_BIN", postgres.BinDirectory)])
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{script}: {await output}{errors}");
    }

    /// <summary>What the dead cluster had not archived yet.</summary>
    public void Rescue(LocalPostgres postgres)
    {
        foreach (var segment in Directory.EnumerateFiles(Path.Combine(postgres.DataDirectory, "pg_wal")).Where(f => Path.GetFileName(f).Length == 24))
        {
            var to = Path.Combine(Wal, Path.GetFileName(segment));
            if (File.Exists(to))
                continue;
            File.Copy(segment, to);
            Open(to);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void Open(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
    }
}
