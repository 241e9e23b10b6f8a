using Usher.Domain.BoxOffice;
using Xunit;

namespace Usher.UnitTests.BoxOffice;

public class ConfirmAndCancelTests
{
    [Fact]
    public void Confirming_a_hold_sells_it()
    {
        var sale = new Sale();
        var hold = sale.Hold(2);
        var inventory = sale.Open();
        var booking = Expect.Done(inventory.Decide(new Confirm(sale.EventId, hold.Id, PaymentVerdict.Approved)));
        Assert.Equal((BookingStatus.Confirmed, PaymentStatus.Paid, 3000), (booking.Status, booking.PaymentStatus, booking.CapturedMinor));
        Assert.Equal((sale.Now, null, hold.Version + 1), (booking.ConfirmedAt, booking.ExpiresAt, booking.Version));
        Assert.Equal([booking], inventory.Changed);
        Assert.Equal(new StockDelta(2, -2), inventory.TicketTypeDeltas[sale.Stalls.Id]);
        Assert.Equal(new StockDelta(2, -2), inventory.EventDeltas[sale.EventId]);
    }

    [Fact]
    public void A_hold_is_promised_until_its_last_millisecond()
    {
        var sale = new Sale();
        Assert.Equal(BookingStatus.Confirmed, Expect.Done(sale.Confirm(sale.Hold(2, expiresAt: sale.Now.AddMilliseconds(1)))).Status);
    }

    [Fact]
    public void A_hold_past_its_time_cannot_be_confirmed_before_it_is_swept()
    {
        var sale = new Sale();
        var refused = Expect.Refused(Refusal.BookingExpired, sale.Confirm(sale.Hold(2, expiresAt: sale.Now)));
        Assert.Equal(BookingStatus.Cancelled, refused.BookingStatus);
    }

    [Fact]
    public void A_hold_past_its_time_cannot_be_confirmed_after_it_is_swept()
    {
        var sale = new Sale();
        Assert.Equal(BookingStatus.Cancelled, Expect.Refused(Refusal.BookingExpired, sale.Confirm(sale.Swept())).BookingStatus);
    }

    [Fact]
    public void Confirming_again_changes_nothing()
    {
        var sale = new Sale();
        var sold = sale.Sold();
        var inventory = sale.Open();
        Assert.Equal(sold, Expect.Done(inventory.Decide(new Confirm(sale.EventId, sold.Id, PaymentVerdict.Declined))));
        Expect.NothingWritten(inventory);
    }

    [Theory]
    [InlineData(CancelReason.User)]
    [InlineData(CancelReason.Organizer)]
    [InlineData(CancelReason.EventCancelled)]
    [InlineData(CancelReason.PaymentFailed)]
    [InlineData(CancelReason.Admin)]
    public void A_cancelled_booking_cannot_be_confirmed(CancelReason reason)
    {
        var sale = new Sale();
        Assert.Equal(BookingStatus.Cancelled, Expect.Refused(Refusal.BookingCancelled, sale.Confirm(sale.GivenBack(reason))).BookingStatus);
    }

    [Fact]
    public void A_hold_of_a_cancelled_event_cannot_be_confirmed()
    {
        var sale = new Sale { Cancelled = true };
        Assert.Equal(BookingStatus.Pending, Expect.Refused(Refusal.EventCancelled, sale.Confirm(sale.Hold())).BookingStatus);
        Expect.Done(sale.Confirm(sale.Sold()));
    }

    [Fact]
    public void A_hold_can_be_confirmed_after_the_sale_has_closed()
    {
        var sale = new Sale { SalesEndAt = Sale.Noon, Stalls = { SalesEndAt = Sale.Noon } };
        Expect.Done(sale.Confirm(sale.Hold()));
    }

    [Fact]
    public void A_declined_payment_leaves_the_hold_as_it_was()
    {
        var sale = new Sale();
        var hold = sale.Hold();
        var inventory = sale.Open();
        var refused = Expect.Refused(Refusal.PaymentFailed, inventory.Decide(new Confirm(sale.EventId, hold.Id, PaymentVerdict.Declined)));
        Assert.Equal(BookingStatus.Pending, refused.BookingStatus);
        Expect.NothingWritten(inventory);
    }

