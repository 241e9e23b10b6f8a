using Usher.Domain.BoxOffice;

namespace Usher.UnitTests.BoxOffice;

/// <summary>What holds in a ledger after every batch. The bookings are the truth that the counters are held against.</summary>
internal static class Invariants
{
    public static IEnumerable<string> Breaches(Ledger ledger) =>
        [.. ledger.Breaches, .. ledger.Events.SelectMany(e => Stock(ledger, e)), .. ledger.Events.SelectMany(e => Caps(ledger, e)), .. Money(ledger)];

    private static IEnumerable<string> Stock(Ledger ledger, EventPlan plan)
    {
        var bookings = ledger.Bookings.Where(b => b.EventId == plan.Id).ToList();
        var house = new StockDelta(0, 0);
        foreach (var type in plan.Types)
        {
            var truth = new StockDelta(Tickets(type, BookingStatus.Confirmed), Tickets(type, BookingStatus.Pending));
            house += truth;
            var counter = ledger.Counter(type.Id);
            if (counter != truth)
                yield return $"I1: a type counts {counter}, its bookings {truth}";
            if (truth.Sold + truth.Held > type.Total)
                yield return $"I2: a type of {type.Total} has {truth}";
            if (counter.Sold < 0 || counter.Held < 0)
                yield return $"I3: a type counts {counter}";
        }
        var counted = ledger.Counter(plan.Id);
        if (counted != house)
            yield return $"I1: an event counts {counted}, its bookings {house}";
        if (house.Sold + house.Held > ledger.Capacity(plan))
            yield return $"I2: a house of {ledger.Capacity(plan)} has {house}";
        if (counted.Sold < 0 || counted.Held < 0)
            yield return $"I3: an event counts {counted}";
        var soldOut = house.Sold >= ledger.Capacity(plan) || plan.Types.All(t => Tickets(t, BookingStatus.Confirmed) >= t.Total);
        if (ledger.IsSoldOut(plan) != soldOut)
            yield return $"I1: sold out says {ledger.IsSoldOut(plan)}";

        int Tickets(TypePlan type, BookingStatus status) =>
            bookings.Where(b => b.Status == status).SelectMany(b => b.Items).Where(i => i.TicketTypeId == type.Id).Sum(i => i.Quantity);
    }

    private static IEnumerable<string> Caps(Ledger ledger, EventPlan plan) => OfAPerson(ledger, plan).Concat(Held(ledger, plan));

    /// <summary>Of holds that lapsed, too, for as long again. A payment without an answer is none.</summary>
    private static IEnumerable<string> Held(Ledger ledger, EventPlan plan) =>
        from booking in ledger.Bookings
        where booking.EventId == plan.Id && booking.SettleAt is null
            && (booking.Status == BookingStatus.Pending || booking.CancelReason == CancelReason.Expired)
            && (booking.ExpiresAt ?? booking.CancelledAt) > Sale.Rules.HeldSince(ledger.Now)
        group booking.Quantity by booking.UserId into holds
        where holds.Sum() > (plan.MaxPerBooking ?? Sale.Rules.DefaultMaxPerBooking)
        select $"I2: one holds {holds.Sum()}";

    private static IEnumerable<string> OfAPerson(Ledger ledger, EventPlan plan) =>
        from booking in ledger.Bookings
        where booking.EventId == plan.Id && ledger.Claims(booking)
        group booking.Quantity by booking.UserId into has
        where has.Sum() > plan.MaxPerUser
        select $"I2: one of {plan.MaxPerUser} a person has {has.Sum()}";

    private static IEnumerable<string> Money(Ledger ledger)
    {
        var prices = ledger.Events.SelectMany(e => e.Types).ToDictionary(t => t.Id, t => t.Price);
        foreach (var booking in ledger.Bookings)
        {
            if (booking.TotalMinor != booking.Items.Sum(i => i.Quantity * prices[i.TicketTypeId]))
                yield return $"I7: a total of {booking.TotalMinor} is not what its tickets cost";
            if (booking.CapturedMinor != (booking.ConfirmedAt is null ? 0 : booking.TotalMinor))
                yield return $"I7: {booking.CapturedMinor} of {booking.TotalMinor} was taken for a booking confirmed at {booking.ConfirmedAt}";
            if (booking.RefundMinor < 0 || booking.RefundMinor > booking.CapturedMinor)
                yield return $"I7: {booking.RefundMinor} owed of {booking.CapturedMinor}";
        }
        var captured = ledger.Bookings.Sum(b => b.CapturedMinor);
        var kept = ledger.Bookings.Where(b => b.Status == BookingStatus.Confirmed).Sum(b => b.TotalMinor);
        var owed = ledger.Bookings.Sum(b => b.RefundMinor);
        if (captured != kept + owed)
            yield return $"I7: {captured} taken, {kept} sold, {owed} to give back";
    }
}
