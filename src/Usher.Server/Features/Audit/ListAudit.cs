using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Audit;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Audit;

/// <summary>An entry of the audit log.</summary>
/// <param name="ActorId">The account that acted. Null for the program itself and for its operator.</param>
/// <param name="EventId">The event that the action affected, if any.</param>
/// <param name="UserId">The account that the action affected, if any.</param>
public sealed record AuditResponse(Guid Id, DateTimeOffset At, AuditAction Action, Guid? ActorId, Guid? EventId, Guid? TicketTypeId, Guid? BookingId, Guid? UserId)
{
    internal static readonly Expression<Func<AuditEntry, AuditResponse>> Of = a => new(a.Id, a.At, a.Action, a.ActorId, a.EventId, a.TicketTypeId, a.BookingId, a.UserId);
}

internal static class ListAudit
{
    private static readonly QueryParameters OfEventParameters = new(PageRequest.Parameters);

    private static readonly QueryParameters Parameters = new([
        .. PageRequest.Parameters,
        new("actorId", "Entries about what this account did.") { Format = "uuid" },
        new("eventId", "Entries about this event, even after the event has been deleted.") { Format = "uuid" },
        new("userId", "Entries about what was done to this account.") { Format = "uuid" },
    ]);

    public static void MapOfEvent(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/audit", Methods.Read, OfEvent)
        .WithName("ListEventAudit").WithSummary("List the audit log of an event")
        .WithDescription("For the event's organizer and admins, newest first. Lists changes of the event and its ticket types, bookings cancelled by someone other than the " +
            "buyer, and mails sent again.")
        .WithQuery(OfEventParameters).Refuses(Problems.Forbidden, Problems.NotFound, Problems.PageTooDeep);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/audit", Methods.Read, All)
        .WithName("ListAudit").WithSummary("List the audit log")
        .WithDescription("For admins, newest first. Each entry is written together with the change that it records, and is never changed.")
        .WithQuery(Parameters).Refuses(Problems.PageTooDeep);

    private static async Task<Results<Tagged<Paged<AuditResponse>>, Problem>> OfEvent(Guid id, Caller caller, UsherDb db, HttpContext context, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(OfEventParameters.Read(context.Request));
        if (await OrganizersEvent.Refuse(db, id, caller, "Only the event's organizer can see its audit log.", cancellationToken) is { } no)
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
        // Ids are in order of time.
        var found = await page.Cut(rows.OrderByDescending(a => a.Id)).Select(AuditResponse.Of).ToListAsync(cancellationToken);
        return new(page.Of(found, total, context), version: null);
    }
}
