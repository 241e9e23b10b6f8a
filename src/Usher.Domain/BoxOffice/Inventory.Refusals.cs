using static Usher.Domain.BoxOffice.Outcome;

namespace Usher.Domain.BoxOffice;

/// <summary>The conditions of a sale.</summary>
public sealed partial class Inventory
{
    /// <summary>Every reason not to sell, from the order itself to the availability.</summary>
    private Refused? Refuse(EventOffer offer, List<(TicketOffer Type, long Quantity)> wanted, long tickets, Book book)
    {
        var most = offer.MaxPerBooking ?? _rules.DefaultMaxPerBooking;
        if (tickets > most)
            return new(Refusal.MaxPerBooking) { Limit = most };
        foreach (var (type, quantity) in wanted)
        {
            if (quantity > type.MaxPerBooking)
                return new(Refusal.MaxPerBooking) { Limit = type.MaxPerBooking, TicketTypeId = type.Id };
            if (quantity < type.MinPerBooking)
                return new(Refusal.BelowMinimum) { Limit = type.MinPerBooking, TicketTypeId = type.Id };
        }

        if (OnSale.Refuse(offer.StatusAt(_now), offer.Sales, _now) is { } closed)
            return new(closed);
        foreach (var (type, _) in wanted)
            if (OnSale.Refuse(type.Sales, _now) is { } typeClosed)
                return new(typeClosed) { TicketTypeId = type.Id };

        if (offer.MaxPerUser is { } cap)
        {
            var has = _ticketsOfUsers.GetValueOrDefault((book.UserId, offer.Id));
            if (has + tickets > cap)
                return new(Refusal.MaxPerUser) { Limit = cap, Available = Math.Max(0, cap - has) };
        }

        if (book.Hold)
        {
            var (mostHeld, held) = (_rules.MaxHeldPerUser ?? most, _heldByUsers.GetValueOrDefault((book.UserId, offer.Id)));
            if (held + tickets > mostHeld)
                return new(Refusal.MaxHeld) { Limit = mostHeld, Available = Math.Max(0, mostHeld - held) };
        }

        if (offer.Places.IsSoldOut)
            return new(Refusal.SoldOut) { Available = 0 };
        foreach (var (type, quantity) in wanted)
        {
            if (type.Places.IsSoldOut)
                return new(Refusal.SoldOut) { Available = 0, TicketTypeId = type.Id };
            if (quantity > type.Places.Free)
                return new(Refusal.InsufficientAvailability) { Available = Math.Min(type.Places.Free, offer.Places.Free), TicketTypeId = type.Id };
        }
        return tickets > offer.Places.Free ? new(Refusal.InsufficientAvailability) { Available = offer.Places.Free } : null;
    }
}
