using System.Globalization;
using System.Text;
using Usher.Bench.Sale;

namespace Usher.Bench.Abuse;

/// <summary>Medians over the rounds; what is compared is compared within its round.</summary>
internal sealed class AbuseReport(IReadOnlyList<Scenario> scenarios, int share)
{
    private const double Kept = 0.8, QuickMilliseconds = 1000;

    private readonly Dictionary<(string Engine, string Scenario, int Round), Measured> _measured = [];

    /// <summary>Bookings a second of 256 eager buyers, before the rounds.</summary>
    public Dictionary<string, double> Capacity { get; } = [];

    public void Add(string engine, string scenario, int round, Measured measured) => _measured[(engine, scenario, round)] = measured;

    public string Markdown(Arguments arguments, Settings settings, int rounds, string machine)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            # A sale under abuse

            One hot ticket type, {settings.Buyers} buyers' accounts; medians of {rounds} rounds in which each scenario ran once, {settings.Window.TotalSeconds:0} s after {settings.WarmUp.TotalSeconds:0} s of
            warm-up, each on a fresh server and database. The server runs as in production: limits on, durable, one process (`serve`).
            "Steady" buyers arrive at {share} % of the rate that 256 unpaced buyers reach on that engine, whatever the outcome of earlier requests; their times
            begin at their arrival. The storm is a separate process without pauses that ignores `Retry-After`. It runs at the lowest priority
            (`nice -n 19`), because it stands for other machines. The work of the server for it counts in full.
            In every scenario, fifty bookings a second are confirmed as well. After each run: sold = items ≥ acknowledged.

            - machine: {machine}; database, server, buyers and storm share it
            - commit: {Repository.Commit()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}
            - command: `{arguments.CommandLine}`