    [Fact]
    public void A_payment_without_an_answer_leaves_the_hold_its_time_and_asks_again()
    {
        var sale = new Sale();
        var hold = sale.Hold();
        var inventory = sale.Open();
        var booking = Expect.Done(inventory.Decide(new Confirm(sale.EventId, hold.Id, PaymentVerdict.Unanswered)));
        Assert.Equal(hold with { SettleAt = sale.Now.AddSeconds(5), Version = hold.Version + 1 }, booking);
        Assert.Empty(inventory.TicketTypeDeltas);
        Assert.Equal([booking], inventory.Changed);
    }

    [Theory]
    [InlineData(PaymentVerdict.Declined)]
    [InlineData(PaymentVerdict.Unanswered)]
    public void A_hold_that_costs_nothing_is_confirmed_whatever_the_provider_says(PaymentVerdict payment)
    {
        var sale = new Sale { Stalls = { Price = 0 } };
        var booking = Expect.Done(sale.Confirm(sale.Hold(), payment));
        Assert.Equal((BookingStatus.Confirmed, PaymentStatus.None, 0), (booking.Status, booking.PaymentStatus, booking.CapturedMinor));
    }

    [Fact]
    public void Cancelling_a_hold_gives_its_places_back_and_owes_nothing()
    {
        var sale = new Sale();
        var hold = sale.Hold(2);
        var inventory = sale.Open();
        var booking = Expect.Done(inventory.Decide(new Cancel(sale.EventId, hold.Id, CancelReason.User, BoundByWindow: true, "no time")));
        Assert.Equal((BookingStatus.Cancelled, PaymentStatus.Unpaid), (booking.Status, booking.PaymentStatus));
        Assert.Equal((CancelReason.User, "no time", sale.Now), (booking.CancelReason, booking.CancelNote, booking.CancelledAt));
        Assert.Equal((0, 0, null, null), (booking.CapturedMinor, booking.RefundMinor, booking.SettleAt, booking.ExpiresAt));
        Assert.Equal(new StockDelta(0, -2), inventory.TicketTypeDeltas[sale.Stalls.Id]);
        Assert.Equal(new StockDelta(0, -2), inventory.EventDeltas[sale.EventId]);
    }

    [Fact]
    public void A_hold_that_is_given_up_because_nobody_paid_says_so()
    {
        var sale = new Sale();
        Assert.Equal(PaymentStatus.Failed, Expect.Done(sale.Cancel(sale.Hold(), CancelReason.PaymentFailed)).PaymentStatus);
        Assert.Equal(PaymentStatus.Paid, Expect.Done(sale.Cancel(sale.Sold(), CancelReason.PaymentFailed)).PaymentStatus);
    }

    [Fact]
    public void Cancelling_a_sale_gives_its_places_back_and_owes_all_that_was_paid()
    {
        var sale = new Sale();
        var sold = sale.Sold(2);
        var inventory = sale.Open();
        var booking = Expect.Done(inventory.Decide(new Cancel(sale.EventId, sold.Id, CancelReason.User, BoundByWindow: true, null)));
        Assert.Equal((BookingStatus.Cancelled, 3000, 3000), (booking.Status, booking.CapturedMinor, booking.RefundMinor));
        Assert.Equal((sale.Now, false, sold.Version + 1), (booking.SettleAt, booking.RefundDone, booking.Version));
        Assert.Equal(sold.ConfirmedAt, booking.ConfirmedAt);
        Assert.Equal(new StockDelta(-2, 0), inventory.TicketTypeDeltas[sale.Stalls.Id]);
        Assert.Equal(new StockDelta(-2, 0), inventory.EventDeltas[sale.EventId]);
    }

    [Fact]
    public void Cancelling_what_cost_nothing_owes_nothing()
    {
        var sale = new Sale { Stalls = { Price = 0 } };
        var booking = Expect.Done(sale.Cancel(sale.Sold()));
        Assert.Equal((PaymentStatus.None, 0, null), (booking.PaymentStatus, booking.RefundMinor, booking.SettleAt));
    }

    [Fact]
    public void Cancelling_again_changes_nothing()
    {
        var sale = new Sale();
        foreach (var gone in new[] { sale.GivenBack(), sale.Swept() })
        {
            var inventory = sale.Open();
            Assert.Equal(gone, Expect.Done(inventory.Decide(new Cancel(sale.EventId, gone.Id, CancelReason.Admin, BoundByWindow: false, "again"))));
            Expect.NothingWritten(inventory);
        }
    }

