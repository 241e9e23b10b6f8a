using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Audit;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Audit;

/// <summary>Something that was done.</summary>
/// <param name="ActorId">Who did it; null for the program itself and for who runs it.</param>
/// <param name="EventId">To which event, if to one.</param>
/// <param name="UserId">To whose account, if to one.</param>
public sealed record AuditResponse(Guid Id, DateTimeOffset At, AuditAction Action, Guid? ActorId, Guid? EventId, Guid? TicketTypeId, Guid? BookingId, Guid? UserId)
{
    internal static readonly Expression<Func<AuditEntry, AuditResponse>> Of = a => new(a.Id, a.At, a.Action, a.ActorId, a.EventId, a.TicketTypeId, a.BookingId, a.UserId);
}

internal static class ListAudit
{
    private static readonly QueryParameters OfEventParameters = new(PageRequest.Parameters);

    private static readonly QueryParameters Parameters = new([
        .. PageRequest.Parameters,
        new("actorId", "What this account did.") { Format = "uuid" },
        new("eventId", "What was done to this event, also when it is gone.") { Format = "uuid" },
        new("userId", "What was done to this account.") { Format = "uuid" },
    ]);

    public static void MapOfEvent(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/audit", Methods.Read, OfEvent)
        .WithName("ListEventAudit").WithSummary("Who did what to an event")
        .WithDescription("For its organizer and admins, newest first: changes of the event and its ticket types, bookings cancelled by others than their buyers, mails sent again.")
        .WithQuery(OfEventParameters).Refuses(Problems.Forbidden, Problems.NotFound, Problems.PageTooDeep);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/audit", Methods.Read, All)
        .WithName("ListAudit").WithSummary("Who did what")
        .WithDescription("For admins, newest first. Entries are written with what they tell of, and never changed.")
        .WithQuery(Parameters).Refuses(Problems.PageTooDeep);

    private static async Task<Results<Tagged<Paged<AuditResponse>>, Problem>> OfEvent(Guid id, Caller caller, UsherDb db, HttpContext context, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(OfEventParameters.Read(context.Request));
        if (await OrganizersEvent.Refuse(db, id, caller, "Only the event's organizer sees what was done to it.", cancellationToken) is { } no)
            return no;
        return await List(db.AuditEntries.Where(a => a.EventId == id), page, context, cancellationToken);
    }

    private static Task<Tagged<Paged<AuditResponse>>> All(UsherDb db, HttpContext context, CancellationToken cancellationToken)
    {
        var query = Parameters.Read(context.Request);
        var page = PageRequest.From(query);
        IQueryable<AuditEntry> rows = db.AuditEntries;
        if (query.Id("actorId") is { } actor)
            rows = rows.Where(a => a.ActorId == actor);
        if (query.Id("eventId") is { } of)
            rows = rows.Where(a => a.EventId == of);
        if (query.Id("userId") is { } user)
            rows = rows.Where(a => a.UserId == user);
        return List(rows, page, context, cancellationToken);
    }

    private static async Task<Tagged<Paged<AuditResponse>>> List(IQueryable<AuditEntry> rows, PageRequest page, HttpContext context, CancellationToken cancellationToken)
    {
        var total = await PageRequest.Count(rows, cancellationToken);
        // Ids rise with the time.
        var found = await page.Cut(rows.OrderByDescending(a => a.Id)).Select(AuditResponse.Of).ToListAsync(cancellationToken);
        return new(page.Of(found, total, context), version: null);
    }
}
