using Usher.Domain.BoxOffice;
using Xunit;

namespace Usher.UnitTests.BoxOffice;

/// <summary>Windows, caps, what is left, and what it costs: each at its edges.</summary>
public class SaleConditionTests
{
    [Theory]
    [InlineData(-1, Refusal.SalesNotOpen)]
    [InlineData(0, null)]
    [InlineData(59_999, null)]
    [InlineData(60_000, Refusal.SalesClosed)]
    public void A_sale_window_has_its_start_and_not_its_end(int milliseconds, Refusal? reason)
    {
        var (start, end) = (Sale.Noon, Sale.Noon.AddMinutes(1));
        var now = Sale.Noon.AddMilliseconds(milliseconds);
        var ofEvent = new Sale { Now = now, SalesStartAt = start, SalesEndAt = end };
        var ofType = new Sale { Now = now, Stalls = { SalesStartAt = start, SalesEndAt = end } };
        foreach (var (sale, type) in new[] { (ofEvent, (Guid?)null), (ofType, ofType.Stalls.Id) })
        {
            var outcome = sale.Decide(1 * sale.Balcony, 1 * sale.Stalls);
            if (reason is null)
                Expect.Done(outcome);
            else
                Assert.Equal(type, Expect.Refused(reason.Value, outcome).TicketTypeId);
        }
    }

    [Fact]
    public void A_closed_ticket_type_does_not_close_its_neighbour()
    {
        var sale = new Sale { Stalls = { SalesEndAt = Sale.Noon } };
        Expect.Done(sale.Decide(1 * sale.Balcony));
    }

    [Theory]
    [InlineData(null, 0, true)]
    [InlineData(null, 1, false)]
    [InlineData(120, 120, true)]
    [InlineData(120, 121, false)]
    public void An_event_is_past_once_its_end_or_else_its_start_has_gone_by(int? endsAfter, int now, bool sold)
    {
        var sale = new Sale { StartsAt = Sale.Noon, Now = Sale.Noon.AddSeconds(now) };
        if (endsAfter is { } seconds)
            sale.EndsAt = Sale.Noon.AddSeconds(seconds);
        var outcome = sale.Decide(1 * sale.Stalls);
        if (sold)
            Expect.Done(outcome);
        else
            Expect.Refused(Refusal.EventPast, outcome);
    }

    [Theory]
    [InlineData(0, 5, null)]
    [InlineData(0, 6, 5)]
    [InlineData(3, 2, null)]
    [InlineData(3, 3, 2)]
    [InlineData(5, 1, 0)]
    [InlineData(8, 1, 0)]
    public void A_buyer_has_at_most_what_the_event_allows_one_person(int has, int wants, int? available)
    {
        var sale = new Sale { MaxPerUser = 5, TicketsOfBuyer = has };
        var outcome = sale.Decide(wants * sale.Stalls);
        if (available is null)
        {
            Expect.Done(outcome);
            return;
        }
        var refused = Expect.Refused(Refusal.MaxPerUser, outcome);
        Assert.Equal((5, available), (refused.Limit, refused.Available));
    }

    [Theory]
    [InlineData(null, null, 0, 10, null)]
    [InlineData(null, null, 1, 10, 9)]
    [InlineData(null, 4, 2, 2, null)]
    [InlineData(null, 4, 2, 3, 2)]
    [InlineData(6, 4, 4, 2, null)]
    [InlineData(6, 4, 4, 3, 2)]
    [InlineData(3, null, 0, 4, 3)]
    [InlineData(3, null, 7, 1, 0)]
    public void A_buyer_holds_at_once_at_most_what_is_configured_or_else_what_one_booking_may_have(int? mostHeld, int? maxPerBooking, int held, int wants, int? available)
    {
        var sale = new Sale { MaxHeldPerUser = mostHeld, MaxPerBooking = maxPerBooking, HeldByBuyer = held };
        var outcome = sale.Open().Decide(sale.Book(wants * sale.Stalls) with { Hold = true });
        if (available is null)
        {
            Expect.Done(outcome);
            return;
        }
        var refused = Expect.Refused(Refusal.MaxHeld, outcome);
        Assert.Equal((mostHeld ?? maxPerBooking ?? 10, available), (refused.Limit, refused.Available));
        // What is paid for at once is nobody's hold.
        Expect.Done(sale.Decide(wants * sale.Stalls));
    }

    [Fact]
    public void What_a_buyer_holds_counts_for_the_next_hold_in_the_batch_and_what_is_confirmed_or_given_back_does_not()
    {
        var sale = new Sale { MaxHeldPerUser = 4 };
        var (one, other) = (sale.Hold(2), sale.Hold(2));
        sale.HeldByBuyer = 4;
        var inventory = sale.Open();
        var hold = sale.Book(2 * sale.Balcony) with { Hold = true };
        Expect.Refused(Refusal.MaxHeld, inventory.Decide(hold));
        Expect.Done(inventory.Decide(hold with { UserId = Guid.CreateVersion7() }));
        Expect.Done(inventory.Decide(new Confirm(sale.EventId, one.Id, PaymentVerdict.Approved)));
        Expect.Done(inventory.Decide(hold));
        Expect.Refused(Refusal.MaxHeld, inventory.Decide(hold));
        Expect.Done(inventory.Decide(new Cancel(sale.EventId, other.Id, CancelReason.User, BoundByWindow: true, null)));
        Expect.Done(inventory.Decide(hold));
        Expect.Refused(Refusal.MaxHeld, inventory.Decide(hold));
    }

