using Usher.Domain.BoxOffice;
using Xunit;

namespace Usher.UnitTests.BoxOffice;

/// <summary>An inventory that is given stock and bookings which do not agree decides nothing.</summary>
public class AssertionTests
{
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(90, 11)]
    public void A_ticket_type_with_impossible_counters(int sold, int held)
    {
        var sale = new Sale { Capacity = 1000 };
        (sale.Stalls.Total, sale.Stalls.Sold, sale.Stalls.Held) = (100, sold, held);
        // Its event counts what its types do; the balcony makes that possible.
        (sale.Balcony.Total, sale.Balcony.Sold, sale.Balcony.Held) = (100, 5, 5);
        Assert.Contains($"Ticket type {sale.Stalls.Id} counts {sold} sold and {held} held of 100", Broken(() => sale.Open()));
    }

    [Fact]
    public void An_event_above_its_capacity()
    {
        var sale = new Sale { Capacity = 3 };
        (sale.Stalls.Sold, sale.Balcony.Sold) = (2, 2);
        Assert.Contains($"Event {sale.EventId} counts 4 sold and 0 held of 3", Broken(() => sale.Open()));
    }

    [Fact]
    public void A_hold_that_the_counters_do_not_know()
    {
        var sale = new Sale();
        var hold = sale.Hold(2);
        sale.Stalls.Held = 1;
        Assert.Contains("counts 2 sold and -1 held", Broken(() => sale.Confirm(hold)));
        Assert.Contains("counts 0 sold and -1 held", Broken(() => sale.Cancel(hold)));
    }

    [Fact]
    public void A_sale_that_the_counters_do_not_know()
    {
        var sale = new Sale();
        var sold = sale.Sold(2);
        sale.Stalls.Sold = 1;
        Assert.Contains("counts -1 sold and 0 held", Broken(() => sale.Cancel(sold)));
    }

    [Fact]
    public void A_lapsed_hold_that_claims_more_than_is_held()
    {
        var sale = new Sale();
        sale.Lapsed.Add(new(sale.EventId, sale.Stalls.Id, 1));
        Assert.Contains("counts 0 sold and -1 held", Broken(() => sale.Open()));
    }

    [Fact]
    public void A_booking_of_a_ticket_type_that_is_not_there()
    {
        var sale = new Sale();
        var hold = sale.Hold(2);
        var elsewhere = Guid.CreateVersion7();
        sale.Bookings[0] = hold with { Items = [.. hold.Items.Select(i => new BookingItem { Id = i.Id, BookingId = i.BookingId, TicketTypeId = elsewhere, Quantity = i.Quantity, UnitPriceMinor = i.UnitPriceMinor })] };
        Assert.Contains($"has no ticket type {elsewhere}", Broken(() => sale.Confirm(hold)));
        sale.Lapsed.Add(new(sale.EventId, elsewhere, 1));
        Assert.Contains($"has no ticket type {elsewhere}", Broken(() => sale.Open()));
    }

    private static string Broken(Action decide) => Assert.Throws<BrokenInvariantException>(decide).Message;
}
