using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Usher.Testing;

namespace Usher.Bench.Sale;

/// <summary>
/// <c>sale</c>: how many bookings a second, at full load. <c>latency</c>: how long one takes, at little load. Both run
/// every contender once per round, in turn, so that a machine that slows down slows all of them.
/// </summary>
internal static class SaleCommand
{
    public static Task<int> Sale(Arguments arguments, CancellationToken cancellationToken) =>
        Run(arguments, 256, Contenders.Usual, Contenders.SaleGoals, "benchmark.md", cancellationToken);

    public static Task<int> Latency(Arguments arguments, CancellationToken cancellationToken) =>
        Run(arguments, 32, [Contenders.Usher, Contenders.EntityFramework], Contenders.LatencyGoals, "benchmark-latency.md", cancellationToken);

    private static async Task<int> Run(
        Arguments arguments, int connections, string[] usual, Goal[] goals, string file, CancellationToken cancellationToken)
    {
        arguments.Knowing("seconds", "warmup", "rounds", "connections", "buyers", "only", "out");
        // A partial run does not replace the published table.
        var page = arguments.Page(arguments.Text("only") is null ? file : null);
        if (typeof(SaleCommand).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
            throw new UsageException("A debug build measures nothing: dotnet run -c Release --project bench/Usher.Bench -- …");

        var only = arguments.Text("only")?.Split(',') ?? usual;
        if (only.Except(Contenders.All.Select(contender => contender.Name)).FirstOrDefault() is { } unknown)
            throw new UsageException($"'{unknown}' is no contender; known: {string.Join(", ", Contenders.All.Select(c => c.Name))}.");

        Contender[] contenders = [.. Contenders.All.Where(contender => only.Contains(contender.Name))];
        var rounds = arguments.Number("rounds", 3);
        await using var postgres = await LocalPostgres.Start(durable: true, cancellationToken);
        var settings = new Settings(
            postgres,
            arguments.Number("connections", connections),
            arguments.Number("buyers", 64),
            TimeSpan.FromSeconds(arguments.Number("warmup", 5)),
            TimeSpan.FromSeconds(arguments.Number("seconds", 10)));

        WarnOfNeighbours();
        var report = new Report(contenders);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var measured = await contender.Measure(settings, cancellationToken);
                report.Add(contender.Name, round, measured);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"round {round + 1}  {contender.Name,-16} {measured.PerSecond,9:N0}/s  p50 {measured.P50,6:0.00}  p99 {measured.P99,7:0.00}  {measured.Sound}"));
            }
        }

        var machine = await Machine.Describe(postgres, cancellationToken);
        var text = Markdown(arguments, settings, rounds, machine, report, goals);
        Console.WriteLine();
        Console.WriteLine(text);
        if (page is not null)
            await File.WriteAllTextAsync(page, text, cancellationToken);
        return 0;
    }

    private static void WarnOfNeighbours()
    {
        const string Load = "/proc/loadavg";
        if (File.Exists(Load) && double.Parse(File.ReadAllText(Load).Split(' ')[0], CultureInfo.InvariantCulture) is > 1 and var load)
            Console.Error.WriteLine($"The machine is busy with other things (load {load:0.0}): figures will be low, and rounds will differ.");
    }

    private static string Markdown(
        Arguments arguments, Settings settings, int rounds, string machine, Report report, Goal[] goals) => string.Create(CultureInfo.InvariantCulture, $"""
        # {(arguments.Verb == "latency" ? "Latency at moderate load" : "The box office at full speed")}

        Medians of {rounds} interleaved rounds of {settings.Window.TotalSeconds:0} s after {settings.WarmUp.TotalSeconds:0} s of warm-up, {settings.Connections} connections, {settings.Buyers} buyers; the database,
        the server and the load generator share the machine. After every run: sold = items ≥ acknowledged, nothing oversold.
        Each booking is durable before its 201. The request log is off, and no worker runs (verb `serve`). Ratios are taken
        within a round.

        - machine: {machine}
        - commit: {Repository.Commit()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}
        - command: `{arguments.CommandLine}`

        {report.Table()}
        {report.Goals(goals)}
        """);
}
