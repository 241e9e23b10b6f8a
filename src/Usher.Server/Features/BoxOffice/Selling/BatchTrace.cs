using System.Diagnostics;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>
/// A batch as a span. It belongs to many requests, so it has its own trace, with links to and from its recorded requests. Without a
/// recorded request there is no span.
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

    /// <summary>Adds the outcome to the span of the request.</summary>
    public static void Note(Activity request, QueuedCommand queued)
    {
        request.SetTag("usher.command", SellingMeasures.NameOf(queued.Command));
        request.SetTag("usher.event.id", queued.Command.EventId.ToString());
        request.SetTag("usher.outcome", SellingMeasures.OutcomeOf(queued.Answer));
    }
}
