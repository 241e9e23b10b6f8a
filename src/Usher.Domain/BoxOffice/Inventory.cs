using static Usher.Domain.BoxOffice.Outcome;

namespace Usher.Domain.BoxOffice;

/// <summary>
/// Decides. It is given what was read under the lock, is asked one command after another in the order they arrived,
/// and remembers what has to be written. It does no I/O and knows no clock but the instant it was given,
/// so that a million random histories can be tried against it in a second.
/// </summary>
public sealed class Inventory
{
    private readonly DateTimeOffset _now;
    private readonly SellingRules _rules;
    private readonly Func<Guid> _newId;
    private readonly Func<string> _newCode;
    private readonly IReadOnlySet<Guid> _closedAccounts;
    private readonly Dictionary<Guid, EventOffer> _events;
    private readonly Dictionary<Guid, Booking> _bookings;
    private readonly Dictionary<(Guid User, Guid Event), int> _ticketsOfUsers, _heldByUsers;
    private readonly HashSet<Guid> _created = [], _changed = [];
    private readonly Dictionary<Guid, StockDelta> _ofTypes = [], _ofEvents = [];

    /// <param name="now">The database's clock, read after the lock was granted.</param>
    /// <param name="bookings">The bookings that the commands name.</param>
    /// <param name="lapsed">What holds past their time still claim; it is given back before anything is decided.</param>
    /// <param name="ticketsOfUsers">Tickets that a user has in an event that limits them, lapsed holds left out.</param>
    /// <param name="heldByUsers">Tickets that those who ask for a hold have in holds of that event, open or lapsed since <see cref="SellingRules.HeldSince"/>.</param>
    /// <param name="newId">Ids that rise, so that items keep the order of the request wherever they are read.</param>
    /// <param name="newCode">Makes the code of a new booking.</param>
    /// <param name="closedAccounts">Of those who want to book, who may not any more.</param>
    public Inventory(
        DateTimeOffset now,
        SellingRules rules,
        IEnumerable<EventOffer> events,
        IEnumerable<Booking> bookings,
        IEnumerable<LapsedHold> lapsed,
        IEnumerable<KeyValuePair<(Guid User, Guid Event), int>> ticketsOfUsers,
        IEnumerable<KeyValuePair<(Guid User, Guid Event), int>> heldByUsers,
        Func<Guid> newId,
        Func<string> newCode,
        IReadOnlySet<Guid>? closedAccounts = null)
    {
        (_now, _rules, _newId, _newCode) = (now, rules, newId, newCode);
        _closedAccounts = closedAccounts ?? new HashSet<Guid>();
        _events = events.ToDictionary(e => e.Id);
        _bookings = bookings.ToDictionary(b => b.Id, b => b.HasLapsed(now) ? b.Expired() : b);
        _ticketsOfUsers = new(ticketsOfUsers);
        _heldByUsers = new(heldByUsers);
        foreach (var hold in lapsed)
        {
            var offer = _events[hold.EventId];
            Move(offer, offer.TicketTypes.Find(t => t.Id == hold.TicketTypeId)!, sold: 0, held: -hold.Quantity);
            HasLapsedHolds = true;
        }
    }

    /// <summary>Holds past their time were found: the same instant that gave their places back must end them.</summary>
    public bool HasLapsedHolds { get; }
    public IEnumerable<Booking> Created => _created.Select(id => _bookings[id]);
    public IEnumerable<Booking> Changed => _changed.Select(id => _bookings[id]);
    public IReadOnlyDictionary<Guid, StockDelta> TicketTypeDeltas => _ofTypes;
    public IReadOnlyDictionary<Guid, StockDelta> EventDeltas => _ofEvents;

    /// <summary>Events that became sold out, or are not any more.</summary>
    public IEnumerable<(Guid EventId, bool SoldOut)> SoldOutChanges =>
        _events.Values.Where(e => e.IsSoldOut != e.SoldOutFlag).Select(e => (e.Id, e.IsSoldOut));

