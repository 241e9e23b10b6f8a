using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Domain.Audit;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.TicketTypes;

internal sealed partial class CreateTicketType
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/events/{eventId:uuid}/ticket-types", Handle)
        .WithName("CreateTicketType").WithSummary("Add a ticket type to an event")
        .WithDescription("You can add a ticket type even while the event is on sale. All ticket types share the event's currency and capacity.")
        .Creates().TakesEventBody()
        .Refuses(Problems.PricePrecision, Problems.LocalTimeNonexistent, Problems.Forbidden, Problems.NotFound, Problems.EventCancelled, Problems.EventPast);

    private static async Task<Results<Tagged<TicketTypeResponse>, Problem>> Handle(
        Guid eventId, RawBody<CreateTicketTypeRequest> body, Caller caller, HttpContext context, UsherDb db, DatabaseClock clock,
        ILogger<CreateTicketType> log, CancellationToken cancellationToken)
    {
        var (request, faults) = await body.Whole(context);
        Guid id;
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            var of = await change.Take(eventId, cancellationToken);
            if (EventAccess.Refuse(of, caller) is { } refused)
                return faults.ToProblem() ?? refused;
            var last = of!.TicketTypes.Count == 0 ? DateTimeOffset.MinValue : of.TicketTypes.Max(t => t.CreatedAt);
            var type = TicketTypeRules.Create(request, of, clock.Now > last ? clock.Now : last.AddMilliseconds(1), faults);
            if ((faults.ToProblem() ?? EventAccess.RefuseIfOver(of, clock.Now)) is { } no)
                return no;

            id = type.Id;
            db.Add(type);
            of.Describe();
            of.Version++;
            of.UpdatedAt = change.Now;
            change.Audit(AuditAction.TicketTypeCreated, caller.UserId, eventId, id);
            await change.Commit(cancellationToken);
            Log.Created(log, id, eventId, caller.UserId);
        }
        return await EventSnapshot.Read(db, eventId, clock.Now, cancellationToken) is { } snapshot && snapshot.Event.TicketTypes.Find(t => t.Id == id) is { } row
            ? EventAnswer.Of(snapshot, row, created: true)
            : new Problem(Problems.NotFound);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Ticket type {TicketTypeId} of event {Event} created by {UserId}")]
        public static partial void Created(ILogger log, Guid ticketTypeId, Guid @event, Guid userId);
    }
}
