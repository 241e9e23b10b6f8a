using Usher.Domain;
using Usher.Domain.BoxOffice;

namespace Usher.UnitTests.BoxOffice;

internal sealed record TypePlan(Guid Id, long Price, int Total, int Min, int? Max);

internal sealed record EventPlan(
    Guid Id, int Capacity, int? MaxPerBooking, int? MaxPerUser, TimeSpan? SalesStart, TimeSpan? SalesEnd, TimeSpan Starts, TypePlan[] Types);

/// <summary>
/// The database's part of a sale, in memory: gives an inventory what it would read under the lock, and writes what comes
/// of it as the engines do. The virtual members are what a mutant gets wrong.
/// </summary>
internal class Ledger
{
    public static readonly DateTimeOffset Start = Sale.Noon;

    private readonly Dictionary<Guid, Booking> _bookings = [];
    private readonly Dictionary<Guid, StockDelta> _counters = [];
    private readonly Dictionary<Guid, int> _capacities;
    private readonly HashSet<Guid> _soldOut = [];
    private readonly HashSet<Guid> _calledOff = [];
    private readonly List<string> _breaches = [];
    private int _made;
    private byte _idsOfBooking;

    public Ledger(EventPlan[] events)
    {
        Events = events;
        _capacities = events.ToDictionary(e => e.Id, e => e.Capacity);
        foreach (var plan in events)
            NoteSoldOut(plan);
    }

    public EventPlan[] Events { get; }
    public DateTimeOffset Now { get; set; } = Start;
    public List<Guid> Order { get; } = [];
    public IEnumerable<Booking> Bookings => Order.Select(id => _bookings[id]);

    /// <summary>What was written against a rule that only the moment of writing can see.</summary>
    public IReadOnlyList<string> Breaches => _breaches;

    public Booking Find(Guid booking) => _bookings[booking];
    public int Capacity(EventPlan plan) => _capacities[plan.Id];
    public bool IsSoldOut(EventPlan plan) => _soldOut.Contains(plan.Id);

    /// <summary>The counter of an event or a ticket type as it is kept.</summary>
    public StockDelta Counter(Guid id) => _counters.GetValueOrDefault(id);

    public IReadOnlyList<Outcome> Decide(IReadOnlyList<Command> batch)
    {
        var events = batch.Select(c => c.EventId).ToHashSet();
        Inventory Open() => new(
            Now, Sale.Rules,
            Events.Where(e => events.Contains(e.Id)).Select(Offer),
            batch.Select(BookingOf).OfType<Guid>().Distinct().Where(_bookings.ContainsKey).Select(Read),
            events.SelectMany(FindLapsed),
            batch.OfType<Book>().Select(b => (User: b.UserId, Event: b.EventId)).Distinct().Select(b => KeyValuePair.Create(b, TicketsOf(b.User, b.Event))),
            batch.OfType<Book>().Where(b => b.Hold).Select(b => (User: b.UserId, Event: b.EventId)).Distinct().Select(b => KeyValuePair.Create(b, HeldBy(b.User, b.Event))),
            NewId, NewCode);

        _made = Order.Count;
        var (inventory, outcomes) = DecideAll(Open, batch);
        if (inventory.HasLapsedHolds)
            ExpireHolds(events);
        foreach (var (id, delta) in inventory.TicketTypeDeltas)
            Count(id, delta);
        foreach (var (id, delta) in inventory.EventDeltas)
        {
            if (_calledOff.Contains(id) && delta.Sold > 0)
                _breaches.Add("I11: a cancelled event sold");
            CountEvent(id, delta);
        }
        foreach (var (id, soldOut) in inventory.SoldOutChanges)
            _ = soldOut ? _soldOut.Add(id) : _soldOut.Remove(id);
        foreach (var booking in inventory.Created)
            Insert(Write(booking));
        foreach (var booking in inventory.Changed)
            Update(Write(booking));
        return outcomes;
    }

    /// <summary>The organizer calls the event off; its bookings stay until they are cancelled one by one.</summary>
    public void CallOff(EventPlan plan) => _calledOff.Add(plan.Id);

    /// <summary>The organizer changes the capacity; not below what is sold and held.</summary>
    public void Resize(EventPlan plan, int capacity)
    {
        _capacities[plan.Id] = Math.Max(capacity, Counter(plan.Id).Sold + Counter(plan.Id).Held);
        NoteSoldOut(plan);
    }

    protected virtual (Inventory, IReadOnlyList<Outcome>) DecideAll(Func<Inventory> open, IReadOnlyList<Command> batch)
    {
        var inventory = open();
        return (inventory, [.. batch.Select(inventory.Decide)]);
    }

    protected virtual Booking Read(Guid booking) => _bookings[booking];

    protected virtual Booking Write(Booking booking) => booking;

    protected virtual StockDelta ReadCounter(Guid id) => Counter(id);

