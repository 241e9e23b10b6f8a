using System.Diagnostics;
using OpenTelemetry.Trace;
using Usher.Server.Platform.Observability;
using Xunit;

namespace Usher.UnitTests.Observability;

public class TraceChoiceTests
{
    private static readonly ActivityContext Recorded = Context(ActivityTraceFlags.Recorded), Unrecorded = Context(ActivityTraceFlags.None);

    [Fact]
    public void So_many_traces_begin_in_a_second()
    {
        var clock = new Clock();
        var choice = new TraceChoice(new TracingOptions { MostPerSecond = 3 }, clock);
        for (var second = 0; second < 3; second++)
        {
            Assert.Equal(3, Enumerable.Range(0, 100).Count(_ => Chooses(choice)));
            clock.Seconds++;
        }
    }

    [Fact]
    public void What_a_caller_asks_for_decides_only_where_callers_are_followed()
    {
        var (ours, theirs) = (new TraceChoice(new TracingOptions { MostPerSecond = 0 }, new Clock()), new TraceChoice(new TracingOptions { MostPerSecond = 0, FollowCallers = true }, new Clock()));
        Assert.False(Chooses(ours, Remote(Recorded)));
        Assert.True(Chooses(theirs, Remote(Recorded)));
        Assert.False(Chooses(theirs, Remote(Unrecorded)));
    }

    [Fact]
    public void What_belongs_to_a_trace_is_recorded_with_it()
    {
        var choice = new TraceChoice(new TracingOptions { MostPerSecond = 0 }, new Clock());
        Assert.True(Chooses(choice, Recorded, ActivityKind.Client));
        Assert.False(Chooses(choice, Unrecorded, ActivityKind.Client));
        // Our own broker brings it back.
        Assert.True(Chooses(choice, Remote(Recorded), ActivityKind.Consumer));
        Assert.True(Chooses(choice, default, ActivityKind.Internal, new ActivityLink(Unrecorded), new ActivityLink(Recorded)));
        Assert.False(Chooses(choice, default, ActivityKind.Internal, new ActivityLink(Unrecorded)));
    }

    [Fact]
    public void A_statement_and_a_message_of_their_own_begin_no_trace_and_use_none_up()
    {
        var choice = new TraceChoice(new TracingOptions { MostPerSecond = 1 }, new Clock());
        Assert.False(Chooses(choice, default, ActivityKind.Client));
        Assert.False(Chooses(choice, default, ActivityKind.Consumer));
        Assert.True(Chooses(choice));
    }

    private static bool Chooses(TraceChoice choice, ActivityContext parent = default, ActivityKind kind = ActivityKind.Server, params ActivityLink[] links) =>
        choice.ShouldSample(new SamplingParameters(parent, ActivityTraceId.CreateRandom(), "x", kind, null, links)).Decision == SamplingDecision.RecordAndSample;

    private static ActivityContext Context(ActivityTraceFlags flags) => new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags);

    private static ActivityContext Remote(ActivityContext context) => new(context.TraceId, context.SpanId, context.TraceFlags, isRemote: true);

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; } = 1;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Seconds * 1000 + 17;
    }
}
