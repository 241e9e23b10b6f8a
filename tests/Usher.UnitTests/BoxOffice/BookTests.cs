using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Xunit;

namespace Usher.UnitTests.BoxOffice;

public class BookTests
{
    [Fact]
    public void A_paid_order_is_confirmed_at_once()
    {
        var sale = new Sale();
        var inventory = sale.Open();
        var booking = Expect.Done(inventory.Decide(sale.Book(2 * sale.Stalls, 1 * sale.Balcony)));
        Assert.Equal((BookingStatus.Confirmed, PaymentStatus.Paid), (booking.Status, booking.PaymentStatus));
        Assert.Equal((4000, 4000, 0), (booking.TotalMinor, booking.CapturedMinor, booking.RefundMinor));
        Assert.Equal((sale.Now, sale.Now, null), (booking.BookedAt, booking.ConfirmedAt, booking.ExpiresAt));
        Assert.Equal((3, 1, sale.Buyer), (booking.Quantity, booking.Version, booking.UserId));
        Assert.Null(booking.SettleAt);
        Assert.Equal([booking], inventory.Created);
        Assert.Empty(inventory.Changed);
        Assert.Equal(new StockDelta(2, 0), inventory.TicketTypeDeltas[sale.Stalls.Id]);
        Assert.Equal(new StockDelta(1, 0), inventory.TicketTypeDeltas[sale.Balcony.Id]);
        Assert.Equal(new StockDelta(3, 0), inventory.EventDeltas[sale.EventId]);
    }

    [Theory]
    [InlineData(PaymentVerdict.Approved)]
    [InlineData(PaymentVerdict.Declined)]
    [InlineData(PaymentVerdict.Unanswered)]
    public void A_hold_keeps_its_places_for_a_while_and_asks_nobody_to_pay(PaymentVerdict payment)
    {
        var sale = new Sale();
        var inventory = sale.Open();
        var hold = Expect.Done(inventory.Decide(sale.Book(2 * sale.Stalls) with { Hold = true, Payment = payment }));
        Assert.Equal((BookingStatus.Pending, PaymentStatus.Unpaid), (hold.Status, hold.PaymentStatus));
        Assert.Equal((3000, 0), (hold.TotalMinor, hold.CapturedMinor));
        Assert.Equal((sale.Now.AddMinutes(10), null, null), (hold.ExpiresAt, hold.ConfirmedAt, hold.SettleAt));
        Assert.Equal(new StockDelta(0, 2), inventory.TicketTypeDeltas[sale.Stalls.Id]);
        Assert.Equal(new StockDelta(0, 2), inventory.EventDeltas[sale.EventId]);
    }

    [Fact]
    public void A_payment_without_an_answer_holds_the_places_and_asks_again()
    {
        var sale = new Sale();
        var inventory = sale.Open();
        var booking = Expect.Done(inventory.Decide(sale.Book(2 * sale.Stalls) with { Payment = PaymentVerdict.Unanswered }));
        Assert.Equal((BookingStatus.Pending, PaymentStatus.Unpaid, 0), (booking.Status, booking.PaymentStatus, booking.CapturedMinor));
        Assert.Equal((sale.Now.AddMinutes(10), sale.Now.AddSeconds(5)), (booking.ExpiresAt, booking.SettleAt));
        Assert.Equal(new StockDelta(0, 2), inventory.EventDeltas[sale.EventId]);
    }

    [Theory]
    [InlineData(PaymentVerdict.Approved)]
    [InlineData(PaymentVerdict.Declined)]
    [InlineData(PaymentVerdict.Unanswered)]
    public void An_order_that_costs_nothing_is_confirmed_whatever_the_provider_says(PaymentVerdict payment)
    {
        var sale = new Sale { Stalls = { Price = 0 } };
        var booking = Expect.Done(sale.Open().Decide(sale.Book(2 * sale.Stalls) with { Payment = payment, ExpectedTotal = 0 }));
        Assert.Equal((BookingStatus.Confirmed, PaymentStatus.None, 0), (booking.Status, booking.PaymentStatus, booking.CapturedMinor));
    }

    [Fact]
    public void A_hold_that_costs_nothing_has_nothing_to_pay()
    {
        var sale = new Sale { Stalls = { Price = 0 } };
        var hold = Expect.Done(sale.Open().Decide(sale.Book(1 * sale.Stalls) with { Hold = true }));
        Assert.Equal((BookingStatus.Pending, PaymentStatus.None), (hold.Status, hold.PaymentStatus));
    }

