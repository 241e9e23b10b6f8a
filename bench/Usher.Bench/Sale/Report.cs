using System.Globalization;
using System.Text;

namespace Usher.Bench.Sale;

/// <summary>All measurements of a run: medians over the rounds, and ratios taken inside each round before their median.</summary>
internal sealed class Report(IReadOnlyList<Contender> contenders)
{
    private readonly Dictionary<(string Name, int Round), Measurement> _measured = [];
    private int _rounds;

    public void Add(string name, int round, Measurement measurement)
    {
        _measured[(name, round)] = measurement;
        _rounds = Math.Max(_rounds, round + 1);
    }

    public string Table()
    {
        Contender[] bases = [.. contenders.Where(contender => contender.Name is Contenders.Pgbench or Contenders.EntityFramework or Contenders.TokenRemembered)];
        var text = new StringBuilder();
        text.Append("| contender | what it is | per second | lowest–highest | p50 ms | p99 ms |");
        foreach (var basis in bases)
            text.Append(CultureInfo.InvariantCulture, $" ÷ {basis.Name} |");
        text.AppendLine().Append("|---|---|--:|--:|--:|--:|").Insert(text.Length, "--:|", bases.Length).AppendLine();
        foreach (var contender in contenders)
        {
            double[] speeds = [.. Of(contender.Name).Select(m => m.PerSecond)];
            if (speeds.Length == 0)
                continue;
            text.Append(CultureInfo.InvariantCulture,
                $"| {contender.Name} | {contender.What}{Refusals(contender.Name)} | **{Median(speeds):N0}** | {speeds.Min():N0}–{speeds.Max():N0} | "
                + $"{Milliseconds(contender.Name, m => m.P50)} | {Milliseconds(contender.Name, m => m.P99)} |");
            foreach (var basis in bases)
                text.Append(CultureInfo.InvariantCulture, $" {Number(Ratio(contender.Name, basis.Name))} |");
            text.AppendLine();
        }

        return text.ToString();
    }

    /// <summary>The goals whose two sides were both measured.</summary>
    public string Goals(IEnumerable<Goal> goals)
    {
        var text = new StringBuilder();
        text.AppendLine("| goal | wanted | measured | |").AppendLine("|---|--:|--:|---|");
        foreach (var goal in goals)
        {
            if (goal.Measure(this) is not { } value)
                continue;
            var reached = goal.AtMost ? value <= goal.Value : value >= goal.Value;
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {goal.What} | {(goal.AtMost ? "≤" : "≥")} {Number(goal.Value)} | {Number(value)} | {(reached ? "reached" : "**missed**")} |");
        }

        return text.ToString();
    }

    /// <summary>Speed of one contender over another's, null if one of them did not run.</summary>
    public double? Ratio(string name, string basis) => InEachRound(name, basis, m => m.PerSecond);

    public double? LatencyRatio(string name, string basis) => InEachRound(name, basis, m => m.P50);

    public double? P99(string name) => Middle(Of(name).Select(m => m.P99));

    private double? InEachRound(string name, string basis, Func<Measurement, double?> value) =>
        Middle(Enumerable.Range(0, _rounds).Select(round =>
            _measured.TryGetValue((name, round), out var over) && _measured.TryGetValue((basis, round), out var under)
                ? value(over) / value(under)
                : null));

    private IEnumerable<Measurement> Of(string name) =>
        Enumerable.Range(0, _rounds).Select(round => _measured.GetValueOrDefault((name, round))).OfType<Measurement>();

    /// <summary>A refused request is cheap, so a speed that has some beside it says less.</summary>
    private string Refusals(string name) => Of(name).Sum(m => m.Refused) is > 0 and var refused ? $" (**{refused:N0} refused**)" : "";

    private string Milliseconds(string name, Func<Measurement, double?> value) => Number(Middle(Of(name).Select(value)));

    private static double? Middle(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        return known.Length == 0 ? null : Median(known);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Number(double? value) => value switch
    {
        null => "–",
        >= 100 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}

internal sealed record Goal(string What, double Value, Func<Report, double?> Measure, bool AtMost = false);
