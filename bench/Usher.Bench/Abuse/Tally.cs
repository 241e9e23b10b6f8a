using System.Diagnostics;
using Usher.Bench.Sale;

namespace Usher.Bench.Abuse;

/// <summary>What became of requests. Speed and times are of the measured window, the counts of all from the first to the last.</summary>
internal sealed class Tally(long from, long until, int wanted)
{
    private readonly List<long> _good = [], _refused = [];

    public long Good { get; private set; }

    public long Refused { get; private set; }

    /// <summary>429 and 503 that do not say when to come again: there must be none.</summary>
    public long WithoutRetryAfter { get; private set; }

    /// <summary>Answers of each status.</summary>
    public SortedDictionary<int, long> Statuses { get; } = [];

    /// <summary>An answer that nobody expected: neither what was wanted nor a 429 or 503.</summary>
    public string? Surprise { get; private set; }

    public double GoodPerSecond => _good.Count / Stopwatch.GetElapsedTime(from, until).TotalSeconds;

    public double GoodMilliseconds(double quantile) => Milliseconds(_good, quantile);

    public double RefusedMilliseconds(double quantile) => Milliseconds(_refused, quantile);

    /// <param name="since">When it was sent, or should have been.</param>
    public void Add(int status, HttpWire wire, long since)
    {
        var now = Stopwatch.GetTimestamp();
        var isRefusal = status is 429 or 503;
        Statuses[status] = Statuses.GetValueOrDefault(status) + 1;
        if (status == wanted)
            Good++;
        else
            Refused++;
        if (isRefusal && wire.RetryAfter is null)
            WithoutRetryAfter++;
        if (status != wanted && !isRefusal)
            Surprise ??= wire.OneLine;
        if (now >= from && now < until && (status == wanted || isRefusal))
            (status == wanted ? _good : _refused).Add(now - since);
    }

    public static Tally Sum(IReadOnlyList<Tally> tallies, long from, long until, int wanted)
    {
        var sum = new Tally(from, until, wanted);
        foreach (var tally in tallies)
        {
            sum.Good += tally.Good;
            sum.Refused += tally.Refused;
            sum.WithoutRetryAfter += tally.WithoutRetryAfter;
            sum.Surprise ??= tally.Surprise;
            sum._good.AddRange(tally._good);
            sum._refused.AddRange(tally._refused);
            foreach (var (status, count) in tally.Statuses)
                sum.Statuses[status] = sum.Statuses.GetValueOrDefault(status) + count;
        }

        sum._good.Sort();
        sum._refused.Sort();
        return sum;
    }

    private static double Milliseconds(List<long> sorted, double quantile) =>
        sorted.Count == 0 ? 0 : sorted[(int)(quantile * (sorted.Count - 1))] * 1000.0 / Stopwatch.Frequency;
}
