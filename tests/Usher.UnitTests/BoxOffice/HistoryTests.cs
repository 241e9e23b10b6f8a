using System.Collections.Concurrent;
using CsCheck;
using Usher.Domain.BoxOffice;
using Xunit;

namespace Usher.UnitTests.BoxOffice;

/// <summary>The inventory in random histories; and for every property a ledger that breaks it, so that we know it looks.</summary>
public class HistoryTests
{
    private const int Histories = 3_000;

    [Fact]
    public void No_history_breaks_an_invariant() =>
        Sample(History.Any, history => Assert.Empty(BreachesOf(history, new Ledger(history.Events))));

    [Fact]
    public void What_is_left_when_all_holds_are_resolved_can_all_be_bought() =>
        Sample(History.Open, history => Assert.Equal(0, LostIn(history, new Ledger(history.Events))));

    [Fact]
    public void A_batch_of_any_size_is_decided_as_if_each_came_alone() =>
        Sample(History.Any, history => Assert.Empty(DifferencesIn(history, events => new Ledger(events))));

    [Fact]
    public void Places_are_refused_only_while_others_have_them() =>
        Sample(History.Any, history => Assert.Empty(LiesIn(history, new Ledger(history.Events))));

    [Fact]
    public void Histories_meet_every_answer_there_is()
    {
        var met = new ConcurrentDictionary<string, bool>();
        History.Any.Sample(history =>
        {
            foreach (var outcome in history.Play(new Ledger(history.Events)))
                met[outcome is Outcome.Refused refused ? $"{refused.Reason}" : outcome is Outcome.Done done ? $"{done.Booking.Status}" : "Swept"] = true;
        }, iter: Histories);
        // A history knows its events and their types, all of them are published, none of its tickets is that dear, and nobody is suspended.
        var expected = Enum.GetNames<Refusal>().Except([nameof(Refusal.EventNotFound), nameof(Refusal.TicketTypeNotFound), nameof(Refusal.TotalTooHigh), nameof(Refusal.AccountClosed)])
            .Concat(Enum.GetNames<BookingStatus>()).Append("Swept");
        Assert.Empty(expected.Except(met.Keys));
    }

    [Fact]
    public void A_ledger_that_sells_by_stale_counters_is_caught() => Caught("I2: a type", events => new SellsByStaleCounters(events));

    [Fact]
    public void A_ledger_that_does_not_count_the_house_is_caught() => Caught("I2: a house", events => new DoesNotCountTheHouse(events));

    [Fact]
    public void A_ledger_that_does_not_know_what_a_buyer_has_is_caught() => Caught("I2: one of", events => new DoesNotKnowItsBuyers(events));

    [Fact]
    public void A_ledger_that_does_not_know_what_a_buyer_holds_is_caught() => Caught("I2: one holds", events => new DoesNotKnowItsHolders(events));

    [Fact]
    public void A_ledger_that_ends_lapsed_holds_and_keeps_their_places_is_caught() => Caught("I1: a type", events => new KeepsLapsedPlaces(events));

    [Fact]
    public void A_ledger_that_gives_lapsed_places_back_twice_is_caught() => Caught("I3: a type", events => new GivesBackTwice(events));

    [Fact]
    public void A_ledger_that_reads_old_bookings_is_caught() => Caught("I6", events => new ReadsOldBookings(events));

    [Fact]
    public void A_ledger_that_keeps_the_money_is_caught() => Caught("I7", events => new KeepsTheMoney(events));

    [Fact]
    public void A_ledger_that_misses_a_cancelled_event_is_caught() => Caught("I11", events => new SellsFromOldPages(events));

    [Fact]
    public void A_leak_of_places_is_caught() =>
        Assert.True(Finds(History.Open, history => LeaksOrIsAsserted(history)));

    [Fact]
    public void A_batch_whose_commands_do_not_see_each_other_is_caught() =>
        Assert.True(Finds(History.Any, history => DifferencesIn(history, events => new ForgetsWithinABatch(events)).Any()));

    [Fact]
    public void Places_that_wait_for_the_sweeper_are_caught() =>
        Assert.True(Finds(History.Any, history => LiesIn(history, new KeepsLapsedPlaces(history.Events)).Count > 0));

    private static void Sample(Gen<History> histories, Action<History> holds) => histories.Sample(holds, iter: Histories, print: h => h.ToString());

    private static void Caught(string breach, Func<EventPlan[], Ledger> mutant) =>
        Assert.True(Finds(History.Any, history => BreachesOf(history, mutant(history.Events)).Any(b => b.StartsWith(breach, StringComparison.Ordinal) || b == Asserted)));

    /// <summary>The inventory itself refused to go on.</summary>
    private const string Asserted = "The inventory asserted it.";

    private static bool LeaksOrIsAsserted(History history)
    {
        var lost = 0;
        return IsAsserted(() => lost = LostIn(history, new LeaksPlaces(history.Events))) || lost > 0;
    }

    private static bool Finds(Gen<History> histories, Func<History, bool> broken)
    {
        var found = 0;
        histories.Sample(history =>
        {
            if (Volatile.Read(ref found) == 0 && broken(history))
                Interlocked.Exchange(ref found, 1);
        }, iter: Histories);
        return found == 1;
    }

