using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain.Audit;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog.Events;

internal sealed partial class CreateEvent
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/events", Handle)
        .WithName("CreateEvent").WithSummary("Create an event")
        .WithDescription("The caller owns the event. You can create its ticket types in the same request. The sum of their allotments can exceed the event's capacity, because " +
            "the capacity limits what is sold. With an `Idempotency-Key`, you can repeat the request without creating a second event.")
        .Creates().TakesEventBody().TakesIdempotencyKey()
        .Refuses(Problems.PricePrecision, Problems.TimeZoneRequired, Problems.LocalTimeNonexistent, Problems.EmailNotVerified);

    private static async Task<Results<Tagged<EventResponse>, FirstAnswer, Problem>> Handle(
        RawBody<CreateEventRequest> body, Caller caller, HttpContext context, UsherDb db, DatabaseClock clock,
        IOptions<CatalogOptions> options, VerifiedEmail verified, ILogger<CreateEvent> log, CancellationToken cancellationToken)
    {
        var (request, faults) = await body.Whole(context);
        var key = IdempotencyKey.Claim(IdempotencyKey.Read(context), caller.UserId, "create_event", request);
        if (faults.Found.Count == 0 && await db.FindAnswer(key, cancellationToken) is { } known)
            return Again(known);
        var row = EventRules.Blank(caller.UserId, options.Value.DefaultCurrency, clock.Now);
        EventRules.Create(request, row, clock.Now, faults);
        if (faults.ToProblem() is { } invalid)
            return invalid;
        if (row.Publication == Publication.Published && await verified.Refuse(caller, db, cancellationToken) is { } unverified)
            return unverified;
        row.Describe();

        var answer = EventAnswer.Of(new EventSnapshot(row, new Dictionary<Guid, int>(), clock.Now), created: true);
        try
        {
            await using var change = await Change.Begin(db, cancellationToken);
            await change.UseAccount(caller.UserId, cancellationToken);
            db.Add(row);
            change.Audit(AuditAction.EventCreated, caller.UserId, eventId: row.Id);
            if (key is not null)
                change.Settle(key, row.Id, FirstAnswer.Of(answer));
            await change.Commit(cancellationToken);
        }
        catch (DbUpdateException beaten) when (key is not null && db.Engine.ViolatedKey(beaten) is not null)
        {
            db.ChangeTracker.Clear();
            return Again(await db.FindAnswer(key, cancellationToken) ?? throw new InvalidOperationException("The key was there, and has gone.", beaten));
        }
        Log.Created(log, row.Id, caller.UserId, row.TicketTypes.Count);
        return answer;
    }

    private static Results<Tagged<EventResponse>, FirstAnswer, Problem> Again(IResult known) => known is FirstAnswer first ? first : (Problem)known;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Event {Event} created by {UserId} with {TicketTypes} ticket types")]
        public static partial void Created(ILogger log, Guid @event, Guid userId, int ticketTypes);
    }
}