    protected virtual bool ReadCalledOff(Guid eventId) => _calledOff.Contains(eventId);

    protected virtual void Count(Guid id, StockDelta delta) => _counters[id] = Counter(id) + delta;

    protected virtual void CountEvent(Guid id, StockDelta delta) => Count(id, delta);

    protected virtual IEnumerable<LapsedHold> FindLapsed(Guid eventId) =>
        from booking in _bookings.Values
        where booking.EventId == eventId && booking.HasLapsed(Now)
        from item in booking.Items
        group item.Quantity by item.TicketTypeId into claimed
        select new LapsedHold(eventId, claimed.Key, claimed.Sum());

    protected virtual void ExpireHolds(IReadOnlySet<Guid> events)
    {
        foreach (var hold in _bookings.Values.Where(b => events.Contains(b.EventId) && b.HasLapsed(Now)).ToList())
            Update(hold.Expired());
    }

    protected virtual int TicketsOf(Guid user, Guid eventId) =>
        _bookings.Values.Where(b => b.UserId == user && b.EventId == eventId && Claims(b)).Sum(b => b.Quantity);

    /// <summary>In holds that are open, or lapsed less than another hold ago.</summary>
    public virtual int HeldBy(Guid user, Guid eventId) => _bookings.Values.Where(b => b.UserId == user && b.EventId == eventId && CountsAsHeld(b)).Sum(b => b.Quantity);

    private bool CountsAsHeld(Booking booking) =>
        (booking.Status == BookingStatus.Pending && booking.ExpiresAt > Sale.Rules.HeldSince(Now)) || (booking.CancelReason == CancelReason.Expired && booking.CancelledAt > Sale.Rules.HeldSince(Now));

    /// <summary>Its places are nobody else's now.</summary>
    public bool Claims(Booking booking) =>
        booking.Status == BookingStatus.Confirmed || (booking.Status == BookingStatus.Pending && !booking.HasLapsed(Now));

    // The same number for the same booking, however the commands were put into batches.
    private string NewCode()
    {
        _idsOfBooking = 0;
        return BookingCode.From((ulong)++_made);
    }

    private Guid NewId() => new(_made, 0, 0, [0, 0, 0, 0, 0, 0, 0, ++_idsOfBooking]);

    private static Guid? BookingOf(Command command) => command switch
    {
        Confirm confirm => confirm.BookingId,
        Cancel cancel => cancel.BookingId,
        _ => null,
    };

    private void Insert(Booking booking)
    {
        if (booking.Status == BookingStatus.Cancelled)
            _breaches.Add("I6: born cancelled");
        _bookings.Add(booking.Id, booking);
        Order.Add(booking.Id);
    }

    private void Update(Booking booking)
    {
        var was = _bookings[booking.Id];
        var forward = (was.Status, booking.Status) switch
        {
            (BookingStatus.Pending, _) => true,
            (BookingStatus.Confirmed, BookingStatus.Cancelled) => true,
            _ => false,
        };
        if (!forward || booking.Version <= was.Version)
            _breaches.Add($"I6: {was.Status} became {booking.Status}");
        if (!ReferenceEquals(was.Items, booking.Items)
            || (was.UserId, was.EventId, was.Code, was.Quantity, was.TotalMinor) != (booking.UserId, booking.EventId, booking.Code, booking.Quantity, booking.TotalMinor))
            _breaches.Add("I6: a booking became another one");
        _bookings[booking.Id] = booking;
    }

    private EventOffer Offer(EventPlan plan)
    {
        var offer = new EventOffer
        {
            Id = plan.Id,
            OrganizerId = plan.Id,
            Name = "An evening",
            Location = "Town hall",
            TimeZone = "UTC",
            Currency = "EUR",
            StartsAt = Start + plan.Starts,
            Published = true,
            Cancelled = ReadCalledOff(plan.Id),
            SalesStartAt = Start + plan.SalesStart,
            SalesEndAt = Start + plan.SalesEnd,
            MaxPerBooking = plan.MaxPerBooking,
            MaxPerUser = plan.MaxPerUser,
            Version = 1,
            Capacity = Capacity(plan),
            Sold = ReadCounter(plan.Id).Sold,
            Held = ReadCounter(plan.Id).Held,
            SoldOutFlag = IsSoldOut(plan),
        };
        offer.TicketTypes.AddRange(plan.Types.Select(t => new TicketOffer
        {
            Id = t.Id,
            Name = "Seats",
            PriceMinor = t.Price,
            Total = t.Total,
            Sold = ReadCounter(t.Id).Sold,
            Held = ReadCounter(t.Id).Held,
            MinPerBooking = t.Min,
            MaxPerBooking = t.Max,
        }));
        return offer;
    }

    private void NoteSoldOut(EventPlan plan) =>
        _ = Offer(plan).IsSoldOut ? _soldOut.Add(plan.Id) : _soldOut.Remove(plan.Id);
}
