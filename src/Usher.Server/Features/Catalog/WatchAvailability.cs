using System.Text;
using System.Text.Json;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog;

/// <summary>
/// Server-sent events, written by hand: the framework's result knows no comments, and without a ping now and then nobody
/// notices that the other side has gone.
/// </summary>
internal static class WatchAvailability
{
    /// <summary>After this a watcher has to come again and be looked at anew; browsers do by themselves.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/availability/stream", Methods.Read, Handle)
        .WithName("WatchAvailability").WithSummary("What of an event can be bought, as it changes")
        .WithDescription("Server-sent events named `availability`, each with the body of GetAvailability: first as it is now, unless `Last-Event-ID` says that the " +
            "reader knows, then whenever it has changed, at most twice a second. A comment comes every few seconds when nothing else does. The stream ends when the " +
            "event is deleted, when the server stops, and after 15 minutes; 503 when too many are watching. A browser's EventSource would not come back after that: whoever accepts " +
            "`text/event-stream` alone is answered 429 and 503 by a stream that says when to come again (`retry`) and ends.")
        .WithMetadata(new ProducesResponseTypeMetadata(200, typeof(string), ["text/event-stream"]))
        .Refuses(Problems.NotFound, Problems.Overloaded);

    private static async Task Handle(
        Guid id, Caller? caller, HttpContext context, AvailabilityFeeds feeds, EventReads events, TimeProvider time,
        IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        if (await events.Read(id, cancellationToken) is not { } first || !first.Event.IsSeenBy(caller))
        {
            await new Problem(Problems.NotFound).ExecuteAsync(context);
            return;
        }
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        using var watcher = feeds.Join(id, first);
        if (watcher is null)
        {
            context.Response.Headers.Remove("X-Accel-Buffering");
            await new Problem(Problems.Overloaded, "Too many are watching at this moment.") { RetryAfterSeconds = 5 }.ExecuteAsync(context);
            return;
        }

        using var over = new CancellationTokenSource(Longest, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping, over.Token);
        try
        {
            await Write(context, watcher, caller, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // Whoever watched has gone, or is asked to come again.
        }
    }

    private static async Task Write(HttpContext context, AvailabilityFeeds.Watcher watcher, Caller? caller, CancellationToken ends)
    {
        var known = context.Request.Headers["Last-Event-ID"].ToString();
        await Send(context, "retry: 2000\n\n", ends);
        for (var state = watcher.Now; state is not null && state.Seen.Event.IsSeenBy(caller); state = await Next(context, watcher, state, ends))
        {
            if (state.Id != known)
                await Send(context, $"event: availability\nid: {state.Id}\ndata: {JsonSerializer.Serialize(AvailabilityResponse.Of(state.Seen), StrictJson.Options)}\n\n", ends);
            known = state.Id;
        }
    }

    /// <summary>The state after this one; null when there will be none.</summary>
    private static async Task<AvailabilityFeeds.State?> Next(HttpContext context, AvailabilityFeeds.Watcher watcher, AvailabilityFeeds.State state, CancellationToken ends)
    {
        while (true)
        {
            try
            {
                await state.Superseded.WaitAsync(watcher.PingAfter, ends);
                // Whoever reads slowly misses what has passed meanwhile.
                return watcher.Now;
            }
            catch (TimeoutException)
            {
                await Send(context, ": ping\n\n", ends);
            }
        }
    }

    private static async Task Send(HttpContext context, string text, CancellationToken ends)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ends);
        await context.Response.Body.FlushAsync(ends);
    }
}
