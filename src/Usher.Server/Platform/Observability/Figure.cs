using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Usher.Server.Platform.Observability;

/// <summary>
/// A figure that is looked up now and then. When nobody has looked for longer than it is good for, it is told as not known (NaN)
/// and not as it was: a process that cannot reach its database must not go on saying that all is well.
/// </summary>
internal sealed class Figure
{
    private readonly ConcurrentDictionary<string, (double Value, long GoodUntil)> _seen = new(StringComparer.Ordinal);
    private readonly string? _label;
    private readonly ObservableGauge<double> _gauge;

    /// <param name="label">What tells several figures of this name apart, if there are several.</param>
    public Figure(string name, string unit, string meaning, string? label = null)
    {
        _label = label;
        _gauge = Telemetry.Meter.CreateObservableGauge(name, Read, unit, meaning);
    }

    /// <summary>Whether it is worth looking up.</summary>
    public bool IsWatched => _gauge.Enabled;

    /// <param name="of">The value of its label.</param>
    public void Set(double value, TimeSpan goodFor, string of = "") =>
        _seen[of] = (value, Stopwatch.GetTimestamp() + (long)(goodFor.TotalSeconds * Stopwatch.Frequency));

    /// <summary>Somebody else looks from here on.</summary>
    public void Forget()
    {
        foreach (var of in _seen.Keys)
            _seen[of] = (double.NaN, long.MaxValue);
    }

    private IEnumerable<Measurement<double>> Read()
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var (of, (value, goodUntil)) in _seen)
        {
            var current = now < goodUntil ? value : double.NaN;
            yield return _label is null ? new(current) : new(current, new KeyValuePair<string, object?>(_label, of));
        }
    }
}
