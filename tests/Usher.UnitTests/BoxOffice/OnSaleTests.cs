using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Xunit;

namespace Usher.UnitTests.BoxOffice;

/// <summary>What is shown as on sale, and what is sold, are one decision; its parts, one by one.</summary>
public sealed class OnSaleTests
{
    private static readonly DateTimeOffset Now = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_event_is_sold_out_by_its_capacity_or_by_all_of_its_types()
    {
        static bool IsSoldOut(Allotment capacity, params List<Allotment> types) => OnSale.IsSoldOut(capacity, types, type => type);
        Assert.True(IsSoldOut(new(10, 10, 0), new Allotment(20, 10, 0)));
        Assert.True(IsSoldOut(new(10, 4, 0), new Allotment(2, 2, 0), new(2, 2, 0)));
        Assert.False(IsSoldOut(new(10, 4, 0), new Allotment(2, 2, 0), new(3, 2, 0)));
        // Holds may come back.
        Assert.False(IsSoldOut(new(10, 4, 6), new Allotment(10, 4, 6)));
        Assert.False(IsSoldOut(new(0, 0, 0)));
    }

    [Fact]
    public void What_can_be_had_is_bounded_by_the_capacity_and_a_lapsed_hold_frees_its_places()
    {
        Assert.Equal(5, OnSale.Available(free: 5, lapsed: 0, new(20, 3, 2), lapsedOfAll: 0));
        Assert.Equal(3, OnSale.Available(free: 5, lapsed: 0, new(10, 5, 2), lapsedOfAll: 0));
        Assert.Equal(7, OnSale.Available(free: 5, lapsed: 2, new(10, 2, 4), lapsedOfAll: 3));
        // Of another type: it makes room in the event, and none in this type.
        Assert.Equal(5, OnSale.Available(free: 5, lapsed: 0, new(10, 2, 4), lapsedOfAll: 3));
        Assert.Equal(0, OnSale.Available(free: 5, lapsed: 0, new(10, 9, 2), lapsedOfAll: 0));
    }

    [Fact]
    public void A_sale_is_refused_for_the_event_before_its_window()
    {
        var (open, notYet, over) = (new SaleWindow(Now, null), new SaleWindow(Now.AddMilliseconds(1), null), new SaleWindow(null, Now));
        Assert.Null(OnSale.Refuse(EventStatus.Upcoming, open, Now));
        Assert.Equal(Refusal.SalesNotOpen, OnSale.Refuse(EventStatus.Upcoming, notYet, Now));
        Assert.Equal(Refusal.SalesClosed, OnSale.Refuse(EventStatus.Upcoming, over, Now));
        Assert.Equal(Refusal.EventCancelled, OnSale.Refuse(EventStatus.Cancelled, over, Now));
        Assert.Equal(Refusal.EventPast, OnSale.Refuse(EventStatus.Past, notYet, Now));
    }
}
