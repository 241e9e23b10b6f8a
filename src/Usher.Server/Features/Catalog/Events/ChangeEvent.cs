using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Audit;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog.Events;

internal sealed partial class ChangeEvent
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var method in (string[])["PUT", "PATCH"])
            routes.MapMethods("/api/events/{id:uuid}", [method], Handle)
                .WithName($"ChangeEvent{(method == "PUT" ? "" : "ByPatch")}").WithSummary("Change an event")
                .WithDescription("Fields that you send are replaced. Fields that you leave out keep their value. `null` clears an optional field. If you change only `timeZone`, the " +
                    "local time stays the same. Ticket types have their own addresses.")
                .TakesEventBody()
                .Refuses(Problems.TimeZoneRequired, Problems.LocalTimeNonexistent, Problems.Forbidden, Problems.NotFound,
                    Problems.EventCancelled, Problems.EventPast, Problems.CapacityBelowSold, Problems.CurrencyLocked, Problems.EventHasBookings,
                    Problems.PreconditionFailed, Problems.EmailNotVerified);
    }

    private static async Task<Results<Tagged<EventResponse>, Problem>> Handle(
        Guid id, RawBody<ChangeEventRequest> body, Caller caller, HttpContext context, UsherDb db, DatabaseClock clock,
        VerifiedEmail verified, ILogger<ChangeEvent> log, CancellationToken cancellationToken)
    {
        var shape = await body.Part(context);
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            await change.UseAccount(caller.UserId, cancellationToken);
            var row = await change.Take(id, cancellationToken);
            if (EventAccess.Refuse(row, caller) is { } refused)
                return shape.ToProblem() ?? refused;

            var (currency, publication, former) = (row!.Currency, row.Publication, FormerEvent.Of(row));
            var over = EventAccess.RefuseIfOver(row, clock.Now);
            var (request, faults) = await body.Over(ChangeEventRequest.Of(row), shape, context);
            EventRules.Change(request, row, clock.Now, faults);

            if ((faults.ToProblem() ?? await RefusePublishing(row, publication, caller, verified, db, cancellationToken) ?? ETags.Stale(context.Request, row.Version) ?? over
                ?? RefuseStock(row) ?? RefuseCurrency(row, currency) ?? await RefuseDraft(row, publication, db, cancellationToken)) is { } no)
                return no;

            row.Describe();
            if (db.ChangeTracker.HasChanges())
            {
                row.Version++;
                row.UpdatedAt = change.Now;
                if (former.IsElsewhere(row))
                    change.PublishMove(former);
                change.Audit(AuditAction.EventChanged, caller.UserId, eventId: id);
                await change.Commit(cancellationToken);
                Log.Changed(log, id, caller.UserId, row.Version);
            }
        }
        return await EventSnapshot.Read(db, id, clock.Now, cancellationToken) is { } snapshot
            ? EventAnswer.Of(snapshot)
            : new Problem(Problems.NotFound);
    }

    private static Problem? RefuseStock(Event row) =>
        row.Stock.TotalCapacity >= row.Stock.Sold + row.Stock.Held ? null
        : new Problem(Problems.CapacityBelowSold) { Extensions = { ["sold"] = row.Stock.Sold, ["held"] = row.Stock.Held } };

    private static Problem? RefuseCurrency(Event row, string before) =>
        row.Currency == before || row.TicketTypes.Count == 0 ? null : new Problem(Problems.CurrencyLocked);

    private static async Task<Problem?> RefusePublishing(
        Event row, Publication before, Caller caller, VerifiedEmail verified, UsherDb db, CancellationToken cancellationToken) =>
        row.Publication == Publication.Published && before == Publication.Draft ? await verified.Refuse(caller, db, cancellationToken) : null;

    private static async Task<Problem?> RefuseDraft(Event row, Publication before, UsherDb db, CancellationToken cancellationToken) =>
        row.Publication == Publication.Draft && before == Publication.Published
        && await db.Bookings.AnyAsync(b => b.EventId == row.Id, cancellationToken)
            ? new Problem(Problems.EventHasBookings, "An event with bookings cannot become a draft again.")
            : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Event {Event} changed by {UserId}, now version {Version}")]
        public static partial void Changed(ILogger log, Guid @event, Guid userId, int version);
    }
}