            """));
        foreach (var (engine, capacity) in Capacity)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"## {engine}: {capacity:N0} bookings a second, the steady pace {capacity * share / 100:N0}").AppendLine()
                .AppendLine("| scenario | load | bookings/s | lowest–highest | kept | p50 ms | p99 ms | refused/s, in p99 ms | confirming: p99 ms, refused | cores: server, buyers, storm | responses to the storm, a second |")
                .AppendLine("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|");
            foreach (var scenario in scenarios)
                text.AppendLine(Line(engine, scenario));
            text.AppendLine();
        }

        return text.AppendLine(Goals()).ToString();
    }

    private string Line(string engine, Scenario scenario)
    {
        var runs = Of(engine, scenario.Name);
        double[] speeds = [.. runs.Select(run => run.Sale.GoodPerSecond)];
        return string.Create(CultureInfo.InvariantCulture,
            $"| {scenario.Name} | {scenario.What} | **{Median(speeds):N0}** | {speeds.Min():N0}–{speeds.Max():N0} | {(KeptBy(engine, scenario) is { } kept ? kept.ToString("0.00", CultureInfo.InvariantCulture) : "")} | "
            + $"{Middle(runs, run => run.Sale.GoodMilliseconds(0.5)):0.0} | {Middle(runs, run => run.Sale.GoodMilliseconds(0.99)):0.0} | {Refused(runs)} | "
            + $"{Middle(runs, run => run.Confirms.GoodMilliseconds(0.99)):0.0}, {runs.Sum(run => run.Confirms.Refused):N0} | "
            + $"{Middle(runs, run => run.ServerCores):0.00}, {Middle(runs, run => run.BuyersCores):0.00}{(scenario.Storm is null ? "" : $", {Middle(runs, run => run.Storm!.CpuSeconds / run.Time.TotalSeconds):0.00}")} | {Answered(runs)} |");
    }

    private static string Refused(Measured[] runs) => runs.All(run => run.Sale.Refused == 0) ? "0" : string.Create(CultureInfo.InvariantCulture,
        $"{Middle(runs, run => run.Sale.Refused / run.Time.TotalSeconds):N0}, {Middle(runs, run => run.Sale.RefusedMilliseconds(0.99)):0.0}");

    private static string Answered(Measured[] runs)
    {
        if (runs[0].Storm is null)
            return "";
        var statuses = runs.SelectMany(run => run.Storm!.Statuses.Keys).Distinct().Order();
        var answered = statuses.Select(status => string.Create(CultureInfo.InvariantCulture,
            $"{status}: {Middle(runs, run => run.Storm!.Statuses.GetValueOrDefault(status) / run.Time.TotalSeconds):N0}"));
        return $"{string.Join(", ", answered)}{(runs.Any(run => run.Storm!.RefusedP99 > 0) ? string.Create(CultureInfo.InvariantCulture, $"; refused in p99 {Middle(runs, run => run.Storm!.RefusedP99):0} ms") : "")}";
    }

    private string Goals()
    {
        var text = new StringBuilder("| goal | wanted | measured | |\n|---|--:|--:|---|\n");
        foreach (var engine in Capacity.Keys)
        {
            foreach (var scenario in scenarios)
                if (KeptBy(engine, scenario) is { } kept)
                    Row($"{engine}, {scenario.Name}: bookings ÷ {scenario.Beside}", "≥ 0.80", kept.ToString("0.00", CultureInfo.InvariantCulture), kept >= Kept);
            var runs = scenarios.SelectMany(scenario => Of(engine, scenario.Name)).ToArray();
            var silent = runs.Sum(run => run.Sale.WithoutRetryAfter + run.Confirms.WithoutRetryAfter + (run.Storm?.WithoutRetryAfter ?? 0));
            var told = runs.Sum(run => Refusals(run.Sale.Statuses) + Refusals(run.Confirms.Statuses) + (run.Storm is { } storm ? Refusals(storm.Statuses) : 0));
            Row($"{engine}: 429 and 503 without `Retry-After`", "0", $"{silent:N0} of {told:N0}", silent == 0);
            Row($"{engine}: confirmations refused", "0", $"{runs.Sum(run => run.Confirms.Refused):N0}", runs.All(run => run.Confirms.Refused == 0));
            var quick = runs.Max(run => Math.Max(run.Sale.RefusedMilliseconds(0.99), run.Storm?.RefusedP99 ?? 0));
            Row($"{engine}: a refusal takes, p99 of the slowest run, ms", $"≤ {QuickMilliseconds:0}", quick.ToString("0", CultureInfo.InvariantCulture), quick <= QuickMilliseconds);
            foreach (var scenario in scenarios.Where(scenario => scenario.Buyers > 256))
            {
                var (confirm, book) = (Middle(Of(engine, scenario.Name), run => run.Confirms.GoodMilliseconds(0.99)), Middle(Of(engine, scenario.Name), run => run.Sale.GoodMilliseconds(0.99)));
                Row($"{engine}, {scenario.Name}: p99 of confirming ÷ p99 of booking", "≤ 1", (confirm / book).ToString("0.00", CultureInfo.InvariantCulture), confirm <= book);
            }
        }

        return text.ToString();

        void Row(string goal, string wanted, string measured, bool reached) =>
            text.AppendLine(CultureInfo.InvariantCulture, $"| {goal} | {wanted} | {measured} | {(reached ? "reached" : "**missed**")} |");
    }

    private static long Refusals(SortedDictionary<int, long> statuses) => statuses.GetValueOrDefault(429) + statuses.GetValueOrDefault(503);

    /// <summary>Null where there is nothing to compare with.</summary>
    private double? KeptBy(string engine, Scenario scenario)
    {
        if (scenario.Beside is not { } beside)
            return null;
        double[] kept = [.. _measured.Where(entry => entry.Key.Engine == engine && entry.Key.Scenario == scenario.Name && _measured.ContainsKey((engine, beside, entry.Key.Round)))
            .Select(entry => entry.Value.Sale.GoodPerSecond / _measured[(engine, beside, entry.Key.Round)].Sale.GoodPerSecond)];
        return kept.Length == 0 ? null : Median(kept);
    }

    private Measured[] Of(string engine, string scenario) =>
        [.. _measured.Where(entry => entry.Key.Engine == engine && entry.Key.Scenario == scenario).OrderBy(entry => entry.Key.Round).Select(entry => entry.Value)];

    private static double Middle(Measured[] runs, Func<Measured, double> value) => Median([.. runs.Select(value)]);

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
