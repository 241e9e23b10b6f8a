using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <summary>Bookings as they are shown: with their event and the names of their ticket types. A lapsed hold is shown as cancelled.</summary>
internal static class BookingRows
{
    public static async Task<List<BookingResponse>> Read(UsherDb db, IQueryable<Booking> page, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var bookings = await page.AsNoTracking().Include(b => b.Items.OrderBy(i => i.Id)).AsSplitQuery().ToListAsync(cancellationToken);
        var eventIds = bookings.Select(b => b.EventId).Distinct().ToList();
        var events = await db.Events.AsNoTracking().Where(e => eventIds.Contains(e.Id))
            .Select(e => new { e.Id, e.Name, e.StartsAt, e.EndsAt, e.TimeZone, e.LocalDate, e.Location, e.CancelledAt, e.SoldOut, e.Version })
            .ToDictionaryAsync(e => e.Id, cancellationToken);
        var names = await db.TicketTypes.AsNoTracking().Where(t => eventIds.Contains(t.EventId))
            .Select(t => new { t.Id, t.Name }).ToDictionaryAsync(t => t.Id, t => t.Name, cancellationToken);

        return bookings.ConvertAll(b =>
        {
            var e = events[b.EventId];
            var status = Domain.Catalog.EventStatuses.Of(e.CancelledAt is not null, e.EndsAt ?? e.StartsAt, e.SoldOut, now);
            return BookingResponse.From(b.HasLapsed(now) ? b.Expired() : b,
                new EventSummary(e.Id, e.Name, e.StartsAt, e.TimeZone, e.LocalDate, e.Location, status, e.Version), names);
        });
    }

    /// <summary>Filters by the shown status: a lapsed hold is not pending, swept or not.</summary>
    public static IQueryable<Booking> InStatus(this IQueryable<Booking> bookings, IReadOnlyList<BookingStatus> any, DateTimeOffset now)
    {
        if (any.Count == 0)
            return bookings;
        var (pending, confirmed, cancelled) = (any.Contains(BookingStatus.Pending), any.Contains(BookingStatus.Confirmed), any.Contains(BookingStatus.Cancelled));
        return bookings.Where(b =>
            (confirmed && b.Status == BookingStatus.Confirmed)
            || (cancelled && b.Status == BookingStatus.Cancelled)
            || (pending && b.Status == BookingStatus.Pending && b.ExpiresAt > now)
            || (cancelled && b.Status == BookingStatus.Pending && b.ExpiresAt <= now));
    }

    /// <summary>Rows after a position in a list by booking date. An index can use the first comparison.</summary>
    public static IQueryable<Booking> BookedAfter(this IQueryable<Booking> bookings, Platform.Http.Position position, bool descending)
    {
        var (at, id) = (position.Instant, position.Id);
        return descending
            ? bookings.Where(b => b.BookedAt <= at && (b.BookedAt < at || b.Id.CompareTo(id) < 0))
            : bookings.Where(b => b.BookedAt >= at && (b.BookedAt > at || b.Id.CompareTo(id) > 0));
    }

    /// <summary>This filter has always taken its names in any case.</summary>
    public static List<BookingStatus> Statuses(this Platform.Http.Query query) => query.ManyOf<BookingStatus>("status", comparison: StringComparison.OrdinalIgnoreCase);
}