    [Fact]
    public void Cancelling_a_hold_past_its_time_finds_it_expired_at_the_instant_it_was_promised_until()
    {
        var sale = new Sale();
        var hold = sale.Hold(2, expiresAt: sale.Now.AddMinutes(-3));
        var inventory = sale.Open();
        var booking = Expect.Done(inventory.Decide(new Cancel(sale.EventId, hold.Id, CancelReason.User, BoundByWindow: true, null)));
        Assert.Equal((BookingStatus.Cancelled, CancelReason.Expired, sale.Now.AddMinutes(-3)), (booking.Status, booking.CancelReason, booking.CancelledAt));
        Assert.Null(booking.ExpiresAt);
        Assert.Equal(new StockDelta(0, -2), inventory.TicketTypeDeltas[sale.Stalls.Id]);
        Assert.Empty(inventory.Changed);
    }

    [Theory]
    [InlineData(null, -1, true)]
    [InlineData(null, 0, false)]
    [InlineData(null, 1, false)]
    [InlineData(-60_000, -60_001, true)]
    [InlineData(-60_000, -60_000, false)]
    [InlineData(60_000, 59_999, true)]
    [InlineData(60_000, 60_000, false)]
    public void A_buyer_may_cancel_until_the_events_deadline_or_else_a_day_before(int? deadline, int now, bool cancelled)
    {
        var dayBefore = Sale.Noon;
        var sale = new Sale { StartsAt = dayBefore.AddHours(24), Now = dayBefore.AddMilliseconds(now) };
        if (deadline is { } milliseconds)
            sale.CancellationDeadline = dayBefore.AddMilliseconds(milliseconds);
        var sold = sale.Sold();
        var outcome = sale.Cancel(sold);
        if (cancelled)
            Assert.Equal(BookingStatus.Cancelled, Expect.Done(outcome).Status);
        else
            Assert.Equal(BookingStatus.Confirmed, Expect.Refused(Refusal.CancellationClosed, outcome).BookingStatus);
    }

    [Fact]
    public void The_window_binds_neither_the_organizer_nor_an_admin()
    {
        var sale = new Sale { CancellationDeadline = Sale.Noon };
        Expect.Done(sale.Cancel(sale.Sold(), CancelReason.Organizer, boundByWindow: false));
        Expect.Done(sale.Cancel(sale.Sold(), CancelReason.Admin, boundByWindow: false));
    }

    [Fact]
    public void The_window_does_not_bind_holds()
    {
        var sale = new Sale { CancellationDeadline = Sale.Noon.AddDays(-1) };
        Expect.Done(sale.Cancel(sale.Hold()));
    }

    [Fact]
    public void The_window_does_not_bind_the_buyers_of_a_cancelled_event()
    {
        var sale = new Sale { CancellationDeadline = Sale.Noon.AddDays(-1), Cancelled = true };
        Expect.Done(sale.Cancel(sale.Sold()));
    }

    [Fact]
    public void Nobody_can_confirm_or_cancel_what_is_not_there()
    {
        var sale = new Sale();
        var stranger = new Sale().Hold();
        Expect.Refused(Refusal.BookingNotFound, sale.Confirm(stranger));
        Expect.Refused(Refusal.BookingNotFound, sale.Cancel(stranger));
        sale.Known = false;
        Expect.Refused(Refusal.EventNotFound, sale.Confirm(stranger));
        Expect.Refused(Refusal.EventNotFound, sale.Cancel(stranger));
    }

    [Fact]
    public void Of_two_who_race_in_a_batch_the_second_hears_the_state_the_first_made()
    {
        var sale = new Sale();
        var hold = sale.Hold();
        var confirm = new Confirm(sale.EventId, hold.Id, PaymentVerdict.Approved);
        var cancel = new Cancel(sale.EventId, hold.Id, CancelReason.User, BoundByWindow: true, null);

        var cancelledFirst = sale.Open();
        Expect.Done(cancelledFirst.Decide(cancel));
        Assert.Equal(BookingStatus.Cancelled, Expect.Refused(Refusal.BookingCancelled, cancelledFirst.Decide(confirm)).BookingStatus);

        var confirmedTwice = sale.Open();
        Assert.Equal(Expect.Done(confirmedTwice.Decide(confirm)), Expect.Done(confirmedTwice.Decide(confirm)));
        Assert.Equal(new StockDelta(2, -2), confirmedTwice.EventDeltas[sale.EventId]);
        Assert.Single(confirmedTwice.Changed);
    }
}
