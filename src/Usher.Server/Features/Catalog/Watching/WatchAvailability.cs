using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog.Watching;

/// <summary>
/// Server-sent events, hand-written: the framework's result does not support comments, and without a periodic ping, neither side notices
/// that the other has gone.
/// </summary>
internal static class WatchAvailability
{
    /// <summary>Time after which a watcher must reconnect and be checked again; browsers reconnect by themselves.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>Interval of the check whether the watcher of a draft is still signed in.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/availability/stream", Methods.Read, Handle)
        .WithName("WatchAvailability").WithSummary("Watch the availability of an event")
        .WithDescription("Sends server-sent events named `availability`, each with the body of GetAvailability. The first one has the current state, unless `Last-Event-ID` " +
            "shows that the client already has it. Another one follows after each change, at most twice a second. A comment is sent every few seconds when nothing " +
            "else is. The stream ends when the event is deleted or cancelled, when the client may no longer see the event, when the server stops, and after 15 " +
            "minutes. A client that already knows that the event is cancelled gets 204 and does not need to reconnect. The server returns 503 when too many " +
            "clients are watching, in total or from one address. A browser's EventSource would not reconnect after that. A client that accepts only " +
            "`text/event-stream` therefore gets each 429 and 503 as a stream that says when to reconnect (`retry`) and then ends.")
        .WithMetadata(new ProducesResponseTypeMetadata(200, typeof(string), ["text/event-stream"]))
        .Refuses(Problems.NotFound, Problems.Overloaded);

    private static async Task Handle(
        Guid id, Caller? caller, HttpContext context, AvailabilityFeeds feeds, EventReads events, RevokedSessions ended, TimeProvider time,
        IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        if (await events.Read(id, cancellationToken) is not { } first || !first.Event.IsSeenBy(caller))
        {
            await new Problem(Problems.NotFound).ExecuteAsync(context);
            return;
        }
        var known = context.Request.Headers["Last-Event-ID"].ToString();
        if (first.Event.CancelledAt is not null && new AvailabilityFeeds.State(first).Id == known)
        {
            // A 204 tells browsers to stop; otherwise they would reconnect every two seconds.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        using var watcher = feeds.Join(id, first, context.Connection.RemoteIpAddress);
        if (watcher is null)
        {
            context.Response.Headers.Remove("X-Accel-Buffering");
            await new Problem(Problems.Overloaded, "Too many clients are watching at the moment.") { RetryAfterSeconds = 5 }.ExecuteAsync(context);
            return;
        }

        using var over = new CancellationTokenSource(Longest, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping, over.Token);
        try
        {
            await Write(context, watcher, IsSeen, known, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The watcher has gone, or is asked to reconnect.
        }

        bool IsSeen(SeenEvent now) => now.IsPublic || (now.Event.IsSeenBy(caller) && !ended.Contains(caller!.SessionId));
    }

    private static async Task Write(HttpContext context, AvailabilityFeeds.Watcher watcher, Func<SeenEvent, bool> isSeen, string known, CancellationToken ends)
    {
        await Send(context, "retry: 2000\n\n", ends);
        for (var state = watcher.Now; state is not null && isSeen(state.Seen); state = await Next(context, watcher, state, isSeen, ends))
        {
            if (state.Id != known)
                await Send(context, $"event: availability\nid: {state.Id}\ndata: {JsonSerializer.Serialize(AvailabilityResponse.Of(state.Seen), StrictJson.Options)}\n\n", ends);
            known = state.Id;
            if (state.Seen.Event.CancelledAt is not null)
                return;
        }
    }

    /// <summary>The next state; null if there is none.</summary>
    private static async Task<AvailabilityFeeds.State?> Next(
        HttpContext context, AvailabilityFeeds.Watcher watcher, AvailabilityFeeds.State state, Func<SeenEvent, bool> isSeen, CancellationToken ends)
    {
        var (pause, quietSince) = (state.Seen.IsPublic || watcher.PingAfter < Look ? watcher.PingAfter : Look, Stopwatch.GetTimestamp());
        while (isSeen(state.Seen))
        {
            try
            {
                await state.Superseded.WaitAsync(pause, ends);
                // A slow reader skips intermediate states.
                return watcher.Now;
            }
            catch (TimeoutException)
            {
                if (Stopwatch.GetElapsedTime(quietSince) < watcher.PingAfter * 0.9)
                    continue;
                await Send(context, ": ping\n\n", ends);
                quietSince = Stopwatch.GetTimestamp();
            }
        }
        return null;
    }

    private static async Task Send(HttpContext context, string text, CancellationToken ends)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ends);
        await context.Response.Body.FlushAsync(ends);
    }
}
