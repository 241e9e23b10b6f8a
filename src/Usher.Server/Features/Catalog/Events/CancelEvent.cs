using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain.Audit;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>The commit of the cancellation stops the sales. The bookings are cancelled and refunded afterwards, one by one.</summary>
internal sealed partial class CancelEvent
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var method in (string[])["PUT", "POST"])
            routes.MapMethods("/api/events/{id:uuid}/cancel", [method], Handle)
                .WithName($"CancelEvent{(method == "PUT" ? "" : "ByPost")}").WithSummary("Cancel an event")
                .WithDescription("Sales stop at once. Every booking is cancelled and refunded soon after. Repeating the request changes nothing. The body is optional.")
                .WithMetadata(new BodyIsOptional())
                .Refuses(Problems.Forbidden, Problems.NotFound, Problems.EventPast, Problems.PreconditionFailed);
    }

    private static async Task<Results<Tagged<EventResponse>, Problem>> Handle(
        Guid id, Body<CancelEventRequest> body, Caller caller, HttpContext context, UsherDb db, DatabaseClock clock,
        ILogger<CancelEvent> log, CancellationToken cancellationToken)
    {
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            var row = await change.Take(id, cancellationToken);
            if (EventAccess.Refuse(row, caller) is { } refused)
                return refused;
            if (row!.CancelledAt is null)
            {
                if (ETags.Stale(context.Request, row.Version) is { } stale)
                    return stale;
                if (row.StatusAt(clock.Now) == EventStatus.Past)
                    return new Problem(Problems.EventPast);
                // Read under the lock: every earlier sale has an earlier instant, whichever process made it.
                await change.ReadClock(cancellationToken);
                row.CancelledAt = row.UpdatedAt = change.Now;
                row.CancelReason = body.Value.Reason;
                row.Version++;
                db.EventCancellations.Add(new EventCancellation
                {
                    EventId = id,
                    RequestedAt = row.CancelledAt.Value,
                    Bookings = await db.Bookings.CountAsync(b => b.EventId == id && b.Status != BookingStatus.Cancelled, cancellationToken),
                });
                change.Publish(MessageTypes.EventCancelled, eventId: id);
                change.Audit(AuditAction.EventCancelled, caller.UserId, eventId: id);
                await change.Commit(cancellationToken);
                Log.Cancelled(log, id, caller.UserId);
            }
        }
        return await EventSnapshot.Read(db, id, clock.Now, cancellationToken) is { } snapshot
            ? EventAnswer.Of(snapshot)
            : new Problem(Problems.NotFound);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Event {Event} cancelled by {UserId}")]
        public static partial void Cancelled(ILogger log, Guid @event, Guid userId);
    }
}

/// <param name="Reason">Reason that the buyers are told.</param>
[ValidatableType]
public sealed record CancelEventRequest([property: Message(1_000)] string? Reason) : WholeRequest;
