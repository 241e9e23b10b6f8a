using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.BoxOffice;

internal static class ListEventBookings
{
    private static readonly QueryParameters Parameters = new([
        .. PageRequest.ParametersWithCursor,
        new("q", "A booking code, or part of a username or e-mail address."),
        new("status", "Only these states.", Values: ["pending", "confirmed", "cancelled"], Repeats: true),
        new("format", "csv for all rows as a table, as `Accept: text/csv` does.", Values: ["json", "csv"]),
    ]);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/events/{id:uuid}/bookings", Handle)
        .WithName("ListEventBookings").WithSummary("The bookings of an event, with their buyers")
        .WithDescription("For its organizer and admins, newest first. As CSV, all rows; cells that a spreadsheet would run are guarded.")
        .WithQuery(Parameters).AlsoAnswersCsv().Refuses(Problems.Forbidden, Problems.NotFound, Problems.PageTooDeep, Problems.PaginationConflict, Problems.CursorInvalid);

    private static async Task<Results<Tagged<Paged<BookingResponse>>, CsvRows, Problem>> Handle(
        Guid id, Caller caller, UsherDb db, DatabaseClock clock, Cursors cursors, HttpContext context, CancellationToken cancellationToken)
    {
        var query = Parameters.Read(context.Request);
        var list = $"bookings for {id} {query.Fingerprint(without: ["page", "limit", "cursor"])}";
        var page = PageRequest.From(query, cursors, list);
        var (text, statuses, now) = (query.Text("q"), query.Statuses(), clock.Now);
        var asCsv = query.OneOf("format", Formats) ?? context.Request.Headers.Accept.ToString().Contains("text/csv", StringComparison.OrdinalIgnoreCase);

        var found = await db.Events.Where(e => e.Id == id).Select(e => new { e.OrganizerId, e.Publication }).SingleOrDefaultAsync(cancellationToken);
        var mine = found?.OrganizerId == caller.UserId || caller.IsAdmin;
        if (found is null || (!mine && found.Publication == Publication.Draft))
            return new Problem(Problems.NotFound);
        if (!mine)
            return new Problem(Problems.Forbidden, "Only the event's organizer sees who booked.");

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
            return new CsvRows(newest.AsNoTracking().Select(r => new ValueTuple<Booking, User>(r.Booking, r.Buyer)).AsAsyncEnumerable(), now);

        var onPage = newest.Skip(page.Skip).Take(page.Limit + 1);
        var buyers = await onPage.Select(r => new { r.Booking.Id, r.Buyer.Username, r.Buyer.Email }).ToDictionaryAsync(r => r.Id, cancellationToken);
        var ids = buyers.Keys.ToList();
        var bookings = await BookingRows.Read(db,
            db.Bookings.Where(b => ids.Contains(b.Id)).OrderByDescending(b => b.BookedAt).ThenByDescending(b => b.Id), now, cancellationToken);
        return new Tagged<Paged<BookingResponse>>(
            page.Of(bookings.ConvertAll(b => b with { Buyer = new(buyers[b.Id].Username, buyers[b.Id].Email) }), total, context,
                row => cursors.Write(new Position(page.Page + 1, Position.KeyOf(row.BookingDate), row.Id), list)), version: null);
    }

    private static readonly Dictionary<string, bool> Formats = new() { ["json"] = false, ["csv"] = true };

    /// <summary>Written as it is read: a big event's list is never in memory as a whole.</summary>
    internal sealed class CsvRows(IAsyncEnumerable<(Booking, User)> rows, DateTimeOffset now) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "text/csv; charset=utf-8";
            httpContext.Response.Headers.ContentDisposition = "attachment; filename=\"bookings.csv\"";
            await using var writer = new StreamWriter(httpContext.Response.Body);
            // A cell that begins like a formula would be run by a spreadsheet.
            await using var csv = new CsvWriter(writer, new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                InjectionOptions = InjectionOptions.Escape,
                InjectionCharacters = ['=', '+', '-', '@', '\t', '\r'],
                InjectionEscapeCharacter = '\'',
            });
            foreach (var name in (string[])["code", "status", "bookingDate", "username", "email", "tickets", "totalPrice", "currency", "paymentStatus"])
                csv.WriteField(name);
            await csv.NextRecordAsync();
            await foreach (var (read, user) in rows.WithCancellation(httpContext.RequestAborted))
            {
                var booking = read.HasLapsed(now) ? read.Expired() : read;
                csv.WriteField(booking.Code);
                csv.WriteField(booking.Status.ToString().ToLowerInvariant());
                csv.WriteField(booking.BookedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                csv.WriteField(user.Username);
                csv.WriteField(user.Email);
                csv.WriteField(booking.Quantity);
                csv.WriteField(Currency.Get(booking.Currency).ToMajor(booking.TotalMinor));
                csv.WriteField(booking.Currency);
                csv.WriteField(booking.PaymentStatus.ToString().ToLowerInvariant());
                await csv.NextRecordAsync();
            }
        }
    }
}
