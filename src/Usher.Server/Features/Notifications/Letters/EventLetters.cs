using Usher.Domain;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using static Usher.Server.Features.Notifications.Letters.Phrases;

namespace Usher.Server.Features.Notifications.Letters;

internal static class EventLetters
{
    /// <summary>Null if the recipient has no ticket any more.</summary>
    public static Letter? Changed(Event of, FormerEvent? before, IReadOnlyList<Booking> bookings, Func<Attachment?> calendar)
    {
        var standing = bookings.Where(b => b.Status == BookingStatus.Confirmed).ToList();
        return standing.Count == 0 || of.CancelledAt is not null ? null
            : new Letter($"Changed: {of.Name}", "The date or the place is new. Your tickets stay valid.", "Your event has changed", Tone.Warning)
            {
                Before = ["The organizer changed the date or the place of an event you have tickets for. This is how it stands now; your tickets stay valid."],
                Facts = [.. Facts(of, before), .. standing.Select(b => new Fact("Booking", $"{b.Code} ({Count(b.Quantity, "ticket", "tickets")})"))],
                After = of.CancellationDeadline is { } deadline
                    ? [$"If this does not suit you, you can cancel until {When(deadline, of.TimeZone)}."] : ["If this does not suit you, you can cancel your booking."],
                Attachment = calendar(),
            };
    }

    public static Letter? Cancelled(Event of, IReadOnlyList<Booking> bookings, Func<Attachment?> calendar)
    {
        // Without bookings that the buyer had cancelled before.
        var ended = bookings.Where(b => b.Status != BookingStatus.Cancelled || b.CancelReason == CancelReason.EventCancelled).ToList();
        var paidBack = ended.Aggregate(0L, (sum, b) => MinorUnits.Add(sum, b.CapturedMinor));
        return ended.Count == 0 ? null
            : new Letter($"Event cancelled: {of.Name}", paidBack == 0 ? "It will not take place." : "It will not take place. You get your money back.",
                "Your event is cancelled", Tone.Bad)
            {
                Before =
                [
                    $"{of.Name} will not take place, and your booking is cancelled.",
                    .. of.CancelReason is { Length: > 0 } reason ? (string[])[$"The organizer writes: {reason}"] : [],
                    paidBack == 0 ? "Nothing was paid, so nothing is paid back." : $"You get {Money(of.Currency, paidBack)} back, without doing anything.",
                ],
                Facts =
                [
                    .. Facts(of),
                    .. ended.Select(b => new Fact("Booking", $"{b.Code} ({Count(b.Quantity, "ticket", "tickets")}, {Money(b.Currency, b.CapturedMinor)})")),
                ],
                Attachment = calendar(),
            };
    }
}
