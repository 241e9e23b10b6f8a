using Usher.Domain;
using Usher.Domain.BoxOffice;
using Xunit;

namespace Usher.UnitTests.BoxOffice;

public class RefusalTests
{
    /// <summary>All that can be wrong with an order of two stalls and two balconies, in the order in which it is said.</summary>
    private static readonly (string Name, Refusal Reason, Action<Sale> Happen)[] Faults =
    [
        ("nobody knows the event", Refusal.EventNotFound, s => s.Known = false),
        ("the buyer's account is closed", Refusal.AccountClosed, s => s.AccountIsClosed = true),
        ("the event is a draft", Refusal.EventNotFound, s => s.Published = false),
        ("a ticket type is of another event", Refusal.TicketTypeNotFound, s => s.Lines.Add(new(Guid.CreateVersion7(), 1))),
        ("more than the event lets into a booking", Refusal.MaxPerBooking, s => s.MaxPerBooking = 3),
        ("more than the ticket type lets into a booking", Refusal.MaxPerBooking, s => s.Stalls.Max = 1),
        ("fewer than the ticket type sells", Refusal.BelowMinimum, s => s.Balcony.Min = 3),
        ("the event is cancelled", Refusal.EventCancelled, s => s.Cancelled = true),
        ("the event is over", Refusal.EventPast, s => (s.StartsAt, s.EndsAt) = (s.Now.AddHours(-3), s.Now.AddHours(-1))),
        ("the event's sale has not begun", Refusal.SalesNotOpen, s => s.SalesStartAt = s.Now.AddHours(1)),
        ("a ticket type's sale is over", Refusal.SalesClosed, s => s.Balcony.SalesEndAt = s.Now),
        ("the buyer has enough", Refusal.MaxPerUser, s => (s.MaxPerUser, s.TicketsOfBuyer) = (5, 2)),
        ("the buyer holds enough", Refusal.MaxHeld, s => (s.Order, s.MaxHeldPerUser, s.HeldByBuyer) = (s.Order with { Hold = true }, 5, 2)),
        ("the house is sold", Refusal.SoldOut, s => (s.FreeInTheHouse, s.Balcony.Held) = (0, 0)),
        ("a ticket type is sold", Refusal.SoldOut, s => s.Stalls.Sold = s.Stalls.Total),
        ("the rest of a ticket type is held", Refusal.InsufficientAvailability, s => s.Balcony.Held = s.Balcony.Total),
        ("the house has fewer left than its types", Refusal.InsufficientAvailability, s => s.FreeInTheHouse = 3),
        ("it costs more than a booking may", Refusal.TotalTooHigh, s => s.Stalls.Price = MinorUnits.HighestTotal),
        ("the buyer expects another price", Refusal.PriceChanged, s => s.Order = s.Order with { ExpectedTotal = 49.99m }),
        ("the payment is declined", Refusal.PaymentFailed, s => s.Order = s.Order with { Payment = PaymentVerdict.Declined }),
    ];

    public static TheoryData<string> EveryFault => [.. Faults.Select(f => f.Name)];

    [Fact]
    public void An_order_with_nothing_wrong_is_sold() => Expect.Done(With([]));

    [Theory]
    [MemberData(nameof(EveryFault))]
    public void A_fault_refuses_and_is_said_before_every_later_one(string fault)
    {
        var at = Array.FindIndex(Faults, f => f.Name == fault);
        Expect.Refused(Faults[at].Reason, With([at]));
        for (var later = at + 1; later < Faults.Length; later++)
            Expect.Refused(Faults[at].Reason, With([at, later]));
        Expect.Refused(Faults[at].Reason, With([.. Enumerable.Range(at, Faults.Length - at)]));
    }

    [Theory]
    [MemberData(nameof(EveryFault))]
    public void A_refusal_writes_nothing(string fault)
    {
        var sale = Ordered([Array.FindIndex(Faults, f => f.Name == fault)]);
        var inventory = sale.Open();
        sale.SoldOutFlag = inventory.SoldOutChanges.Any();
        inventory = sale.Open();
        Assert.IsType<Outcome.Refused>(inventory.Decide(sale.Book()));
        Expect.NothingWritten(inventory);
    }

    [Fact]
    public void Every_refusal_of_a_booking_is_in_the_table()
    {
        var elsewhere = new[] { Refusal.BookingNotFound, Refusal.BookingExpired, Refusal.BookingCancelled, Refusal.CancellationClosed };
        Assert.Equal(Enum.GetValues<Refusal>().Except(elsewhere).Order(), Faults.Select(f => f.Reason).Distinct().Order());
    }