    public Outcome Decide(Command command)
    {
        if (command is Expire)
            return new Swept();
        if (!_events.TryGetValue(command.EventId, out var offer))
            return new Refused(Refusal.EventNotFound);
        return command switch
        {
            Book book => Decide(book, offer),
            Confirm confirm => Decide(confirm, offer),
            Cancel cancel => Decide(cancel, offer),
            _ => throw new InvalidOperationException($"The box office has no answer to {command.GetType().Name}."),
        };
    }

    private Outcome Decide(Book book, EventOffer offer)
    {
        if (_closedAccounts.Contains(book.UserId))
            return new Refused(Refusal.AccountClosed);
        if (!offer.Published)
            return new Refused(Refusal.EventNotFound);

        // Sums may pass what an int holds, until the limits have been looked at.
        var wanted = new List<(TicketOffer Type, long Quantity)>(book.Lines.Count);
        foreach (var line in book.Lines)
        {
            if (offer.TicketTypes.Find(t => t.Id == line.TicketTypeId) is not { } type)
                return new Refused(Refusal.TicketTypeNotFound) { TicketTypeId = line.TicketTypeId };
            var at = wanted.FindIndex(w => w.Type == type);
            if (at < 0)
                wanted.Add((type, line.Quantity));
            else
                wanted[at] = (type, wanted[at].Quantity + line.Quantity);
        }
        var tickets = wanted.Sum(w => w.Quantity);

        if (Refuse(offer, wanted, tickets, book) is { } refused)
            return refused;

        var total = wanted.Sum(w => w.Type.PriceMinor * w.Quantity);
        if (total > MinorUnits.HighestTotal)
            return new Refused(Refusal.TotalTooHigh) { TotalMinor = total };
        if (book.ExpectedTotal is { } expected && expected != Currency.Get(offer.Currency).ToMajor(total))
            return new Refused(Refusal.PriceChanged) { TotalMinor = total };
        if (!book.Hold && total > 0 && book.Payment == PaymentVerdict.Declined)
            return new Refused(Refusal.PaymentFailed);

        var (code, id) = (_newCode(), _newId());
        var unanswered = !book.Hold && total > 0 && book.Payment == PaymentVerdict.Unanswered;
        var pending = new Booking
        {
            Id = id,
            Code = code,
            UserId = book.UserId,
            EventId = offer.Id,
            PaymentStatus = total == 0 ? PaymentStatus.None : PaymentStatus.Unpaid,
            Currency = offer.Currency,
            TotalMinor = total,
            Quantity = (int)tickets,
            BookedAt = _now,
            ExpiresAt = _now + _rules.HoldFor,
            // Confirmed in the same breath, it is still seen for the first time.
            Version = book.Hold || unanswered ? 1 : 0,
            Items = wanted.ConvertAll(w => new BookingItem
            {
                Id = _newId(),
                BookingId = id,
                TicketTypeId = w.Type.Id,
                Quantity = (int)w.Quantity,
                UnitPriceMinor = w.Type.PriceMinor,
            }),
        };
        var booking = book.Hold ? pending
            : unanswered ? pending with { SettleAt = _now + _rules.PaymentAnswerAfter }
            : pending.Confirmed(_now);

        foreach (var (type, quantity) in wanted)
        {
            if (booking.Status == BookingStatus.Confirmed)
                Move(offer, type, sold: (int)quantity, held: 0);
            else
                Move(offer, type, sold: 0, held: (int)quantity);
        }
        if (offer.MaxPerUser is not null)
            _ticketsOfUsers[(book.UserId, offer.Id)] = _ticketsOfUsers.GetValueOrDefault((book.UserId, offer.Id)) + (int)tickets;
        if (booking.Status == BookingStatus.Pending)
            CountHeld(booking, (int)tickets);
        _bookings.Add(id, booking);
        _created.Add(id);
        return Show(booking, offer);
    }

    /// <summary>Every reason not to sell, from the order itself to what is left.</summary>
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

