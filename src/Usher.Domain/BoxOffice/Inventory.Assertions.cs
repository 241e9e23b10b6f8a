namespace Usher.Domain.BoxOffice;

/// <summary>
/// What the decisions rely on, asserted in every build. The database's checks say the same of what is written; these fail before
/// anything is written, and name what does not agree.
/// </summary>
public sealed partial class Inventory
{
    private static TicketOffer TypeOf(EventOffer offer, Guid ticketTypeId) =>
        offer.TicketTypes.Find(t => t.Id == ticketTypeId) ?? throw new BrokenInvariantException($"Event {offer.Id} has no ticket type {ticketTypeId}, but a booking of it does.");

    /// <summary>No counter is negative, and none above its total.</summary>
    private static void AssertPossible(EventOffer offer)
    {
        if (offer.Sold < 0 || offer.Held < 0 || offer.Places.Free < 0)
            throw new BrokenInvariantException($"Event {offer.Id} counts {offer.Sold} sold and {offer.Held} held of {offer.Capacity}.");
    }

    private static void AssertPossible(TicketOffer type)
    {
        if (type.Sold < 0 || type.Held < 0 || type.Places.Free < 0)
            throw new BrokenInvariantException($"Ticket type {type.Id} counts {type.Sold} sold and {type.Held} held of {type.Total}.");
    }

    /// <summary>What the counters moved by is what the booking claims now and did not claim before.</summary>
    private static void AssertMoved(EventOffer offer, StockDelta counted, StockDelta claimed, Outcome outcome)
    {
        var moved = new StockDelta(offer.Sold, offer.Held) - counted;
        var decided = outcome is Outcome.Done { Booking: var after } ? ClaimOf(after) - claimed : default;
        if (moved != decided)
            throw new BrokenInvariantException($"Event {offer.Id} moved by {moved}, but its bookings by {decided}.");
    }

    /// <summary>The claim, before the command, of the booking that the command is about.</summary>
    private StockDelta ClaimOf(Command command) =>
        (command switch { Confirm confirm => confirm.BookingId, Cancel cancel => cancel.BookingId, _ => (Guid?)null }) is { } id && _bookings.TryGetValue(id, out var booking)
            ? ClaimOf(booking)
            : default;

    private static StockDelta ClaimOf(Booking booking) => booking.Status switch
    {
        BookingStatus.Confirmed => new(booking.Items.Sum(i => i.Quantity), 0),
        BookingStatus.Pending => new(0, booking.Items.Sum(i => i.Quantity)),
        _ => default,
    };
}

/// <summary>The stock and the bookings do not agree: a fault of the program, or of what is stored. Nothing of the batch is written.</summary>
public sealed class BrokenInvariantException(string message) : InvalidOperationException(message);
