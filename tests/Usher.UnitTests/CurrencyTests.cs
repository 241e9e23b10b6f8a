using System.Globalization;
using CsCheck;
using Usher.Domain;
using Xunit;

namespace Usher.UnitTests;

public class CurrencyTests
{
    private static readonly Gen<Currency> Currencies = Gen.OneOf("JPY", "EUR", "USD", "KWD", "CLF").Select(Currency.Get);

    [Theory]
    [InlineData("EUR", 2)]
    [InlineData("USD", 2)]
    [InlineData("JPY", 0)]
    [InlineData("ISK", 0)]
    [InlineData("HUF", 2)]
    [InlineData("TND", 3)]
    [InlineData("BHD", 3)]
    [InlineData("CLF", 4)]
    [InlineData("XCG", 2)]
    [InlineData("ZWG", 2)]
    public void A_currency_has_the_digits_of_ISO_4217(string code, int digits)
    {
        Assert.True(Currency.TryGet(code, out var currency));
        Assert.Equal((code, digits), (currency.Code, currency.Digits));
        Assert.Equal(currency, Currency.Get(code));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("eur")]
    [InlineData(" EUR")]
    [InlineData("EURO")]
    [InlineData("€")]
    [InlineData("978")]
    [InlineData("DEM")] // the euro took their place
    [InlineData("HRK")]
    [InlineData("BGN")]
    [InlineData("ANG")] // XCG and ZWG did
    [InlineData("ZWL")]
    [InlineData("XAU")] // has no minor unit
    [InlineData("XXX")]
    [InlineData("XTS")]
    public void Any_other_code_is_no_currency(string? code)
    {
        Assert.False(Currency.TryGet(code, out _));
        Assert.Throws<ArgumentException>(() => Currency.Get(code!));
    }

    [Fact]
    public void The_list_is_whole()
    {
        var letters = Enumerable.Range('A', 26).Select(letter => (char)letter).ToList();
        var known = from a in letters from b in letters from c in letters where Currency.TryGet($"{a}{b}{c}", out _) select 1;
        Assert.Equal(165, known.Count());
    }

    [Theory]
    [InlineData("EUR", 1500, "15.00")]
    [InlineData("EUR", -1, "-0.01")]
    [InlineData("JPY", 1500, "1500")]
    [InlineData("KWD", 1500, "1.500")]
    [InlineData("EUR", 0, "0.00")]
    [InlineData("CLF", long.MaxValue, "922337203685477.5807")]
    public void An_amount_in_major_units_has_exactly_the_digits_of_its_currency(string code, long minor, string major) =>
        Assert.Equal(major, Currency.Get(code).ToMajor(minor).ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("EUR", "1.5", 150)]
    [InlineData("EUR", "1.5000000", 150)]
    [InlineData("JPY", "1500.00", 1500)]
    [InlineData("EUR", "92233720368547758.07", long.MaxValue)]
    [InlineData("EUR", "-92233720368547758.08", long.MinValue)]
    public void An_amount_fits_when_no_digit_is_lost(string code, string major, long minor)
    {
        Assert.True(Currency.Get(code).TryToMinor(Number(major), out var found));
        Assert.Equal(minor, found);
    }

    [Theory]
    [InlineData("EUR", "1.505")]
    [InlineData("EUR", "0.0000000000000000000000000001")]
    [InlineData("JPY", "0.5")]
    [InlineData("KWD", "1.0005")]
    [InlineData("EUR", "92233720368547758.08")]
    [InlineData("EUR", "-92233720368547758.09")]
    [InlineData("CLF", "79228162514264337593543950335")]
    [InlineData("JPY", "-79228162514264337593543950335")]
    public void An_amount_with_more_decimals_or_too_large_is_refused(string code, string major)
    {
        Assert.False(Currency.Get(code).TryToMinor(Number(major), out var minor));
        Assert.Equal(0, minor);
    }

    [Fact]
    public void Every_amount_comes_back_from_major_units() =>
        Gen.Select(Currencies, Gen.Long).Sample((currency, minor) => currency.TryToMinor(currency.ToMajor(minor), out var back) && back == minor);

    [Fact]
    public void What_fits_is_worth_the_same() =>
        Gen.Select(Currencies, Gen.Decimal).Sample((currency, major) => !currency.TryToMinor(major, out var minor) || currency.ToMajor(minor) == major);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
