using System.Diagnostics;
using Usher.Bench.Sale;

namespace Usher.Bench.Kills;

/// <summary>
/// A guard taken out, to see that the harness notices. The text to be replaced must stand in the source as often as is
/// said here: a guard that was rewritten is not silently left in.
/// </summary>
/// <param name="Signs">What the breach must say.</param>
internal sealed record Sabotage(string Guard, string[] Signs)
{
    private const string Ledger = "src/Usher.Server/Features/BoxOffice/Selling/PostgresLedger.cs";

    /// <summary>SQL for the database.</summary>
    public string? Spoil { get; init; }
    public int Kills { get; init; }
    private (string File, string Text, string Instead, int Times)[] Patches { get; init; } = [];

    private static readonly (string, string, string, int) NoRowLock = (Ledger, " FOR NO KEY UPDATE", "", 1);

    public static Sabotage Named(string guard) => guard switch
    {
        // The CHECKs still refuse an oversold place; what nothing else guards is the limit of a person and the sums.
        "row-lock" => new(guard, ["twice the", "I1", "I2"]) { Patches = [NoRowLock] },
        "key" => new(guard, ["duplicated"]) { Spoil = "ALTER TABLE idempotency_keys DROP CONSTRAINT pk_idempotency_keys" },
        // They are the last guard behind the lock, so they are seen when the lock is gone as well.
        "check" => new(guard, ["oversold"])
        {
            Patches = [NoRowLock],
            Spoil = """
                ALTER TABLE ticket_stock DROP CONSTRAINT ck_ticket_stock_not_oversold; ALTER TABLE ticket_stock DROP CONSTRAINT ck_ticket_stock_not_negative;
                ALTER TABLE event_stock DROP CONSTRAINT ck_event_stock_not_oversold; ALTER TABLE event_stock DROP CONSTRAINT ck_event_stock_not_negative
                """,
        },
        "transaction" => new(guard, ["I1", "lost", "nobody was told", "changed"])
        {
            Kills = 40,
            Patches =
            [
                (Ledger, "Add(batch, \"BEGIN ISOLATION LEVEL READ COMMITTED\");", "Add(batch, \"SET application_name = 'no transaction'\");", 1),
                // The moment of the batch is kept for the session then: it still sells, statement by statement.
                (Ledger, "::text, true)::timestamptz", "::text, false)::timestamptz", 1),
                (Ledger, "using var batch = new NpgsqlBatch(_connection);", "using var batch = new NpgsqlBatch(_connection) { EnableErrorBarriers = true };", 2),
            ],
        },
        _ => throw new UsageException("--without takes row-lock, key, check or transaction."),
    };

    public async Task<Copy> Build(CancellationToken cancellationToken)
    {
        if (Patches.Length == 0)
            return new Copy(Repository.Server, null);
        var directory = Directory.CreateTempSubdirectory("usher-sabotage-").FullName;
        foreach (var file in Directory.GetFiles(Repository.Root).Where(f => Path.GetFileName(f) is "Directory.Build.props" or "Directory.Packages.props" or "global.json" or "BannedSymbols.txt" or ".editorconfig"))
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        var source = Path.Combine(Repository.Root, "src");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(IsSource))
        {
            var copy = Path.Combine(directory, "src", Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        foreach (var (file, text, instead, times) in Patches)
        {
            var path = Path.Combine(directory, file);
            var code = await File.ReadAllTextAsync(path, cancellationToken);
            if (code.Split(text).Length - 1 != times)
                throw new UnsoundException($"'{text}' does not stand {times} times in {file}: the proof has to be adapted.");
            await File.WriteAllTextAsync(path, code.Replace(text, instead, StringComparison.Ordinal), cancellationToken);
        }

        var project = Path.Combine(directory, "src", "Usher.Server");
        using var build = Process.Start(new ProcessStartInfo("dotnet", ["build", "-c", "Release", "--nologo", "-v", "quiet", project]))!;
        await build.WaitForExitAsync(cancellationToken);
        return build.ExitCode == 0
            ? new Copy(Path.Combine(project, "bin", "Release", "net10.0", "usher.dll"), directory)
            : throw new UnsoundException("The copy without the guard does not build.");
    }

    private static bool IsSource(string file) => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");

    /// <summary>The program to start; a copy is deleted afterwards.</summary>
    internal sealed record Copy(string Assembly, string? Directory) : IDisposable
    {
        public void Dispose()
        {
            if (Directory is not null)
                System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
