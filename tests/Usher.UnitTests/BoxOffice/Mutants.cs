using Usher.Domain.BoxOffice;

namespace Usher.UnitTests.BoxOffice;

internal sealed class SellsByStaleCounters(EventPlan[] events) : Ledger(events)
{
    private readonly Dictionary<Guid, StockDelta> _before = [];

    protected override StockDelta ReadCounter(Guid id) => _before.GetValueOrDefault(id);

    protected override void Count(Guid id, StockDelta delta)
    {
        _before[id] = Counter(id);
        base.Count(id, delta);
    }
}

internal sealed class DoesNotCountTheHouse(EventPlan[] events) : Ledger(events)
{
    protected override void CountEvent(Guid id, StockDelta delta) { }
}

internal sealed class DoesNotKnowItsBuyers(EventPlan[] events) : Ledger(events)
{
    protected override int TicketsOf(Guid user, Guid eventId) => 0;
}

internal sealed class DoesNotKnowItsHolders(EventPlan[] events) : Ledger(events)
{
    public override int HeldBy(Guid user, Guid eventId) => 0;
}

internal sealed class KeepsLapsedPlaces(EventPlan[] events) : Ledger(events)
{
    protected override IEnumerable<LapsedHold> FindLapsed(Guid eventId)
    {
        ExpireHolds(new HashSet<Guid> { eventId });
        return [];
    }
}

internal sealed class GivesBackTwice(EventPlan[] events) : Ledger(events)
{
    protected override void ExpireHolds(IReadOnlySet<Guid> events) { }
}

internal sealed class ReadsOldBookings(EventPlan[] events) : Ledger(events)
{
    private readonly Dictionary<Guid, Booking> _first = [];

    protected override Booking Read(Guid booking) => _first.TryGetValue(booking, out var first) ? first : _first[booking] = base.Read(booking);
}

internal sealed class KeepsTheMoney(EventPlan[] events) : Ledger(events)
{
    protected override Booking Write(Booking booking) => booking with { RefundMinor = 0 };
}

internal sealed class SellsFromOldPages(EventPlan[] events) : Ledger(events)
{
    protected override bool ReadCalledOff(Guid eventId) => false;
}

internal sealed class LeaksPlaces(EventPlan[] events) : Ledger(events)
{
    protected override void Count(Guid id, StockDelta delta) => base.Count(id, delta with { Held = Math.Max(0, delta.Held) });
}

internal sealed class ForgetsWithinABatch(EventPlan[] events) : Ledger(events)
{
    protected override (Inventory, IReadOnlyList<Outcome>) DecideAll(Func<Inventory> open, IReadOnlyList<Command> batch)
    {
        var inventory = open();
        return (inventory, [.. batch.Select((command, i) => i == 0 ? inventory.Decide(command) : open().Decide(command))]);
    }
}
