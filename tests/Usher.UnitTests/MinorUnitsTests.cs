using CsCheck;
using Usher.Domain;
using Xunit;

namespace Usher.UnitTests;

public class MinorUnitsTests
{
    [Fact]
    public void A_sum_is_exact_or_stops_at_the_end_of_what_a_number_holds() =>
        Gen.Select(Gen.Long, Gen.Long).Sample((one, other) =>
            MinorUnits.Add(one, other) == (long)Int128.Clamp((Int128)one + other, long.MinValue, long.MaxValue)
            && MinorUnits.Of(one / 1_000_000, one % 1_000_000) == one);

    [Fact]
    public void The_ends_are_the_ends()
    {
        Assert.Equal(long.MaxValue, MinorUnits.Add(long.MaxValue, 1));
        Assert.Equal(long.MinValue, MinorUnits.Add(long.MinValue, -1));
        Assert.Equal(long.MaxValue, MinorUnits.Of(long.MaxValue, 999_999));
    }

    [Fact]
    public void The_highest_price_fits_in_the_units_that_lists_sort_by()
    {
        foreach (var currency in Currency.All)
        {
            Assert.True(currency.TryToMinor(currency.ToMajor(MinorUnits.HighestPrice), out var back) && back == MinorUnits.HighestPrice, currency.Code);
            Assert.Equal((Int128)MinorUnits.HighestPrice * currency.ScaledMinorUnit, currency.ToScaled(MinorUnits.HighestPrice));
        }
    }
}