    private static HashSet<string> BreachesOf(History history, Ledger ledger)
    {
        var breaches = new HashSet<string>();
        if (IsAsserted(() => history.Play(ledger, afterBatch: (_, _) => breaches.UnionWith(Invariants.Breaches(ledger)))))
            breaches.Add(Asserted);
        return breaches;
    }

    private static bool IsAsserted(Action play)
    {
        try
        {
            play();
            return false;
        }
        catch (BrokenInvariantException)
        {
            return true;
        }
    }

    /// <summary>How many unsold tickets nobody can buy, after every hold has ended one way or the other.</summary>
    private static int LostIn(History history, Ledger ledger)
    {
        history.Play(ledger);
        foreach (var hold in ledger.Bookings.Where(b => b.Status == BookingStatus.Pending).Where((_, i) => i % 2 == 0).ToList())
            ledger.Decide([new Cancel(hold.EventId, hold.Id, CancelReason.User, BoundByWindow: true, null)]);
        ledger.Now += Sale.Rules.HoldFor;

        var lost = 0;
        foreach (var plan in ledger.Events)
        {
            var types = plan.Types.Select(t => t.Total - Sold(t)).ToArray();
            lost += Math.Min(types.Sum(), ledger.Capacity(plan) - plan.Types.Sum(Sold));
            foreach (var type in plan.Types)
                while (ledger.Decide([new Book(plan.Id, History.User(9), [new(type.Id, 1)], Hold: false, null, PaymentVerdict.Approved)]) is [Outcome.Done])
                    lost--;
        }
        return lost;

        int Sold(TypePlan type) => Tickets(ledger.Bookings.Where(b => b.Status == BookingStatus.Confirmed), type.Id);
    }

    private static IEnumerable<string> DifferencesIn(History history, Func<EventPlan[], Ledger> make)
    {
        var (alone, cut, whole) = (make(history.Events), make(history.Events), make(history.Events));
        var expected = history.Play(alone, batchSize: 1);
        foreach (var (ledger, outcomes) in new[] { (cut, history.Play(cut)), (whole, history.Play(whole, batchSize: int.MaxValue)) })
        {
            for (var i = 0; i < expected.Count; i++)
                if (!Same(expected[i], outcomes[i]))
                    yield return $"{i}: {expected[i]} alone, {outcomes[i]} in a batch";
            if (!alone.Bookings.Zip(ledger.Bookings).All(b => Same(b.First, b.Second)) || alone.Order.Count != ledger.Order.Count)
                yield return "The bookings differ.";
            foreach (var id in history.Events.SelectMany(e => e.Types.Select(t => t.Id).Append(e.Id)))
                if (alone.Counter(id) != ledger.Counter(id))
                    yield return $"{alone.Counter(id)} alone, {ledger.Counter(id)} in batches";
        }
    }

    private static bool Same(Outcome a, Outcome b) => (a, b) is (Outcome.Done x, Outcome.Done y)
        ? Same(x.Booking, y.Booking) && x.Event == y.Event && x.TicketTypeNames.SequenceEqual(y.TicketTypeNames)
        : a == b;

    private static bool Same(Booking a, Booking b) =>
        a with { Items = [] } == b with { Items = [] } && a.Items.Select(Content).SequenceEqual(b.Items.Select(Content));

    private static (Guid, Guid, int, long) Content(BookingItem item) => (item.BookingId, item.TicketTypeId, item.Quantity, item.UnitPriceMinor);

    /// <summary>Holds what each refusal for want of places says against the bookings of that instant, lapsed ones left out.</summary>
    private static List<string> LiesIn(History history, Ledger ledger)
    {
        var lies = new List<string>();
        history.Play(ledger, batchSize: 1, (batch, outcomes) =>
        {
            if (outcomes is [Outcome.Refused { Reason: Refusal.SoldOut or Refusal.InsufficientAvailability } refused] && !IsTrue(refused, (Book)batch[0], ledger))
                lies.Add($"{refused} to {batch[0]}");
        });
        return lies;
    }

    // A refusal changes no claim, so what the bookings say after it they said before.
    private static bool IsTrue(Outcome.Refused refused, Book book, Ledger ledger)
    {
        var plan = ledger.Events.Single(e => e.Id == book.EventId);
        var claims = ledger.Bookings.Where(b => b.EventId == plan.Id && ledger.Claims(b)).ToList();
        var (wanted, capacity) = (book.Lines.Sum(l => l.Quantity), ledger.Capacity(plan));
        var (taken, sold) = (claims.Sum(b => b.Quantity), claims.Where(b => b.Status == BookingStatus.Confirmed).Sum(b => b.Quantity));
        var available = capacity - taken;
        if (refused.TicketTypeId is { } id)
        {
            wanted = book.Lines.Where(l => l.TicketTypeId == id).Sum(l => l.Quantity);
            capacity = plan.Types.Single(t => t.Id == id).Total;
            taken = Tickets(claims, id);
            sold = Tickets(claims.Where(b => b.Status == BookingStatus.Confirmed), id);
            available = Math.Min(available, capacity - taken);
        }
        return wanted > capacity - taken && refused.Available == available && refused.Reason == (sold >= capacity ? Refusal.SoldOut : Refusal.InsufficientAvailability);
    }

    private static int Tickets(IEnumerable<Booking> bookings, Guid type) =>
        bookings.SelectMany(b => b.Items).Where(i => i.TicketTypeId == type).Sum(i => i.Quantity);
}
