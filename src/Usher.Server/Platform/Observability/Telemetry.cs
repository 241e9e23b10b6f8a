using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Usher.Server.Platform.Observability;

/// <summary>Where everything that is measured and traced here comes from. While nobody listens, measuring costs a look at a flag and tracing as much.</summary>
internal static class Telemetry
{
    public const string Name = "Usher";

    public const string MetricsPath = "/metrics";

    public static readonly Meter Meter = new(Name);

    public static readonly ActivitySource Traces = new(Name);

    /// <summary>A probe asks every few seconds, all day long: it gets neither a line of the log nor a trace.</summary>
    public static bool IsProbe(PathString path) => path.StartsWithSegments("/health") || path == MetricsPath;
}
