using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <summary>A booking with its buyer, for the organizer of its event.</summary>
internal sealed class BookedBy
{
    public required Booking Booking { get; init; }
    public required User Buyer { get; init; }

    public static readonly QueryParameter[] Filters =
    [
        new("q", "A booking code, or part of a username, display name or e-mail address."),
        new("status", "Bookings in any of these states.", Values: Choice.Of<BookingStatus>(), Repeats: true),
    ];

    public static IQueryable<BookedBy> Find(UsherDb db, Guid eventId, Query query, DateTimeOffset now)
    {
        var rows = from b in db.Bookings.Where(b => b.EventId == eventId).InStatus(query.Statuses(), now)
                   join u in db.Users on b.UserId equals u.Id
                   select new BookedBy { Booking = b, Buyer = u };
        if (query.Text("q") is not { Length: > 0 } text)
            return rows;
        var typed = Text.Clean(text);
        var (key, code) = (typed.ToLowerInvariant(), BookingCode.TryNormalize(text, out var normal) ? normal : "");
        // A display name has no folded key, and SQLite ignores case only in ASCII.
        var (upper, title) = (typed.ToUpperInvariant(), $"{typed[..Math.Min(1, typed.Length)].ToUpperInvariant()}{key[Math.Min(1, key.Length)..]}");
#pragma warning disable CA1304, CA1311, CA1862 // It is the database that compares.
        return rows.Where(r => r.Booking.Code == code || r.Buyer.UsernameKey.Contains(key) || r.Buyer.EmailKey.Contains(key)
            || (r.Buyer.DisplayName != null
                && (r.Buyer.DisplayName.ToLower().Contains(key) || r.Buyer.DisplayName.Contains(typed) || r.Buyer.DisplayName.Contains(upper) || r.Buyer.DisplayName.Contains(title))));
#pragma warning restore CA1304, CA1311, CA1862
    }
}

internal static class NewestBookings
{
    public static IOrderedQueryable<BookedBy> NewestFirst(this IQueryable<BookedBy> rows) =>
        rows.OrderByDescending(r => r.Booking.BookedAt).ThenByDescending(r => r.Booking.Id);
}
