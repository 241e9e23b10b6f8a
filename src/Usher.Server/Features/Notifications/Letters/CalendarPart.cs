using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Contract;
using static Usher.Server.Features.Notifications.Letters.Phrases;

namespace Usher.Server.Features.Notifications.Letters;

/// <summary>What a letter does in the calendar of its reader: writes the entry of the event, writes it anew, or takes it out.</summary>
internal static class CalendarPart
{
    /// <param name="of">The event, as it is now.</param>
    /// <param name="bookings">All of the reader's that were ever confirmed: their entry is one.</param>
    /// <param name="organizer">The address the letter comes from.</param>
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
