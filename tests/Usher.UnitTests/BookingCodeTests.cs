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
