using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <summary>Finds a booking by id or code for callers who may see it: its buyer, its organizer, an admin.</summary>
internal sealed record BookingAddress(Guid Id, Guid EventId, Guid UserId, Guid OrganizerId, string BuyerName, string? BuyerDisplayName, string BuyerEmail)
{
    /// <summary>Null if there is none, or if the caller may not see it: the two cases look the same.</summary>
    public static Task<BookingAddress?> Find(string address, Caller caller, UsherDb db, CancellationToken cancellationToken)
    {
        var bookings = db.Bookings.AsNoTracking();
        bookings = Uuid.TryParse(address, out var id) ? bookings.Where(b => b.Id == id)
            : BookingCode.TryNormalize(address, out var code) ? bookings.Where(b => b.Code == code)
            : bookings.Where(b => false);
        return (from b in bookings
                join e in db.Events on b.EventId equals e.Id
                join u in db.Users on b.UserId equals u.Id
                where b.UserId == caller.UserId || e.OrganizerId == caller.UserId || caller.IsAdmin
                select new BookingAddress(b.Id, b.EventId, b.UserId, e.OrganizerId, u.Username, u.DisplayName, u.Email)).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Only the organizer and admins may see the buyer.</summary>
    public Buyer? BuyerFor(Caller caller) => caller.IsAdmin || OrganizerId == caller.UserId ? new Buyer(BuyerName, BuyerDisplayName, BuyerEmail) : null;

    /// <summary>Accepts a UUID of 36 characters or a booking code.</summary>
    internal sealed class Constraint : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            values[routeKey] is string text && (Uuid.TryParse(text, out _) || BookingCode.TryNormalize(text, out _));
    }
}
