using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Usher.Bench.Sale;

/// <summary>
/// The textbook transaction without any HTTP, at the number of clients that suits it best. The counts share the
/// measured time of a round, but none gets less than three seconds.
/// </summary>
internal static partial class Pgbench
{
    private static readonly int[] Clients = [1, 2, 4, 16, 64];

    public static async Task<Measurement> Measure(Settings settings, CancellationToken cancellationToken)
    {
        var seconds = Math.Max(3, (int)settings.Window.TotalSeconds / 2);
        await using var database = await ScratchDatabase.Create(settings.Postgres, cancellationToken);
        await Baseline.Textbook.CreateTables(database.ConnectionString, cancellationToken);
        var warmUp = await Run(settings, database, clients: 2, (int)Math.Ceiling(settings.WarmUp.TotalSeconds), cancellationToken);
        var results = new List<Result>();
        foreach (var clients in Clients)
            results.Add(await Run(settings, database, clients, seconds, cancellationToken));

        await using var connection = new NpgsqlConnection(database.ConnectionString);
        var sound = await Ledger.Check(connection, warmUp.Sold + results.Sum(result => result.Sold), cancellationToken);
        var best = results.MaxBy(result => result.PerSecond)!;
        var all = string.Join(", ", results.Select(result => string.Create(CultureInfo.InvariantCulture, $"{result.Clients}: {result.PerSecond:N0}")));
        return new Measurement(best.PerSecond, null, null, $"{sound}; by clients: {all}");
    }

    private static async Task<Result> Run(
        Settings settings, ScratchDatabase database, int clients, int seconds, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var start = new ProcessStartInfo(Path.Combine(settings.Postgres.BinDirectory, "pgbench"),
        [
            "--no-vacuum", "--protocol=prepared", $"--client={clients}", $"--jobs={Math.Min(clients, Environment.ProcessorCount)}",
            $"--time={seconds}", "--file", Baseline.Textbook.PgbenchScript,
            "--host=127.0.0.1", $"--port={connection.Port}", $"--username={connection.Username}", connection.Database!,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PGPASSWORD"] = connection.Password },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var (sold, speed) = (Processed().Match(await output), Tps().Match(await output));
        if (process.ExitCode != 0 || !sold.Success)
            throw new InvalidOperationException($"pgbench ended with {process.ExitCode}:{Environment.NewLine}{await output}{await errors}");
        // Many clients on a machine that is busy may finish nothing, and then no speed is printed.
        return new Result(
            clients,
            long.Parse(sold.Groups[1].Value, CultureInfo.InvariantCulture),
            speed.Success ? double.Parse(speed.Groups[1].Value, CultureInfo.InvariantCulture) : 0);
    }

    private sealed record Result(int Clients, long Sold, double PerSecond);

    [GeneratedRegex(@"transactions actually processed: ([0-9]+)")]
    private static partial Regex Processed();

    [GeneratedRegex(@"tps = ([0-9.]+) \(without initial")]
    private static partial Regex Tps();
}
