using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.BoxOffice;

internal static class ListEventBookings
{
    private static readonly QueryParameters Parameters = new([
        .. PageRequest.ParametersWithCursor,
        new("q", "A booking code, or part of a username or e-mail address."),
        new("status", "Only these states.", Values: Choice.Of<BookingStatus>(), Repeats: true),
        new("format", "csv for all rows as a table, as `Accept: text/csv` does.", Values: CsvTable.Formats),
    ]);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/bookings", Methods.Read, Handle)
        .WithName("ListEventBookings").WithSummary("The bookings of an event, with their buyers")
        .WithDescription("For its organizer and admins, newest first. As CSV, all rows; cells that a spreadsheet would run are guarded.")
        .WithQuery(Parameters).AlsoAnswersCsv().Refuses(Problems.Forbidden, Problems.NotFound, Problems.PageTooDeep, Problems.PaginationConflict, Problems.CursorInvalid);

    private static async Task<Results<Tagged<Paged<BookingResponse>>, CsvTable, Problem>> Handle(
        Guid id, Caller caller, UsherDb db, DatabaseClock clock, Cursors cursors, HttpContext context, CancellationToken cancellationToken)
    {
        var query = Parameters.Read(context.Request);
        var list = $"bookings for {id} {query.Normal(without: ["page", "limit", "cursor"])}";
        var page = PageRequest.From(query, cursors, list);
        var (text, statuses, now) = (query.Text("q"), query.Statuses(), clock.Now);
        var asCsv = query.OneOf("format", Formats) ?? CsvTable.IsAskedFor(context.Request);

        if (await OrganizersEvent.Refuse(db, id, caller, "Only the event's organizer sees who booked.", cancellationToken) is { } no)
            return no;

        var rows = from b in db.Bookings.Where(b => b.EventId == id).InStatus(statuses, now)
                   join u in db.Users on b.UserId equals u.Id
                   select new { Booking = b, Buyer = u };
        if (text is { Length: > 0 })
        {
            var (key, code) = (text.Trim().ToLowerInvariant(), BookingCode.TryNormalize(text, out var normal) ? normal : "");
            rows = rows.Where(r => r.Booking.Code == code || r.Buyer.UsernameKey.Contains(key) || r.Buyer.EmailKey.Contains(key));
        }
        var total = asCsv ? 0 : await PageRequest.Count(rows, cancellationToken);
        if (!asCsv && page.After is { } after)
        {
            var (at, last) = (after.Instant, after.Id);
            rows = rows.Where(r => r.Booking.BookedAt <= at && (r.Booking.BookedAt < at || r.Booking.Id.CompareTo(last) < 0));
        }
        var newest = rows.OrderByDescending(r => r.Booking.BookedAt).ThenByDescending(r => r.Booking.Id);
        if (asCsv)
            return new CsvTable("bookings.csv", newest.AsNoTracking().Select(r => new ValueTuple<Booking, User>(r.Booking, r.Buyer)).AsAsyncEnumerable()
                .Select(r => Row(r.Item1.HasLapsed(now) ? r.Item1.Expired() : r.Item1, r.Item2)).Prepend(Columns));

        var buyers = await page.Cut(newest).Select(r => new { r.Booking.Id, r.Buyer.Username, r.Buyer.Email }).ToDictionaryAsync(r => r.Id, cancellationToken);
        var ids = buyers.Keys.ToList();
        var bookings = await BookingRows.Read(db,
            db.Bookings.Where(b => ids.Contains(b.Id)).OrderByDescending(b => b.BookedAt).ThenByDescending(b => b.Id), now, cancellationToken);
        return new Tagged<Paged<BookingResponse>>(
            page.Of(bookings.ConvertAll(b => b with { Buyer = new(buyers[b.Id].Username, buyers[b.Id].Email) }), total, context,
                row => cursors.Write(new Position(page.Page + 1, Position.KeyOf(row.BookingDate), row.Id), list)), version: null);
    }

    private static readonly Dictionary<string, bool> Formats = new() { ["json"] = false, ["csv"] = true };

    private static readonly object?[] Columns = ["code", "status", "bookingDate", "username", "email", "tickets", "totalPrice", "currency", "paymentStatus"];

    private static object?[] Row(Booking booking, User user) =>
    [
        booking.Code, booking.Status.ToString().ToLowerInvariant(), booking.BookedAt, user.Username, user.Email, booking.Quantity,
        Currency.Get(booking.Currency).ToMajor(booking.TotalMinor), booking.Currency, booking.PaymentStatus.ToString().ToLowerInvariant(),
    ];
}
