using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Usher.Server.Platform.Observability;

/// <summary>Source of all metrics and traces. Without a listener, each costs the check of a flag.</summary>
internal static class Telemetry
{
    public const string Name = "Usher";

    public const string MetricsPath = "/metrics";

    public static readonly Meter Meter = new(Name);

    public static readonly ActivitySource Traces = new(Name);

    /// <summary>A probe arrives every few seconds all day: it gets neither a log line nor a trace.</summary>
    public static bool IsProbe(PathString path) => path.StartsWithSegments("/health") || path == MetricsPath;
}