    [Fact]
    public void What_a_buyer_books_counts_for_the_next_order_in_the_batch_and_what_is_given_back_does_not()
    {
        var sale = new Sale { MaxPerUser = 4 };
        var sold = sale.Sold(2);
        var inventory = sale.Open();
        Expect.Done(inventory.Decide(sale.Book(2 * sale.Stalls) with { Hold = true }));
        Expect.Refused(Refusal.MaxPerUser, inventory.Decide(sale.Book(1 * sale.Balcony)));
        Expect.Done(inventory.Decide(sale.Book(1 * sale.Balcony) with { UserId = Guid.CreateVersion7() }));
        Expect.Done(inventory.Decide(new Cancel(sale.EventId, sold.Id, CancelReason.User, BoundByWindow: true, null)));
        Expect.Done(inventory.Decide(sale.Book(2 * sale.Balcony)));
        Expect.Refused(Refusal.MaxPerUser, inventory.Decide(sale.Book(1 * sale.Balcony)));
    }

    [Theory]
    // total, sold, held, wanted, reason, available
    [InlineData(5, 0, 0, 5, null, null)]
    [InlineData(5, 3, 0, 2, null, null)]
    [InlineData(5, 3, 0, 3, Refusal.InsufficientAvailability, 2)]
    [InlineData(5, 3, 1, 2, Refusal.InsufficientAvailability, 1)]
    [InlineData(5, 0, 5, 1, Refusal.InsufficientAvailability, 0)]
    [InlineData(5, 4, 1, 1, Refusal.InsufficientAvailability, 0)]
    [InlineData(5, 5, 0, 1, Refusal.SoldOut, 0)]
    [InlineData(0, 0, 0, 1, Refusal.SoldOut, 0)]
    public void A_type_is_sold_out_when_all_is_sold_and_short_while_some_is_held(int total, int sold, int held, int wanted, Refusal? reason, int? available)
    {
        var sale = new Sale { Stalls = { Total = total, Sold = sold, Held = held } };
        var outcome = sale.Decide(1 * sale.Balcony, wanted * sale.Stalls);
        if (reason is null)
        {
            Expect.Done(outcome);
            return;
        }
        var refused = Expect.Refused(reason.Value, outcome);
        Assert.Equal((available, sale.Stalls.Id), (refused.Available, refused.TicketTypeId));
    }

    [Theory]
    // capacity, sold of the balcony, held of the balcony, wanted stalls, reason, available
    [InlineData(10, 8, 0, 2, null, null)]
    [InlineData(10, 8, 0, 3, Refusal.InsufficientAvailability, 2)]
    [InlineData(10, 8, 2, 1, Refusal.InsufficientAvailability, 0)]
    [InlineData(10, 10, 0, 1, Refusal.SoldOut, 0)]
    public void A_houses_capacity_is_shared_by_its_types(int capacity, int sold, int held, int wanted, Refusal? reason, int? available)
    {
        var sale = new Sale { Capacity = capacity, Balcony = { Sold = sold, Held = held } };
        var outcome = sale.Decide(wanted * sale.Stalls);
        if (reason is null)
        {
            Expect.Done(outcome);
            return;
        }
        var refused = Expect.Refused(reason.Value, outcome);
        Assert.Equal((available, null), (refused.Available, refused.TicketTypeId));
    }

    [Fact]
    public void What_is_available_of_a_type_is_capped_by_what_the_house_has_left()
    {
        var sale = new Sale { Capacity = 3, Stalls = { Total = 5 } };
        Assert.Equal(3, Expect.Refused(Refusal.InsufficientAvailability, sale.Decide(6 * sale.Stalls)).Available);
    }

    [Fact]
    public void An_order_is_filled_whole_or_not_at_all()
    {
        var sale = new Sale { Balcony = { Total = 1 } };
        var inventory = sale.Open();
        Expect.Refused(Refusal.InsufficientAvailability, inventory.Decide(sale.Book(2 * sale.Stalls, 2 * sale.Balcony)));
        Expect.NothingWritten(inventory);
    }

    [Fact]
    public void What_lapsed_holds_claim_is_for_sale_before_anyone_sweeps()
    {
        var sale = new Sale { Stalls = { Total = 4 } };
        sale.Hold(4, expiresAt: sale.Now);
        var inventory = sale.Open();
        Assert.True(inventory.HasLapsedHolds);
        Expect.Done(inventory.Decide(sale.Book(4 * sale.Stalls)));
        Assert.Equal(new StockDelta(4, -4), inventory.TicketTypeDeltas[sale.Stalls.Id]);
        Assert.Equal(new StockDelta(4, -4), inventory.EventDeltas[sale.EventId]);
    }

    [Theory]
    [InlineData("EUR", "40", true)]
    [InlineData("EUR", "40.00", true)]
    [InlineData("EUR", "40.01", false)]
    [InlineData("EUR", "4000", false)]
    [InlineData("JPY", "4000", true)]
    [InlineData("KWD", "4.000", true)]
    public void A_buyer_who_expects_another_total_is_told_the_right_one(string currency, string expected, bool sold)
    {
        var sale = new Sale { Currency = currency };
        foreach (var hold in new[] { false, true })
        {
            var total = decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture);
            var outcome = sale.Open().Decide(sale.Book(2 * sale.Stalls, 1 * sale.Balcony) with { ExpectedTotal = total, Hold = hold });
            if (sold)
                Expect.Done(outcome);
            else
                Assert.Equal(4000, Expect.Refused(Refusal.PriceChanged, outcome).TotalMinor);
        }
    }
}
