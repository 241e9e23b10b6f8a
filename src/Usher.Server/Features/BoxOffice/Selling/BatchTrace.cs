using System.Diagnostics;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>
/// A batch as a span: none of its requests is its parent, so it has a trace of its own, linked to those of its requests that are
/// recorded and they to it. Without such a request there is none.
/// </summary>
internal static class BatchTrace
{
    public static Activity? Begin(List<QueuedCommand> batch)
    {
        if (!Telemetry.Traces.HasListeners())
            return null;
        var requests = batch.Where(queued => queued.Request is { Recorded: true }).Select(queued => queued.Request!).ToList();
        if (requests.Count == 0)
            return null;
        var span = Telemetry.Traces.StartActivity("sell batch", ActivityKind.Internal, default(ActivityContext), links: requests.Select(request => new ActivityLink(request.Context)));
        if (span is null)
            return null;
        span.SetTag("usher.batch.size", batch.Count);
        span.SetTag("usher.batch.events", batch.DistinctBy(queued => queued.Command.EventId).Count());
        foreach (var request in requests)
            request.AddLink(new ActivityLink(span.Context));
        return span;
    }

    /// <summary>What became of a request, on its own span.</summary>
    public static void Note(Activity request, QueuedCommand queued)
    {
        request.SetTag("usher.command", SellingMeasures.NameOf(queued.Command));
        request.SetTag("usher.event.id", queued.Command.EventId.ToString());
        request.SetTag("usher.outcome", SellingMeasures.OutcomeOf(queued.Answer));
    }
}
