using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Contract;
using static Usher.Server.Features.Notifications.Letters.Phrases;

namespace Usher.Server.Features.Notifications.Letters;

/// <summary>Calendar attachment of a letter: adds, updates or removes the entry of the event.</summary>
internal static class CalendarPart
{
    /// <param name="of">The current event.</param>
    /// <param name="bookings">All bookings of the reader that were ever confirmed, which share one entry.</param>
    /// <param name="organizer">Sender address.</param>
    public static Attachment Of(Event of, IReadOnlyList<Booking> bookings, string organizer)
    {
        var standing = bookings.Where(b => b.Status == BookingStatus.Confirmed).ToList();
        var entry = new BuyersEntry(organizer,
            bookings.Count + bookings.Count(b => b.CancelledAt is not null),
            bookings.Max(b => b.CancelledAt ?? b.ConfirmedAt!.Value),
            standing.Count > 0,
            standing.Count == 0 ? null : $"{Count(standing.Sum(b => (long)b.Quantity), "ticket", "tickets")}. " +
                $"{(standing.Count == 1 ? "Booking code" : "Booking codes")} {string.Join(", ", standing.Select(b => b.Code))}.");
        return new("event.ics", $"text/calendar; method={entry.Method(of)}", EventCalendar.Compose(of, entry));
    }
}
