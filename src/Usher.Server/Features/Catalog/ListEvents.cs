using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog;

internal static class ListEvents
{
    private static readonly QueryParameters Parameters = new(
    [
        .. PageRequest.Parameters,
        new("sortBy", "date unless told.", Values: ["date", "name", "price", "createdAt", "popularity"]),
        new("order", "Ascending for date, name and price, descending for createdAt and popularity, unless told.", Values: ["asc", "desc"]),
        .. EventFilters.Parameters,
    ]);

    private static readonly EventStatus[] ToCome = [EventStatus.Upcoming, EventStatus.SoldOut];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/events", Everyones)
        .WithName("ListEvents").WithSummary("Find events")
        .WithDescription("Published events; unless told, those that are not over and not cancelled. Different filters must all hold.")
        .WithQuery(Parameters).Refuses(Problems.PageTooDeep);

    public static void MapOwn(IEndpointRouteBuilder routes) => routes.MapRead("/api/organizers/me/events", Own)
        .WithName("ListOwnEvents").WithSummary("The caller's own events")
        .WithDescription("Drafts among them and, unless told, also those that are over or cancelled. Filters as for all events.")
        .WithQuery(Parameters).Refuses(Problems.PageTooDeep);

    private static Task<Tagged<Paged<EventListing>>> Everyones(HttpContext context, UsherDb db, DatabaseClock clock, CancellationToken cancellationToken) =>
        List(db.Events.Where(e => e.Publication == Publication.Published), ToCome, isPublic: true, context, db, clock.Now, cancellationToken);

    private static Task<Tagged<Paged<EventListing>>> Own(Caller caller, HttpContext context, UsherDb db, DatabaseClock clock, CancellationToken cancellationToken) =>
        List(db.Events.Where(e => e.OrganizerId == caller.UserId), Enum.GetValues<EventStatus>(), isPublic: false, context, db, clock.Now, cancellationToken);

    private static async Task<Tagged<Paged<EventListing>>> List(
        IQueryable<Event> events, IReadOnlyList<EventStatus> statusesUnlessTold, bool isPublic,
        HttpContext context, UsherDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var query = Parameters.Read(context.Request);
        var page = PageRequest.From(query);
        var found = db.Filter(events.AsNoTracking(), query, now, statusesUnlessTold);
        var sorted = found.Sort(query);

        var counted = await PageRequest.Count(found, cancellationToken);
        var ids = await sorted.Select(e => e.Id).Skip(page.Skip).Take(page.Limit).ToListAsync(cancellationToken);
        var listings = await Show(db, ids, now, cancellationToken);
        return new(page.Of(listings, counted, context), version: null) { IsPublic = isPublic };
    }

    /// <summary>The ids come first and alone: a page is then the only thing whose texts and sums are read.</summary>
    private static async Task<IReadOnlyList<EventListing>> Show(UsherDb db, List<Guid> ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await db.Events.AsNoTracking()
            .Where(e => ids.Contains(e.Id))
            .Include(e => e.Stock)
            .Select(e => new
            {
                Event = e,
                Free = db.TicketStock.Where(t => t.EventId == e.Id).Sum(t => (long)(t.QuantityTotal - t.Sold - t.Held)),
                Lapsed = db.Bookings.Where(b => b.EventId == e.Id && b.Status == BookingStatus.Pending && b.ExpiresAt <= now).Sum(b => b.Quantity),
            })
            .ToDictionaryAsync(row => row.Event.Id, cancellationToken);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id]).Select(row => EventListing.Of(
            row.Event, (int)Math.Max(0, Math.Min(row.Free, row.Event.Stock.TotalCapacity - row.Event.Stock.Sold - row.Event.Stock.Held) + row.Lapsed), now))];
    }
}
