using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Usher.Server.Platform.Observability;

/// <summary>
/// Which traces are recorded: so many new ones a second, whatever a caller's header asks for, and what belongs to one that is.
/// A share of all would show nothing of a quiet server and cost a busy one dearly.
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
            // Statements that belong to nothing look whether there is something to do, and each message that arrives is one of many.
            || (samplingParameters.Kind is ActivityKind.Server or ActivityKind.Internal && IsStillFree()));
    }

    private static bool IsRecorded(in ActivityContext context) => (context.TraceFlags & ActivityTraceFlags.Recorded) != 0;

    private static bool IsLinkedToARecordedOne(IEnumerable<ActivityLink>? links) => links?.Any(link => IsRecorded(link.Context)) == true;

    private bool IsStillFree()
    {
        var (second, last) = (time.GetTimestamp() / time.TimestampFrequency, Interlocked.Read(ref _second));
        // Whoever is late by a race counts in the next second; a few more or less do no harm.
        if (second != last && Interlocked.CompareExchange(ref _second, second, last) == last)
            Volatile.Write(ref _begun, 0);
        return Interlocked.Increment(ref _begun) <= options.MostPerSecond;
    }
}
