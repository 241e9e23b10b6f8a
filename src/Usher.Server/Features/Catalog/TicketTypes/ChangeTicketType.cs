using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Domain.Audit;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.TicketTypes;

internal sealed partial class ChangeTicketType
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var method in (string[])["PUT", "PATCH"])
            routes.MapMethods("/api/events/{eventId:uuid}/ticket-types/{id:uuid}", [method], Handle)
                .WithName($"ChangeTicketType{(method == "PUT" ? "" : "ByPatch")}").WithSummary("Change a ticket type")
                .WithDescription("Fields that you send are replaced. Fields that you leave out keep their value. `quantityTotal` changes the allotment. A new price applies to future " +
                    "bookings only.")
                .TakesEventBody()
                .Refuses(Problems.PricePrecision, Problems.LocalTimeNonexistent, Problems.Forbidden, Problems.NotFound,
                    Problems.EventCancelled, Problems.EventPast, Problems.CapacityBelowSold, Problems.PreconditionFailed);
    }

    private static async Task<Results<Tagged<TicketTypeResponse>, Problem>> Handle(
        Guid eventId, Guid id, RawBody<ChangeTicketTypeRequest> body, Caller caller, HttpContext context, UsherDb db, DatabaseClock clock,
        ILogger<ChangeTicketType> log, CancellationToken cancellationToken)
    {
        var shape = await body.Part(context);
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            var of = await change.Take(eventId, cancellationToken);
            var type = of?.TicketTypes.Find(t => t.Id == id);
            if ((EventAccess.Refuse(of, caller) ?? (type is null ? new Problem(Problems.NotFound) : null)) is { } refused)
                return shape.ToProblem() ?? refused;

            var (request, faults) = await body.Over(ChangeTicketTypeRequest.Of(type!, of!.Currency), shape, context);
            TicketTypeRules.Change(request, type!, of, faults);
            if ((faults.ToProblem() ?? ETags.Stale(context.Request, type!.Version) ?? EventAccess.RefuseIfOver(of, clock.Now) ?? RefuseStock(type!)) is { } no)
                return no;

            of.Describe();
            if (db.ChangeTracker.HasChanges())
            {
                type!.Version++;
                of.Version++;
                of.UpdatedAt = change.Now;
                change.Audit(AuditAction.TicketTypeChanged, caller.UserId, eventId, id);
                await change.Commit(cancellationToken);
                Log.Changed(log, id, eventId, caller.UserId, type.Version);
            }
        }
        return await EventSnapshot.Read(db, eventId, clock.Now, cancellationToken) is { } snapshot && snapshot.Event.TicketTypes.Find(t => t.Id == id) is { } row
            ? EventAnswer.Of(snapshot, row)
            : new Problem(Problems.NotFound);
    }

    private static Problem? RefuseStock(TicketType type) =>
        type.Stock.QuantityTotal >= type.Stock.Sold + type.Stock.Held ? null
        : new Problem(Problems.CapacityBelowSold) { Extensions = { ["sold"] = type.Stock.Sold, ["held"] = type.Stock.Held } };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Ticket type {TicketTypeId} of event {Event} changed by {UserId}, now version {Version}")]
        public static partial void Changed(ILogger log, Guid ticketTypeId, Guid @event, Guid userId, int version);
    }
}
