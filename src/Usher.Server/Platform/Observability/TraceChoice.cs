using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Usher.Server.Platform.Observability;

/// <summary>
/// Sampler: a limited number of new traces per second, whatever a caller's header requests, and everything that belongs to a recorded one.
/// A percentage would show nothing of a quiet server and cost a busy one dearly.
/// </summary>
internal sealed class TraceChoice(TracingOptions options, TimeProvider time) : Sampler
{
    private long _second;
    private int _begun;

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        var follows = parent.TraceId != default && (!parent.IsRemote || samplingParameters.Kind == ActivityKind.Consumer || options.FollowCallers);
        return new(follows ? IsRecorded(parent)
            : IsLinkedToARecordedOne(samplingParameters.Links)
            // Statements without a parent poll for work, and each arriving message is one of many.
            || (samplingParameters.Kind is ActivityKind.Server or ActivityKind.Internal && IsStillFree()));
    }

    private static bool IsRecorded(in ActivityContext context) => (context.TraceFlags & ActivityTraceFlags.Recorded) != 0;

    private static bool IsLinkedToARecordedOne(IEnumerable<ActivityLink>? links) => links?.Any(link => IsRecorded(link.Context)) == true;

    private bool IsStillFree()
    {
        var (second, last) = (time.GetTimestamp() / time.TimestampFrequency, Interlocked.Read(ref _second));
        // The loser of a race counts in the next second; a few more or fewer do no harm.
        if (second != last && Interlocked.CompareExchange(ref _second, second, last) == last)
            Volatile.Write(ref _begun, 0);
        return Interlocked.Increment(ref _begun) <= options.MostPerSecond;
    }
}
