using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Usher.Server.Platform.Observability;

/// <summary>
/// A figure that a job queries from time to time. If the last query is too old, the figure is exported as NaN and not as its last value: a
/// process without its database must not report that all is well.
/// </summary>
internal sealed class Figure
{
    private readonly ConcurrentDictionary<string, (double Value, long GoodUntil)> _seen = new(StringComparer.Ordinal);
    private readonly string? _label;
    private readonly ObservableGauge<double> _gauge;

    /// <param name="label">Label that distinguishes several figures of this name, if there are several.</param>
    public Figure(string name, string unit, string meaning, string? label = null)
    {
        _label = label;
        _gauge = Telemetry.Meter.CreateObservableGauge(name, Read, unit, meaning);
    }

    /// <summary>Whether it has a reader.</summary>
    public bool IsWatched => _gauge.Enabled;

    /// <param name="of">Value of its label.</param>
    public void Set(double value, TimeSpan goodFor, string of = "") =>
        _seen[of] = (value, Stopwatch.GetTimestamp() + (long)(goodFor.TotalSeconds * Stopwatch.Frequency));

    /// <summary>Another process queries it from now on.</summary>
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
