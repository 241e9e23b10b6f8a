using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
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
        new("q", "A booking code, or part of a username, display name or e-mail address. Case and accents do not matter."),
        new("status", "Bookings in any of these states.", Values: Choice.Of<BookingStatus>(), Repeats: true),
    ];

    public static Filter Read(Query query) => new(query.Statuses(), query.Text("q"));

    public static async Task<IQueryable<BookedBy>> Find(UsherDb db, Guid eventId, Filter filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = from b in db.Bookings.Where(b => b.EventId == eventId).InStatus(filter.Statuses, now)
                   join u in db.Users on b.UserId equals u.Id
                   select new BookedBy { Booking = b, Buyer = u };
        if (filter.Text is not { Length: > 0 } text)
            return rows;
        var code = BookingCode.TryNormalize(text, out var normal) ? normal : "";
        var buyers = await Called(db, eventId, text, cancellationToken);
        return rows.Where(r => r.Booking.Code == code || buyers.Contains(r.Buyer.Id));
    }

    /// <summary>Compared here, letter by letter as everywhere else: neither database folds names as the lists of events do.</summary>
    private static async Task<List<Guid>> Called(UsherDb db, Guid eventId, string text, CancellationToken cancellationToken)
    {
        var (typed, key) = (Text.Clean(text), SearchText.NameKey(text));
        var buyers = db.Users.Where(u => db.Bookings.Where(b => b.EventId == eventId).Select(b => b.UserId).Contains(u.Id))
            .Select(u => new { u.Id, u.Username, u.Email, u.DisplayName }).AsAsyncEnumerable();
        var called = new List<Guid>();
        await foreach (var buyer in buyers.WithCancellation(cancellationToken))
        {
            if (IsPartOf(buyer.Username) || IsPartOf(buyer.Email) || IsPartOf(buyer.DisplayName))
                called.Add(buyer.Id);
        }
        return called;

        // As it was typed: signs that no key has, and parts of words that the signs around them make up.
        bool IsPartOf(string? name) => name is not null
            && (name.Contains(typed, StringComparison.OrdinalIgnoreCase) || (key.Length > 0 && SearchText.NameKey(name).Contains(key, StringComparison.Ordinal)));
    }

    internal sealed record Filter(IReadOnlyList<BookingStatus> Statuses, string? Text);
}

internal static class NewestBookings
{
    public static IOrderedQueryable<BookedBy> NewestFirst(this IQueryable<BookedBy> rows) =>
        rows.OrderByDescending(r => r.Booking.BookedAt).ThenByDescending(r => r.Booking.Id);
}
