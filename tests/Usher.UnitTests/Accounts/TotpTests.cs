using System.Text;
using Usher.Domain.Accounts;
using Xunit;

namespace Usher.UnitTests.Accounts;

public sealed class TotpTests
{
    /// <summary>Of RFC 4226, appendix D, and RFC 6238, appendix B.</summary>
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(3, "969429")]
    [InlineData(4, "338314")]
    [InlineData(5, "254676")]
    [InlineData(6, "287922")]
    [InlineData(7, "162583")]
    [InlineData(8, "399871")]
    [InlineData(9, "520489")]
    public void The_values_of_RFC_4226_come_out(long step, string code) => Assert.Equal(code, Totp.CodeOf(Secret, step));

    /// <summary>The RFC shows eight digits; six are the last of them.</summary>
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1_111_111_109, "07081804")]
    [InlineData(1_111_111_111, "14050471")]
    [InlineData(1_234_567_890, "89005924")]
    [InlineData(2_000_000_000, "69279037")]
    [InlineData(20_000_000_000, "65353130")]
    public void The_values_of_RFC_6238_come_out(long seconds, string code) =>
        Assert.Equal(code[2..], Totp.CodeOf(Secret, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_code_is_good_half_a_minute_early_or_late_and_no_longer(int away, bool good)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);
        var step = Totp.StepAt(now) + away;
        Assert.Equal(good ? step : null, Totp.StepOf(Totp.CodeOf(Secret, step), Secret, now, after: 0));
    }

    [Fact]
    public void Neither_the_last_code_nor_one_before_it_is_good_again()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);
        var last = Totp.StepAt(now);
        Assert.Null(Totp.StepOf(Totp.CodeOf(Secret, last), Secret, now, after: last));
        Assert.Null(Totp.StepOf(Totp.CodeOf(Secret, last - 1), Secret, now, after: last));
        Assert.Equal(last + 1, Totp.StepOf(Totp.CodeOf(Secret, last + 1), Secret, now, after: last));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5924")]
    [InlineData("0005924")]
    [InlineData("005925")]
    [InlineData("٠٠٥٩٢٤")]
    public void What_is_no_code_of_this_time_is_none(string code) =>
        Assert.Null(Totp.StepOf(code, Secret, DateTimeOffset.FromUnixTimeSeconds(1_234_567_890), after: 0));

    /// <summary>Of RFC 4648, section 10, without their padding.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void The_values_of_RFC_4648_come_out(string bytes, string text) => Assert.Equal(text, Base32.Write(Encoding.ASCII.GetBytes(bytes)));

    [Fact]
    public void A_recovery_code_is_read_however_it_is_typed()
    {
        var code = RecoveryCode.Write([0x00, 0x44, 0x32, 0x14, 0xC7, 0x42, 0x54, 0xB6, 0x35, 0xCF]);
        Assert.Equal("abcd-efgh-ijkl-mnop", code);
        foreach (var typed in (string[])[code, "ABCDEFGHIJKLMNOP", " abcd efgh-IJKL mnop "])
            Assert.Equal("abcdefghijklmnop", RecoveryCode.Clean(typed));
    }
}
