using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

internal static class ListEventBookings
{
    private static readonly QueryParameters Parameters = new([
        .. PageRequest.ParametersWithCursor,
        .. BookedBy.Filters,
        new("format", "`csv` returns all rows as a table, like `Accept: text/csv` and `bookings.csv`.", Values: CsvTable.Formats),
    ]);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/bookings", Methods.Read, Handle)
        .WithName("ListEventBookings").WithSummary("List the bookings of an event with their buyers")
        .WithDescription("For the event's organizer and admins, newest first. As CSV, the response has all rows, and cells that a spreadsheet would execute are guarded.")
        .WithQuery(Parameters).AlsoAnswersCsv().Refuses(Problems.Forbidden, Problems.NotFound, Problems.PageTooDeep, Problems.PaginationConflict, Problems.CursorInvalid);

    private static async Task<Results<Tagged<Paged<BookingResponse>>, CsvTable, Problem>> Handle(
        Guid id, Caller caller, UsherDb db, DatabaseClock clock, Cursors cursors, HttpContext context, CancellationToken cancellationToken)
    {
        var query = Parameters.Read(context.Request);
        var list = $"bookings for {id} {query.Normal(without: ["page", "limit", "cursor"])}";
        var page = PageRequest.From(query, cursors, list);
        var now = clock.Now;
        var filter = BookedBy.Read(query);
        var asCsv = CsvTable.IsAskedFor(context.Request, query);

        if (await OrganizersEvent.Refuse(db, id, caller, "Only the event's organizer can see its bookings.", cancellationToken) is { } no)
            return no;
        var rows = await BookedBy.Find(db, id, filter, now, cancellationToken);
        if (asCsv)
            return await GetEventBookingsTable.Read(db, id, rows, now, cancellationToken);

        var total = await PageRequest.Count(rows, cancellationToken);
        if (page.After is { } after)
        {
            var (at, last) = (after.Instant, after.Id);
            rows = rows.Where(r => r.Booking.BookedAt <= at && (r.Booking.BookedAt < at || r.Booking.Id.CompareTo(last) < 0));
        }
        var buyers = await page.Cut(rows.NewestFirst()).Select(r => new { r.Booking.Id, r.Buyer.Username, r.Buyer.DisplayName, r.Buyer.Email })
            .ToDictionaryAsync(r => r.Id, r => new Buyer(r.Username, r.DisplayName, r.Email), cancellationToken);
        var ids = buyers.Keys.ToList();
        var bookings = await BookingRows.Read(db,
            db.Bookings.Where(b => ids.Contains(b.Id)).OrderByDescending(b => b.BookedAt).ThenByDescending(b => b.Id), now, cancellationToken);
        return new Tagged<Paged<BookingResponse>>(
            page.Of(bookings.ConvertAll(b => b with { Buyer = buyers[b.Id] }), total, context,
                row => cursors.Write(new Position(page.Page + 1, Position.KeyOf(row.BookingDate), row.Id), list)), version: null);
    }
}
