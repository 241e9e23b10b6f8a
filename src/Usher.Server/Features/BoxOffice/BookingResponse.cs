using System.Globalization;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.BoxOffice;

/// <summary>A booking. A pending booking is a hold. Its places become available again at <c>expiresAt</c>.</summary>
/// <param name="Code">Code for people: 8 characters without I, L, O and U.</param>
/// <param name="BookingDate">Time at which the booking was made.</param>
/// <param name="TotalPrice">Total price in major units of the currency.</param>
/// <param name="TotalPriceMinor">Total price in minor units.</param>
/// <param name="ExpiresAt">Time until which the places are held. Null unless the booking is pending.</param>
/// <param name="Refund">The refund, pending or done. Null if there is none.</param>
/// <param name="Buyer">The buyer. Null unless you are the event's organizer or an admin.</param>
/// <param name="Version">Number that rises with each change.</param>
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
            // The stored local time: a response after the commit must not depend on the zones that this machine knows.
            new(ofEvent.Id, ofEvent.Name, ofEvent.StartsAt, ofEvent.TimeZone, ofEvent.LocalDate.ToString("s", CultureInfo.InvariantCulture),
                ofEvent.Location, ofEvent.Status),
            buyer, booking.Version);
    }
}

public enum RefundStatus { Pending, Done }

/// <param name="Amount">Amount in major units.</param>
/// <param name="AmountMinor">Amount in minor units.</param>
public sealed record RefundResponse(decimal Amount, long AmountMinor, RefundStatus Status);

/// <param name="PriceAtBooking">Price of one ticket, in major units. Later price changes do not affect it.</param>
/// <param name="LineTotal">Total price of the item, in major units.</param>
public sealed record BookingItemResponse(
    Guid Id, Guid BookingId, Guid TicketTypeId, string TicketTypeName, int Quantity,
    decimal PriceAtBooking, long PriceAtBookingMinor, decimal LineTotal, long LineTotalMinor);

/// <param name="Date">Start of the event in UTC.</param>
/// <param name="LocalDate">Start of the event in local time at the place, without an offset.</param>
public sealed record BookedEvent(Guid Id, string Name, DateTimeOffset Date, string TimeZone, string LocalDate, string Location, EventStatus Status);

public sealed record Buyer(string Username, string? DisplayName, string Email);