    [Fact]
    public void A_booking_has_one_item_a_type_at_the_price_of_the_day()
    {
        var sale = new Sale();
        var booking = Expect.Done(sale.Decide(1 * sale.Stalls, 1 * sale.Balcony, 2 * sale.Stalls));
        Assert.Equal(
            [(sale.Stalls.Id, 3, 1500L, 4500L), (sale.Balcony.Id, 1, 1000L, 1000L)],
            booking.Items.Select(i => (i.TicketTypeId, i.Quantity, i.UnitPriceMinor, i.LineTotalMinor)));
        Assert.All(booking.Items, i => Assert.Equal(booking.Id, i.BookingId));
        Assert.Equal(2, booking.Items.Select(i => i.Id).Distinct().Count());
    }

    [Fact]
    public void The_answer_shows_the_event_and_the_names_of_the_tickets()
    {
        var sale = new Sale { EndsAt = Sale.Noon.AddDays(31) };
        var done = Assert.IsType<Outcome.Done>(sale.Decide(1 * sale.Stalls, 1 * sale.Balcony));
        Assert.Equal(new(sale.EventId, "An evening", sale.StartsAt, "Europe/Vienna", sale.StartsAt.DateTime.AddHours(1), "Town hall", EventStatus.Upcoming, 7), done.Event);
        Assert.Equal(["Balcony", "Stalls"], done.TicketTypeNames.Values.Order());
    }

    [Fact]
    public void The_last_place_sold_makes_the_event_sold_out()
    {
        var sale = new Sale { Stalls = { Total = 2 }, Balcony = { Sold = 50 } };
        var inventory = sale.Open();
        Expect.Done(inventory.Decide(sale.Book(1 * sale.Stalls)));
        Assert.Empty(inventory.SoldOutChanges);
        var last = Assert.IsType<Outcome.Done>(inventory.Decide(sale.Book(1 * sale.Stalls)));
        Assert.Equal(EventStatus.SoldOut, last.Event.Status);
        Assert.Equal([(sale.EventId, true)], inventory.SoldOutChanges);
    }

    [Fact]
    public void The_last_place_held_does_not_make_the_event_sold_out()
    {
        var sale = new Sale { Capacity = 2 };
        var inventory = sale.Open();
        Expect.Done(inventory.Decide(sale.Book(2 * sale.Stalls) with { Hold = true }));
        Assert.Empty(inventory.SoldOutChanges);
    }

    [Fact]
    public void A_place_given_back_ends_sold_out()
    {
        var sale = new Sale { Capacity = 2, SoldOutFlag = true };
        var sold = sale.Sold(2);
        var inventory = sale.Open();
        Assert.Empty(inventory.SoldOutChanges);
        Expect.Done(inventory.Decide(new Cancel(sale.EventId, sold.Id, CancelReason.User, BoundByWindow: true, null)));
        Assert.Equal([(sale.EventId, false)], inventory.SoldOutChanges);
    }

    [Fact]
    public void Orders_are_filled_in_the_order_of_their_arrival()
    {
        var sale = new Sale { Capacity = 3 };
        var inventory = sale.Open();
        Expect.Done(inventory.Decide(sale.Book(2 * sale.Stalls)));
        Expect.Refused(Refusal.InsufficientAvailability, inventory.Decide(sale.Book(2 * sale.Balcony)));
        Expect.Done(inventory.Decide(sale.Book(1 * sale.Balcony)));
        Expect.Refused(Refusal.SoldOut, inventory.Decide(sale.Book(1 * sale.Balcony)));
        Assert.Equal(2, inventory.Created.Count());
    }

    [Fact]
    public void A_sweep_gives_back_what_lapsed_holds_claim_and_nothing_else()
    {
        var sale = new Sale();
        sale.Hold(3, expiresAt: sale.Now);
        sale.Hold(2, expiresAt: sale.Now.AddMilliseconds(1));
        var inventory = sale.Open();
        Assert.IsType<Outcome.Swept>(inventory.Decide(new Expire(sale.EventId)));
        Assert.Equal(new StockDelta(0, -3), inventory.TicketTypeDeltas[sale.Stalls.Id]);
        Assert.True(inventory.HasLapsedHolds);
        Assert.Empty(inventory.Changed);
    }
}
