using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using CsCheck;
using Usher.Server.Platform.Http;
using Xunit;

namespace Usher.UnitTests.Http;

public class JsonIntegersTests
{
    [Theory]
    [InlineData("2", 2)]
    [InlineData("2.0", 2)]
    [InlineData("2.000000000000000000000000000000000000", 2)]
    [InlineData("1e0", 1)]
    [InlineData("2e2", 200)]
    [InlineData("2E+02", 200)]
    [InlineData("0.02e4", 200)]
    [InlineData("20e-1", 2)]
    [InlineData("200000.0", 200_000)]
    [InlineData("-0", 0)]
    [InlineData("-0.0", 0)]
    [InlineData("0e999999999999999999", 0)]
    [InlineData("0.000e-99999999999", 0)]
    [InlineData("-12.50e1", -125)]
    [InlineData("9223372036854775807.0", long.MaxValue)]
    [InlineData("-9223372036854775808.00", long.MinValue)]
    [InlineData("9.223372036854775807e18", long.MaxValue)]
    public void A_number_without_a_fraction_is_an_integer(string number, long value) => Assert.Equal(value, JsonSerializer.Deserialize<long>(number, StrictJson.Options));

    [Theory]
    [InlineData("2.5")]
    [InlineData("1e-1")]
    [InlineData("0.1")]
    [InlineData("2.0000000000000000000000000000000000001")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809.0")]
    [InlineData("18446744073709551617")]
    [InlineData("1e19")]
    [InlineData("1e400")]
    [InlineData("1e999999999999999999999")]
    [InlineData("1e-999999999999999999999")]
    [InlineData("\"2\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[2]")]
    public void Anything_else_is_none(string number)
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<long>(number, StrictJson.Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<int>(number, StrictJson.Options));
    }

    [Fact]
    public void Each_kind_has_its_own_ends()
    {
        Assert.Equal(int.MaxValue, JsonSerializer.Deserialize<int>("2147483647.0", StrictJson.Options));
        Assert.Equal(int.MinValue, JsonSerializer.Deserialize<int>("-2.147483648e9", StrictJson.Options));
        foreach (var number in (string[])["2147483648.0", "-2147483649", "3e9"])
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<int>(number, StrictJson.Options));
        Assert.Equal([1, null, 3], JsonSerializer.Deserialize<int?[]>("[1.0, null, 3e0]", StrictJson.Options)!);
    }

    [Fact]
    public void The_longest_exponent_costs_one_look()
    {
        var number = Encoding.ASCII.GetBytes($"1e{new string('9', 200_000)}");
        Assert.False(JsonIntegers.TryRead(number, out _));
        number = Encoding.ASCII.GetBytes($"0.{new string('0', 100_000)}7{new string('0', 100_000)}e100001");
        Assert.True(JsonIntegers.TryRead(number, out var seven) && seven == 7);
    }

    [Fact]
    public void It_is_what_the_number_means() =>
        Gen.Select(Gen.Long[-10_000_000_000, 10_000_000_000], Gen.Int[0, 12], Gen.Int[-14, 14], Gen.Bool).Sample((digits, point, exponent, upper) =>
        {
            var text = Math.Abs(digits).ToString(CultureInfo.InvariantCulture).PadLeft(point + 1, '0');
            if (point > 0)
                text = text.Insert(text.Length - point, ".");
            text = $"{(digits < 0 ? "-" : "")}{text}{(upper ? 'E' : 'e')}{exponent}";
            var (over, power) = (new BigInteger(digits), exponent - point);
            BigInteger? means = power >= 0 ? over * BigInteger.Pow(10, power) : over % BigInteger.Pow(10, -power) == 0 ? over / BigInteger.Pow(10, -power) : null;
            var isLong = means is { } whole && whole >= long.MinValue && whole <= long.MaxValue;
            return JsonIntegers.TryRead(Encoding.ASCII.GetBytes(text), out var read) == isLong && (!isLong || read == (long)means!.Value);
        }, iter: 100_000);
}
