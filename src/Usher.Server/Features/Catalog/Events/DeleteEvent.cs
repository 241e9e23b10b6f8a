using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Audit;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Events;

internal sealed partial class DeleteEvent
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/api/events/{id:uuid}", Handle)
        .WithName("DeleteEvent").WithSummary("Delete an event").WithDescription("You can delete an event only if it never had a booking. Otherwise, cancel it.")
        .Refuses(Problems.Forbidden, Problems.NotFound, Problems.EventHasBookings, Problems.PreconditionFailed);

    private static async Task<Results<NoContent, Problem>> Handle(
        Guid id, Caller caller, HttpContext context, UsherDb db, ILogger<DeleteEvent> log, CancellationToken cancellationToken)
    {
        await using var change = await Change.Begin(db, cancellationToken);
        var row = await change.Take(id, cancellationToken);
        if ((EventAccess.Refuse(row, caller) ?? ETags.Stale(context.Request, row!.Version)) is { } refused)
            return refused;
        if (await db.Bookings.AnyAsync(b => b.EventId == id, cancellationToken))
            return new Problem(Problems.EventHasBookings);

        db.Remove(row!);
        change.Audit(AuditAction.EventDeleted, caller.UserId, eventId: id);
        await change.Commit(cancellationToken);
        Log.Deleted(log, id, caller.UserId);
        return TypedResults.NoContent();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Event {Event} deleted by {UserId}")]
        public static partial void Deleted(ILogger log, Guid @event, Guid userId);
    }
}
