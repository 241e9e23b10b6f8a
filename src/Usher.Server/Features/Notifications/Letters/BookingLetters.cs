using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using static Usher.Server.Features.Notifications.Letters.Phrases;

namespace Usher.Server.Features.Notifications.Letters;

internal static class BookingLetters
{
    public static Letter Confirmed(Event of, Booking booking, IReadOnlyDictionary<Guid, string> ticketTypes, Func<Attachment?> calendar)
    {
        var tickets = Count(booking.Quantity, "ticket", "tickets");
        var stands = booking.Status == BookingStatus.Confirmed && of.CancelledAt is null;
        return new Letter($"Confirmed: {of.Name}", $"{tickets}, booking {booking.Code}", "Your booking is confirmed", stands ? Tone.Good : Tone.Warning)
        {
            Code = booking.Code,
            Before = stands ? ["Show this code at the door."] : ["This booking was confirmed, but has been cancelled since. There is another message about that."],
            Facts = [.. Facts(of)],
            Table = Items(booking, ticketTypes),
            Attachment = stands ? calendar() : null,
        };
    }

    /// <summary>Null if the hold has ended.</summary>
    public static Letter? Expiring(Event of, Booking booking, IReadOnlyDictionary<Guid, string> ticketTypes, DateTimeOffset now) =>
        booking.Status != BookingStatus.Pending || booking.HasLapsed(now) || booking.SettleAt is not null ? null
        : new Letter($"Your tickets are held until {Clock(booking.ExpiresAt!.Value, of.TimeZone)}: {of.Name}", "Confirm the booking, or they go back on sale.",
            "Your tickets are still waiting", Tone.Warning)
        {
            Code = booking.Code,
            Before = ["Confirm your booking before the time below. After it, anyone can buy these tickets."],
            Facts = [new("Held until", When(booking.ExpiresAt.Value, of.TimeZone)), .. Facts(of)],
            Table = Items(booking, ticketTypes),
        };

    public static Letter Cancelled(Event of, Booking booking, IReadOnlyDictionary<Guid, string> ticketTypes, Func<Attachment?> calendar) =>
        new($"Booking cancelled: {of.Name}", $"Booking {booking.Code} is cancelled. {Refund(booking)}", "Your booking is cancelled", Tone.Bad)
        {
            Code = booking.Code,
            Before = [WhoCancelled(booking), Refund(booking)],
            Facts = [.. Facts(of)],
            Table = Items(booking, ticketTypes),
            // A hold that was never confirmed is in no calendar.
            Attachment = booking.ConfirmedAt is null ? null : calendar(),
        };

    private static string WhoCancelled(Booking booking) => booking.CancelReason switch
    {
        CancelReason.User => "You cancelled this booking. Its tickets are not valid any more.",
        CancelReason.PaymentFailed => "The payment did not go through, so this booking is cancelled.",
        CancelReason.EventCancelled => "The event is cancelled, and so is this booking.",
        _ => $"This booking was cancelled for you. Its tickets are not valid any more.{(booking.CancelNote is null ? "" : $"\nThe reason given: {booking.CancelNote}")}",
    };

    private static string Refund(Booking booking) =>
        booking.RefundMinor == 0 ? "Nothing was paid, so nothing is paid back."
        : booking.RefundDone ? $"{Money(booking.Currency, booking.RefundMinor)} was paid back."
        : $"{Money(booking.Currency, booking.RefundMinor)} is being paid back.";
}
