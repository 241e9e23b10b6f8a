using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

internal static class ListUserBookings
{
    private static readonly QueryParameters Parameters = new([
        .. PageRequest.ParametersWithCursor,
        new("sortBy", "Sort key. `date` is the date of the event.", Values: Choice.Of<Sort>("BookingSort"), Default: WireNames<Sort>.Of(Sort.BookingDate)),
        new("order", "Sort direction. The default is descending for `bookingDate` and ascending for the others.", Values: Query.SortDirection),
        new("status", "Bookings in any of these states.", Values: Choice.Of<BookingStatus>(), Repeats: true),
    ]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/api/users/{user:user}/bookings", Methods.Read, Handle)
            .WithName("ListUserBookings").WithSummary("List a user's bookings").WithDescription("`me` stands for the caller. Only admins can list the bookings of other users.")
            .WithQuery(Parameters).Refuses(Problems.Forbidden, Problems.NotFound, Problems.PageTooDeep, Problems.PaginationConflict, Problems.CursorInvalid);
        routes.MapMethods("/api/me/bookings", Methods.Read, (Caller caller, UsherDb db, DatabaseClock clock, Cursors cursors, HttpContext context, CancellationToken cancellationToken) =>
                Handle("me", caller, db, clock, cursors, context, cancellationToken))
            .WithName("ListMyBookings").WithSummary("List your bookings").WithDescription("Includes holds and cancelled bookings.")
            .WithQuery(Parameters).Refuses(Problems.PageTooDeep, Problems.PaginationConflict, Problems.CursorInvalid);
    }

    private static async Task<Results<Tagged<Paged<BookingResponse>>, Problem>> Handle(
        string user, Caller caller, UsherDb db, DatabaseClock clock, Cursors cursors, HttpContext context, CancellationToken cancellationToken)
    {
        var userId = user == "me" ? caller.UserId : Guid.Parse(user);
        var query = Parameters.Read(context.Request);
        var sort = query.OneOf<Sort>("sortBy") ?? Sort.BookingDate;
        var descending = query.Descending(unlessTold: sort == Sort.BookingDate);
        var statuses = query.Statuses();
        var list = $"bookings of {userId} {sort} {descending} {query.Normal(without: ["page", "limit", "cursor", "sortBy", "order"])}";
        var page = PageRequest.From(query, cursors, list);
        if (page.After is not null && sort != Sort.BookingDate)
            throw Cursors.Invalid();
        if (userId != caller.UserId && !caller.IsAdmin)
            return new Problem(Problems.Forbidden, "These bookings belong to another account.");

        var now = clock.Now;
        var bookings = db.Bookings.Where(b => b.UserId == userId).InStatus(statuses, now);
        var total = await PageRequest.Count(bookings, cancellationToken);
        if (page.After is { } after)
            bookings = bookings.BookedAfter(after, descending);
        var sorted = (sort, descending) switch
        {
            (Sort.BookingDate, false) => bookings.OrderBy(b => b.BookedAt).ThenBy(b => b.Id),
            (Sort.BookingDate, true) => bookings.OrderByDescending(b => b.BookedAt).ThenByDescending(b => b.Id),
            (Sort.TotalPrice, false) => bookings.OrderBy(b => b.TotalMinor).ThenBy(b => b.Id),
            (Sort.TotalPrice, true) => bookings.OrderByDescending(b => b.TotalMinor).ThenByDescending(b => b.Id),
            (_, false) => bookings.OrderBy(b => db.Events.Where(e => e.Id == b.EventId).Select(e => e.StartsAt).First()).ThenBy(b => b.Id),
            (_, true) => bookings.OrderByDescending(b => db.Events.Where(e => e.Id == b.EventId).Select(e => e.StartsAt).First()).ThenByDescending(b => b.Id),
        };
        var rows = await BookingRows.Read(db, page.Cut(sorted), now, cancellationToken);
        return new Tagged<Paged<BookingResponse>>(page.Of(rows, total, context,
            sort == Sort.BookingDate ? row => cursors.Write(new Position(page.Page + 1, Position.KeyOf(row.BookingDate), row.Id), list) : null), version: null);
    }

    /// <c>me</c>, or a UUID. A regular expression in a route would ignore case, and would accept ids that cannot be parsed.
    internal sealed class Whose : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            values[routeKey] is string text && (text == "me" || Uuid.TryParse(text, out _));
    }

    private enum Sort { [JsonStringEnumMemberName("bookingDate")] BookingDate, Date, [JsonStringEnumMemberName("totalPrice")] TotalPrice }
}
