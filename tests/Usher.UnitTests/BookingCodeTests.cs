using CsCheck;
using Usher.Domain;
using Xunit;

namespace Usher.UnitTests;

public class BookingCodeTests
{
    [Theory]
    [InlineData(0UL, "00000000")]
    [InlineData(31UL, "0000000Z")]
    [InlineData(0xFF_FFFF_FFFFUL, "ZZZZZZZZ")]
    [InlineData(0xABCD_EF00_0000_0000UL, "00000000")]
    public void A_code_is_the_low_forty_bits(ulong random, string code) => Assert.Equal(code, BookingCode.From(random));

    [Theory]
    [InlineData("0123ABCD", "0123ABCD")]
    [InlineData("0123abcd", "0123ABCD")]
    [InlineData("o1il-OILz", "0111011Z")]
    [InlineData("-01-23-ab-cd-", "0123ABCD")]
    public void A_code_is_read_as_people_type_it(string typed, string code)
    {
        Assert.True(BookingCode.TryNormalize(typed, out var read));
        Assert.Equal(code, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123ABC")]
    [InlineData("0123ABCDE")]
    [InlineData("0123ABCU")]
    [InlineData("0123 ABCD")]
    [InlineData("0123ABCé")]
    [InlineData("0123ABCı")]
    [InlineData("0123ABCſ")]
    [InlineData("0123ABC٣")]
    [InlineData("019aa1b2-3c4d-7e5f-8a6b-9c0d1e2f3a4b")]
    public void Anything_else_is_no_code(string? typed)
    {
        Assert.False(BookingCode.TryNormalize(typed, out var code));
        Assert.Equal("", code);
    }

    [Theory]
    [InlineData("01234567", false)] // 1234567
    [InlineData("1234E567", false)] // 1.234E+570
    [InlineData("0000E000", false)]
    [InlineData("1MAR2026", false)] // a date
    [InlineData("01MAR026", false)]
    [InlineData("MARCH001", false)]
    [InlineData("SEPT0001", false)]
    [InlineData("1DEZ2026", false)] // in German
    [InlineData("15MRT026", false)] // in Dutch
    [InlineData("CHF12345", false)] // money
    [InlineData("12345CZK", false)]
    [InlineData("1234567P", false)]
    [InlineData("2026W123", false)]
    [InlineData("DECEMBER", true)]
    [InlineData("1E5E1234", true)]
    [InlineData("A1B23456", true)]
    [InlineData("7H3Q9KXW", true)]
    public void A_code_that_a_spreadsheet_would_change_is_not_issued(string code, bool isText) => Assert.Equal(isText, BookingCode.IsText(code));

    /// <summary>Numbers and dates of any language have their letters in one place; so much is left that nobody runs out of codes.</summary>
    [Fact]
    public void Eight_of_nine_codes_are_issued()
    {
        var random = new Random(1);
        Assert.InRange(Enumerable.Range(0, 100_000).Count(_ => BookingCode.IsText(BookingCode.From((ulong)random.NextInt64()))), 87_000, 90_000);
    }

    [Fact]
    public void Every_code_reads_as_itself_in_either_case() =>
        Gen.ULong.Select(BookingCode.From).Sample(code =>
            BookingCode.TryNormalize(code, out var same) && same == code
            && BookingCode.TryNormalize(code.ToLowerInvariant(), out var lower) && lower == code);

    [Fact]
    public void Different_bits_give_different_codes() =>
        Gen.Select(Gen.ULong[0, 0xFF_FFFF_FFFF], Gen.ULong[0, 0xFF_FFFF_FFFF]).Sample((a, b) =>
            a == b == (BookingCode.From(a) == BookingCode.From(b)));
}