    private Outcome Decide(Confirm confirm, EventOffer offer)
    {
        if (!_bookings.TryGetValue(confirm.BookingId, out var booking))
            return new Refused(Refusal.BookingNotFound);
        if (booking.Status == BookingStatus.Confirmed)
            return Show(booking, offer);
        if (booking.Status == BookingStatus.Cancelled)
            return new Refused(booking.CancelReason == CancelReason.Expired ? Refusal.BookingExpired : Refusal.BookingCancelled)
            { BookingStatus = booking.Status };
        if (offer.Cancelled)
            return new Refused(Refusal.EventCancelled) { BookingStatus = booking.Status };

        if (booking.TotalMinor > 0)
        {
            if (confirm.Payment == PaymentVerdict.Declined)
                return new Refused(Refusal.PaymentFailed) { BookingStatus = booking.Status };
            if (confirm.Payment == PaymentVerdict.Unanswered)
                return Show(Change(booking.AwaitingPayment(_now + _rules.PaymentAnswerAfter)), offer);
        }
        foreach (var item in booking.Items)
            Move(offer, offer.TicketTypes.Find(t => t.Id == item.TicketTypeId)!, sold: item.Quantity, held: -item.Quantity);
        CountHeld(booking, -booking.Quantity);
        return Show(Change(booking.Confirmed(_now)), offer);
    }

    private Outcome Decide(Cancel cancel, EventOffer offer)
    {
        if (!_bookings.TryGetValue(cancel.BookingId, out var booking))
            return new Refused(Refusal.BookingNotFound);
        if (booking.Status == BookingStatus.Cancelled)
            return Show(booking, offer);

        var wasSold = booking.Status == BookingStatus.Confirmed;
        if (wasSold && cancel.BoundByWindow && !offer.Cancelled && _now >= CancellationCloses(offer))
            return new Refused(Refusal.CancellationClosed) { BookingStatus = booking.Status };

        foreach (var item in booking.Items)
        {
            var type = offer.TicketTypes.Find(t => t.Id == item.TicketTypeId)!;
            if (wasSold)
                Move(offer, type, sold: -item.Quantity, held: 0);
            else
                Move(offer, type, sold: 0, held: -item.Quantity);
        }
        if (!wasSold)
            CountHeld(booking, -booking.Quantity);
        if (offer.MaxPerUser is not null && _ticketsOfUsers.TryGetValue((booking.UserId, offer.Id), out var has))
            _ticketsOfUsers[(booking.UserId, offer.Id)] = has - booking.Quantity;
        return Show(Change(booking.Cancelled(_now, cancel.Reason, cancel.Note) with { ChangedBy = cancel.By }), offer);
    }

    /// <summary>What is not asked about in this batch was not read, and need not be right.</summary>
    private void CountHeld(Booking booking, int tickets)
    {
        var who = (booking.UserId, booking.EventId);
        _heldByUsers[who] = _heldByUsers.GetValueOrDefault(who) + tickets;
    }

    private DateTimeOffset CancellationCloses(EventOffer offer) => offer.CancellationDeadline ?? offer.StartsAt - _rules.CancellationWindow;

    private Booking Change(Booking booking)
    {
        _bookings[booking.Id] = booking;
        if (!_created.Contains(booking.Id))
            _changed.Add(booking.Id);
        return booking;
    }

    private void Move(EventOffer offer, TicketOffer type, int sold, int held)
    {
        type.Sold += sold;
        type.Held += held;
        offer.Sold += sold;
        offer.Held += held;
        _ofTypes[type.Id] = _ofTypes.GetValueOrDefault(type.Id) + new StockDelta(sold, held);
        _ofEvents[offer.Id] = _ofEvents.GetValueOrDefault(offer.Id) + new StockDelta(sold, held);
    }

    private Done Show(Booking booking, EventOffer offer) => new(
        booking,
        new EventSummary(offer.Id, offer.Name, offer.StartsAt, offer.TimeZone, offer.LocalDate, offer.Location, offer.StatusAt(_now), offer.Version),
        booking.Items.ToDictionary(i => i.TicketTypeId, i => offer.TicketTypes.Find(t => t.Id == i.TicketTypeId)!.Name));
}
