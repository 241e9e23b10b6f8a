using System.Globalization;
using System.Text;
using Usher.Bench.Sale;
using Usher.Testing.Kills;

namespace Usher.Bench.Kills;

/// <summary>Hundreds of kills, cuts and pauses while buyers buy; and the proof that the harness would notice.</summary>
internal static class KillsCommand
{
    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("seed", "engine", "server-kills", "postgres-kills", "cuts", "pauses", "buyers", "without", "out");
        var page = arguments.Page();
        if (arguments.Text("without") is { } guard)
            return await Prove(Sabotage.Named(guard), arguments, cancellationToken);

        var engine = arguments.Text("engine") ?? "both";
        var table = new StringBuilder(Head(arguments));
        var clean = true;
        foreach (var onPostgres in engine switch { "both" => new[] { true, false }, "postgres" => [true], "sqlite" => [false], _ => throw new UsageException("--engine is postgres, sqlite or both.") })
        {
            var plan = PlanOf(arguments, Repository.Server, onPostgres) with
            {
                ServerKills = arguments.Number("server-kills", 100),
                PostgresKills = onPostgres ? arguments.Number("postgres-kills", 30) : 0,
                Cuts = onPostgres ? arguments.Number("cuts", 300) : 0,
                Pauses = arguments.Number("pauses", 20),
            };
            var outcome = await Supervisor.Run(plan, Console.WriteLine, cancellationToken);
            foreach (var breach in outcome.History.Breaches.Take(50))
                Console.Error.WriteLine(breach);
            clean &= outcome.IsClean;
            table.Append(Rows(onPostgres ? "PostgreSQL" : "SQLite", outcome));
            Console.WriteLine(table);
        }
        if (clean && page is not null)
            await File.WriteAllTextAsync(page, table.ToString(), cancellationToken);
        return clean ? 0 : 1;
    }

    private static async Task<int> Prove(Sabotage sabotage, Arguments arguments, CancellationToken cancellationToken)
    {
        using var build = await sabotage.Build(cancellationToken);
        var plan = PlanOf(arguments, build.Assembly, onPostgres: true) with
        {
            Spoil = sabotage.Spoil,
            StopWhenRed = true,
            ServerKills = sabotage.Kills,
            FaultsARound = 4,
            CalmRounds = sabotage.Kills == 0 ? 20 : 0,
        };
        var outcome = await Supervisor.Run(plan, Console.WriteLine, cancellationToken);
        foreach (var breach in outcome.History.Breaches.Take(5))
            Console.WriteLine(breach);
        var seen = outcome.History.Breaches.Any(breach => sabotage.Signs.Any(sign => breach.Contains(sign, StringComparison.Ordinal)));
        Console.WriteLine(seen ? $"without {sabotage.Guard}: red, as it must be" : $"without {sabotage.Guard}: NOT noticed");
        return seen ? 0 : 1;
    }

    private static Plan PlanOf(Arguments arguments, string assembly, bool onPostgres) =>
        new() { Assembly = assembly, OnPostgres = onPostgres, Seed = arguments.Number("seed", 1), Buyers = arguments.Number("buyers", 24) };

    private static string Head(Arguments arguments) => $"""
        # Kills

        Buyers with idempotency keys buy, hold, confirm, cancel and repeat requests on real processes, with two servers on
        PostgreSQL. Meanwhile the test kills servers and PostgreSQL with -9, cuts connections after a COMMIT and before the server
        gets its confirmation, and pauses processes. Buyers repeat a request without a definite response with its key. After every
        round, the test compares every response with the database, and `verify` checks all invariants.

        The harness itself is tested: `--without row-lock`, `key`, `check` or `transaction` removes that guard from a copy of the
        program, and the command fails unless the harness reports a breach of the kind that the guard prevents.

        - machine: {Machine.Describe()}
        - commit: {Repository.Commit()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}
        - command: `{arguments.CommandLine}`

        | engine | faults | acknowledged writes | unknown, then settled | lost | oversold | duplicated | other breaches | took |
        |---|---|--:|--:|--:|--:|--:|--:|--:|

        """;

    private static string Rows(string engine, Outcome outcome)
    {
        var history = outcome.History;
        var faults = string.Join(", ", outcome.Faults.OrderBy(f => f.Key).Select(f => $"{f.Value} {Name(f.Key)}{Recovered(outcome, f.Key)}"));
        var others = history.Breaches.Count - history.Lost - history.Oversold - history.Duplicated;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {engine} | {faults} | {history.AcknowledgedWrites:N0} | {history.Unknown:N0} | {history.Lost} | {history.Oversold} | {history.Duplicated} | {others} | {outcome.Took.TotalMinutes:0.0} min |\n");
    }

    private static string Recovered(Outcome outcome, Fault fault) => outcome.Recoveries.TryGetValue(fault, out var seconds)
        ? string.Create(CultureInfo.InvariantCulture, $" (sells again after {seconds.Order().ElementAt(seconds.Count / 2):0.0} s, at most {seconds.Max():0.0} s)")
        : "";

    private static string Name(Fault fault) => fault switch
    {
        Fault.KillServer => "kills of a server",
        Fault.KillAllServers => "kills of both servers",
        Fault.KillPostgres => "kills of PostgreSQL",
        Fault.CutAfterCommit => "cuts after COMMIT",
        Fault.CutAll => "cuts of all connections",
        _ => "pauses",
    };
}
