using System.Globalization;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.BoxOffice;

/// <summary>A booking. While it is pending it is a hold, and its places are free again at <c>expiresAt</c>.</summary>
/// <param name="Code">For people: 8 characters without I, L, O and U.</param>
/// <param name="BookingDate">When it was made.</param>
/// <param name="TotalPrice">In major units of the currency.</param>
/// <param name="TotalPriceMinor">The same in minor units.</param>
/// <param name="ExpiresAt">Until when the places are held; null unless pending.</param>
/// <param name="Refund">What is or was paid back; null when nothing is.</param>
/// <param name="Buyer">Shown to the event's organizer and to admins, else null.</param>
/// <param name="Version">Counts the changes.</param>
public sealed record BookingResponse(
    Guid Id, string Code, Guid UserId, Guid EventId, DateTimeOffset BookingDate, decimal TotalPrice, long TotalPriceMinor, string Currency,
    BookingStatus Status, PaymentStatus PaymentStatus, RefundResponse? Refund, DateTimeOffset? ExpiresAt, DateTimeOffset? ConfirmedAt,
    DateTimeOffset? CancelledAt, CancelReason? CancelReason, IReadOnlyList<BookingItemResponse> Items, BookedEvent Event, Buyer? Buyer, int Version)
{
    internal static BookingResponse From(Booking booking, EventSummary ofEvent, IReadOnlyDictionary<Guid, string> ticketTypeNames, Buyer? buyer = null)
    {
        var currency = Domain.Currency.Get(booking.Currency);
        return new(
            booking.Id, booking.Code, booking.UserId, booking.EventId, booking.BookedAt, currency.ToMajor(booking.TotalMinor), booking.TotalMinor,
            booking.Currency, booking.Status, booking.PaymentStatus,
            booking.RefundMinor == 0 ? null : new(currency.ToMajor(booking.RefundMinor), booking.RefundMinor, booking.RefundDone ? RefundStatus.Done : RefundStatus.Pending),
            booking.ExpiresAt, booking.ConfirmedAt, booking.CancelledAt, booking.CancelReason,
            [.. booking.Items.Select(i => new BookingItemResponse(
                i.Id, i.BookingId, i.TicketTypeId, ticketTypeNames[i.TicketTypeId], i.Quantity,
                currency.ToMajor(i.UnitPriceMinor), i.UnitPriceMinor, currency.ToMajor(i.LineTotalMinor), i.LineTotalMinor))],
            // The stored time on the clock of the place: what is answered after the commit cannot depend on the zones that this machine knows.
            new(ofEvent.Id, ofEvent.Name, ofEvent.StartsAt, ofEvent.TimeZone, ofEvent.LocalDate.ToString("s", CultureInfo.InvariantCulture),
                ofEvent.Location, ofEvent.Status),
            buyer, booking.Version);
    }
}

public enum RefundStatus { Pending, Done }

/// <param name="Amount">In major units.</param>
/// <param name="AmountMinor">In minor units.</param>
public sealed record RefundResponse(decimal Amount, long AmountMinor, RefundStatus Status);

/// <param name="PriceAtBooking">Of one ticket, in major units; later price changes do not touch it.</param>
/// <param name="LineTotal">In major units.</param>
public sealed record BookingItemResponse(
    Guid Id, Guid BookingId, Guid TicketTypeId, string TicketTypeName, int Quantity,
    decimal PriceAtBooking, long PriceAtBookingMinor, decimal LineTotal, long LineTotalMinor);

/// <param name="Date">When it begins, in UTC.</param>
/// <param name="LocalDate">When it begins on a clock at the place, without an offset.</param>
public sealed record BookedEvent(Guid Id, string Name, DateTimeOffset Date, string TimeZone, string LocalDate, string Location, EventStatus Status);

public sealed record Buyer(string Username, string? DisplayName, string Email);
