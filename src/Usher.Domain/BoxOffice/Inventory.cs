using static Usher.Domain.BoxOffice.Outcome;

namespace Usher.Domain.BoxOffice;

/// <summary>
/// Decides all commands. It gets the data that was read under the lock, decides the commands in order of arrival, and collects the changes
/// to write. It does no I/O and knows only the given instant, so a test can try a million random histories in a second.
/// </summary>
public sealed partial class Inventory
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
    /// <param name="lapsed">Places that lapsed holds still claim. They are returned before anything is decided.</param>
    /// <param name="ticketsOfUsers">Tickets of a user in an event with a limit per user, without lapsed holds.</param>
    /// <param name="heldByUsers">For users who ask for a hold: tickets in their holds of that event, open or lapsed since <see cref="SellingRules.HeldSince"/>.</param>
    /// <param name="newId">Creates ascending ids, so that items keep the order of the request.</param>
    /// <param name="newCode">Creates the code of a new booking.</param>
    /// <param name="closedAccounts">Buyers of this batch whose account was erased or suspended.</param>
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
        foreach (var offer in _events.Values)
        {
            AssertPossible(offer);
            offer.TicketTypes.ForEach(AssertPossible);
        }
        foreach (var hold in lapsed)
        {
            var offer = _events[hold.EventId];
            Move(offer, TypeOf(offer, hold.TicketTypeId), sold: 0, held: -hold.Quantity);
            HasLapsedHolds = true;
        }
    }

    /// <summary>Lapsed holds were found. The transaction that returns their places must also end them.</summary>
    public bool HasLapsedHolds { get; }
    public IEnumerable<Booking> Created => _created.Select(id => _bookings[id]);
    public IEnumerable<Booking> Changed => _changed.Select(id => _bookings[id]);
    public IReadOnlyDictionary<Guid, StockDelta> TicketTypeDeltas => _ofTypes;
    public IReadOnlyDictionary<Guid, StockDelta> EventDeltas => _ofEvents;

    /// <summary>Events whose sold-out state changed.</summary>
    public IEnumerable<(Guid EventId, bool SoldOut)> SoldOutChanges =>
        _events.Values.Where(e => e.IsSoldOut != e.SoldOutFlag).Select(e => (e.Id, e.IsSoldOut));

    public Outcome Decide(Command command)
    {
        if (command is Expire)
            return new Swept();
        if (!_events.TryGetValue(command.EventId, out var offer))
            return new Refused(Refusal.EventNotFound);
        var (counted, claimed) = (new StockDelta(offer.Sold, offer.Held), ClaimOf(command));
        var outcome = command switch
        {
            Book book => Decide(book, offer),
            Confirm confirm => Decide(confirm, offer),
            Cancel cancel => Decide(cancel, offer),
            _ => throw new InvalidOperationException($"The box office has no answer to {command.GetType().Name}."),
        };
        AssertMoved(offer, counted, claimed, outcome);
        return outcome;
    }

    private Outcome Decide(Book book, EventOffer offer)
    {
        if (_closedAccounts.Contains(book.UserId))
            return new Refused(Refusal.AccountClosed);
        if (!offer.Published)
            return new Refused(Refusal.EventNotFound);

        // Sums may exceed an int until the limits have been checked.
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
            // A booking that is confirmed at once has never been shown as pending.
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
            Move(offer, TypeOf(offer, item.TicketTypeId), sold: item.Quantity, held: -item.Quantity);
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
            var type = TypeOf(offer, item.TicketTypeId);
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

    /// <summary>A user without a hold command in this batch was not read; the count may then be wrong and is not used.</summary>
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
        AssertPossible(type);
        AssertPossible(offer);
    }

    private Done Show(Booking booking, EventOffer offer) => new(
        booking,
        new EventSummary(offer.Id, offer.Name, offer.StartsAt, offer.TimeZone, offer.LocalDate, offer.Location, offer.StatusAt(_now), offer.Version),
        booking.Items.ToDictionary(i => i.TicketTypeId, i => TypeOf(offer, i.TicketTypeId).Name));
}