    [Fact]
    public void A_ticket_type_that_is_not_there_is_named()
    {
        var sale = new Sale();
        var stranger = new Line(Guid.CreateVersion7(), 1);
        Assert.Equal(stranger.TicketTypeId, Expect.Refused(Refusal.TicketTypeNotFound, sale.Decide(1 * sale.Stalls, stranger)).TicketTypeId);
    }

    [Theory]
    [InlineData(null, 10, true)]
    [InlineData(null, 11, false)]
    [InlineData(12, 12, true)]
    [InlineData(12, 13, false)]
    [InlineData(1, 2, false)]
    public void A_booking_has_at_most_what_its_event_says_or_else_ten_tickets(int? limit, int tickets, bool sold)
    {
        var sale = new Sale { MaxPerBooking = limit };
        var outcome = sale.Decide(1 * sale.Balcony, (tickets - 1) * sale.Stalls);
        if (sold)
            Expect.Done(outcome);
        else
            Assert.Equal((limit ?? 10, null), Limit(Expect.Refused(Refusal.MaxPerBooking, outcome)));
    }

    [Theory]
    [InlineData(1, Refusal.BelowMinimum, 2)]
    [InlineData(2, null, null)]
    [InlineData(4, null, null)]
    [InlineData(5, Refusal.MaxPerBooking, 4)]
    public void A_ticket_type_has_limits_of_its_own(int tickets, Refusal? reason, int? limit)
    {
        var sale = new Sale { Stalls = { Min = 2, Max = 4 } };
        var outcome = sale.Decide(1 * sale.Balcony, tickets * sale.Stalls);
        if (reason is null)
            Expect.Done(outcome);
        else
            Assert.Equal((limit, sale.Stalls.Id), Limit(Expect.Refused(reason.Value, outcome)));
    }

    [Fact]
    public void A_ticket_types_own_limit_does_not_widen_the_bookings()
    {
        var sale = new Sale { Stalls = { Max = 20 } };
        Assert.Equal((10, null), Limit(Expect.Refused(Refusal.MaxPerBooking, sale.Decide(11 * sale.Stalls))));
    }

    [Fact]
    public void Lines_of_one_type_are_summed_before_its_maximum()
    {
        var sale = new Sale { Stalls = { Max = 4 } };
        Expect.Refused(Refusal.MaxPerBooking, sale.Decide(3 * sale.Stalls, 1 * sale.Balcony, 2 * sale.Stalls));
    }

    [Fact]
    public void Lines_of_one_type_are_summed_before_its_minimum()
    {
        var sale = new Sale { Stalls = { Min = 4 } };
        Expect.Done(sale.Decide(2 * sale.Stalls, 2 * sale.Stalls));
    }

    [Fact]
    public void Lines_of_one_type_are_summed_before_the_bookings_maximum()
    {
        var sale = new Sale { MaxPerBooking = 4 };
        Expect.Refused(Refusal.MaxPerBooking, sale.Decide(2 * sale.Stalls, 3 * sale.Stalls));
    }

    [Fact]
    public void Lines_of_one_type_are_summed_before_what_is_left()
    {
        var sale = new Sale { Stalls = { Total = 3 } };
        Assert.Equal(3, Expect.Refused(Refusal.InsufficientAvailability, sale.Decide(2 * sale.Stalls, 2 * sale.Stalls)).Available);
    }

    [Fact]
    public void No_sum_of_lines_is_too_large_to_be_refused()
    {
        var sale = new Sale();
        Expect.Refused(Refusal.MaxPerBooking, sale.Decide(int.MaxValue * sale.Stalls));
        Expect.Refused(Refusal.MaxPerBooking, sale.Decide(int.MaxValue * sale.Stalls, int.MaxValue * sale.Stalls));
        Expect.Refused(Refusal.MaxPerBooking, sale.Decide(int.MaxValue * sale.Stalls, int.MaxValue * sale.Balcony));
    }

    private static (int?, Guid?) Limit(Outcome.Refused refused) => (refused.Limit, refused.TicketTypeId);

    private static Outcome With(int[] faults)
    {
        var sale = Ordered(faults);
        return sale.Open().Decide(sale.Book());
    }

    private static Sale Ordered(int[] faults)
    {
        var sale = new Sale();
        sale.Lines.AddRange([2 * sale.Stalls, 2 * sale.Balcony]);
        // Later faults happen first, so that one on the same member does not undo an earlier one.
        foreach (var fault in faults.OrderDescending())
            Faults[fault].Happen(sale);
        return sale;
    }
}
