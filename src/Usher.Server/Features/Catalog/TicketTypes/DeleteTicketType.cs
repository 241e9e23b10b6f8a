using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Audit;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.TicketTypes;

internal sealed partial class DeleteTicketType
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/api/events/{eventId:uuid}/ticket-types/{id:uuid}", Handle)
        .WithName("DeleteTicketType").WithSummary("Delete a ticket type").WithDescription("You can delete a ticket type only if it was never booked.")
        .Refuses(Problems.Forbidden, Problems.NotFound, Problems.TicketTypeHasSales, Problems.PreconditionFailed);

    private static async Task<Results<NoContent, Problem>> Handle(
        Guid eventId, Guid id, Caller caller, HttpContext context, UsherDb db,
        ILogger<DeleteTicketType> log, CancellationToken cancellationToken)
    {
        await using var change = await Change.Begin(db, cancellationToken);
        var of = await change.Take(eventId, cancellationToken);
        if (EventAccess.Refuse(of, caller) is { } refused)
            return refused;
        if (of!.TicketTypes.Find(t => t.Id == id) is not { } type)
            return new Problem(Problems.NotFound);
        if (ETags.Stale(context.Request, type.Version) is { } stale)
            return stale;
        if (await db.BookingItems.AnyAsync(i => i.TicketTypeId == id, cancellationToken))
            return new Problem(Problems.TicketTypeHasSales);

        of.TicketTypes.Remove(type);
        db.Remove(type);
        of.Describe();
        of.Version++;
        of.UpdatedAt = change.Now;
        change.Audit(AuditAction.TicketTypeDeleted, caller.UserId, eventId, id);
        await change.Commit(cancellationToken);
        Log.Deleted(log, id, eventId, caller.UserId);
        return TypedResults.NoContent();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Ticket type {TicketTypeId} of event {Event} deleted by {UserId}")]
        public static partial void Deleted(ILogger log, Guid ticketTypeId, Guid @event, Guid userId);
    }
}
