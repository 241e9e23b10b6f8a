using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

internal static class ListEvents
{
    private static readonly QueryParameters Parameters = ParametersOf("upcoming", "sold_out"), OwnParameters = ParametersOf("all");

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events", Methods.Read, Everyones)
        .WithName("ListEvents").WithSummary("Find events")
        .WithDescription("Lists published events. By default, it leaves out events that are over or cancelled. An event must match all the different filters.")
        .WithQuery(Parameters).Refuses(Problems.PageTooDeep, Problems.PaginationConflict, Problems.CursorInvalid, Problems.Overloaded);

    public static void MapOwn(IEndpointRouteBuilder routes) => routes.MapMethods("/api/organizers/me/events", Methods.Read, Own)
        .WithName("ListOwnEvents").WithSummary("List your own events")
        .WithDescription("Includes drafts and, by default, also events that are over or cancelled. The filters are the same as for all events.")
        .WithQuery(OwnParameters).Refuses(Problems.PageTooDeep, Problems.PaginationConflict, Problems.CursorInvalid, Problems.Overloaded);

    private static Task<Tagged<Paged<EventListing>>> Everyones(
        HttpContext context, UsherDb db, DatabaseClock clock, Cursors cursors, SearchTurns turns) =>
        List(owner: null, context, db, clock.Now, cursors, turns);

    private static Task<Tagged<Paged<EventListing>>> Own(
        Caller caller, HttpContext context, UsherDb db, DatabaseClock clock, Cursors cursors, SearchTurns turns) =>
        List(caller.UserId, context, db, clock.Now, cursors, turns);

    private static async Task<Tagged<Paged<EventListing>>> List(
        Guid? owner, HttpContext context, UsherDb db, DateTimeOffset now, Cursors cursors, SearchTurns turns)
    {
        var query = Parameters.Read(context.Request);
        var filters = new EventFilters(db.Engine, query, now).Read(owner);
        var sorting = EventSorting.Read(query, filters);
        var list = $"events {owner} {sorting} {query.Normal(without: ["page", "limit", "cursor", "sortBy", "order"])}";
        var page = PageRequest.From(query, cursors, list);
        if (page.After is not null && !sorting.HasCursor)
            throw Cursors.Invalid();

        var (counted, rows) = await turns.Take(context, db, async cancellationToken =>
        {
            var (counted, ids) = await new EventPage(db, filters, sorting, page).Find(cancellationToken);
            return (counted, await Show(db, ids, now, cancellationToken));
        });
        var paged = page.Of(rows, counted, context,
            sorting.HasCursor ? row => cursors.Write(sorting.PositionAfter(row.Event, page.Page + 1), list) : null);
        return new(new Paged<EventListing>([.. paged.Data.Select(row => EventListing.Of(row.Event, row.Available, now))], paged.Pagination), version: null) { IsPublic = owner is null };
    }

    private static QueryParameters ParametersOf(params string[] unlessTold) =>
        new([.. PageRequest.ParametersWithCursor, .. EventSorting.Parameters, .. EventFilters.Parameters(unlessTold)]);

    private sealed record Row(Event Event, int Available);

    /// <summary>The ids first: the query then reads texts and sums only for one page.</summary>
    private static async Task<IReadOnlyList<Row>> Show(UsherDb db, List<Guid> ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];
        var rows = await db.Events.AsNoTracking()
            .Where(e => ids.Contains(e.Id))
            .Include(e => e.Stock)
            .Select(e => new
            {
                Event = e,
                Free = db.TicketStock.Where(t => t.EventId == e.Id).Sum(EventAvailability.Free),
                Lapsed = db.Bookings.Where(b => b.EventId == e.Id && b.Status == BookingStatus.Pending && b.ExpiresAt <= now).Sum(b => b.Quantity),
            })
            .ToDictionaryAsync(row => row.Event.Id, cancellationToken);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id]).Select(row => new Row(
            row.Event, OnSale.Available(row.Free, row.Lapsed, row.Event.Stock.Places, row.Lapsed)))];
    }
}
