using CsCheck;
using Usher.Domain;
using Xunit;

namespace Usher.UnitTests;

public class EmailAddressTests
{
    private static readonly string[] Labels = [new('a', 63), new('b', 63), new('c', 59), "at"];

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("Ada.Lovelace+tickets@mail.example.co.uk")]
    [InlineData("!#$%&'*+-/=?^_`{|}~@example.com")]
    [InlineData("1@2.example")]
    [InlineData("a@b.xn--p1ai")]
    [InlineData("jörg@exämple.at")]
    [InlineData("संपर्क@डाटामेल.भारत")]
    [InlineData("用户@例え.jp")]
    public void An_address_is_a_dot_atom_at_a_host_name(string address) => Assert.True(EmailAddress.IsValid(address));

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("ada")]
    [InlineData("ada@localhost")]
    [InlineData("@example.com")]
    [InlineData("ada@")]
    [InlineData("ada@example.")]
    [InlineData("ada@.example.com")]
    [InlineData("ada@example..com")]
    [InlineData("ada@-example.com")]
    [InlineData("ada@example-.com")]
    [InlineData("ada@exam_ple.com")]
    [InlineData("ada@example.com@example.com")]
    [InlineData(".ada@example.com")]
    [InlineData("ada.@example.com")]
    [InlineData("a..da@example.com")]
    [InlineData("a da@example.com")]
    [InlineData(" ada@example.com")]
    [InlineData("ada@example.com ")]
    [InlineData("ada@example.com\n")]
    [InlineData("ada@exa\r\nmple.com")]
    [InlineData("ada\0@example.com")]
    [InlineData("a\u200Bda@example.com")]
    [InlineData("a\u034Fda@example.com")]
    [InlineData("\u3164@example.com")]
    [InlineData("ada\u202E@example.com")]
    [InlineData("😀@example.com")]
    [InlineData("ada@exam😀ple.com")]
    [InlineData("ada@192.168.0.1")]
    [InlineData("ada@[192.168.0.1]")]
    [InlineData("\"ada lovelace\"@example.com")]
    [InlineData("Ada <ada@example.com>")]
    [InlineData("<ada@example.com>")]
    [InlineData("ada(comment)@example.com")]
    [InlineData("ada@example.com,bob@example.com")]
    [InlineData("ada@example.com;bob@example.com")]
    [InlineData("mailto:ada@example.com")]
    public void Anything_else_is_no_address(string address) => Assert.False(EmailAddress.IsValid(address));

    [Fact]
    public void Half_a_character_is_no_part_of_an_address() => Assert.False(EmailAddress.IsValid("a\ud800@example.com"));

    [Fact]
    public void The_limits_count_from_the_first_character_to_the_last()
    {
        Assert.True(EmailAddress.IsValid(new string('x', 64) + "@example.com"));
        Assert.False(EmailAddress.IsValid(new string('x', 65) + "@example.com"));

        Assert.True(EmailAddress.IsValid("a@" + new string('x', 63) + ".com"));
        Assert.False(EmailAddress.IsValid("a@" + new string('x', 64) + ".com"));

        var domain = string.Join('.', Labels);
        Assert.True(EmailAddress.IsValid(new string('x', 254 - 1 - domain.Length) + "@" + domain));
        Assert.False(EmailAddress.IsValid(new string('x', 255 - 1 - domain.Length) + "@" + domain));
    }

    [Theory]
    [InlineData(" Ada@Example.COM ", "ada@example.com")]
    [InlineData("\uFEFF\u200Bada@example.com\u00A0\r\n", "ada@example.com")]
    [InlineData("\u202Aada@example.com\u202C\u200E", "ada@example.com")]
    [InlineData("\u2066\tada@example.com\u3000\u2069", "ada@example.com")]
    [InlineData("jo\u0308rg@example.com", "JÖRG@example.com")]
    [InlineData("νίκος@example.com", "ΝΊΚΟΣ@example.com")]
    public void Two_spellings_of_one_address_have_one_key(string one, string other) =>
        Assert.Equal(EmailAddress.Key(one), EmailAddress.Key(other));

    [Fact]
    public void Different_addresses_have_different_keys()
    {
        Assert.NotEqual(EmailAddress.Key("ada@example.com"), EmailAddress.Key("adá@example.com"));
        Assert.NotEqual(EmailAddress.Key("ada@example.com"), EmailAddress.Key("a.da@example.com"));
    }

    [Fact]
    public void No_letter_of_an_address_depends_on_its_case()
    {
        foreach (var rune in Texts.AllRunes.Where(rune => EmailAddress.IsValid($"a{rune}@example.com")))
        {
            var address = $"a{rune}@example.com";
            var key = EmailAddress.Key(address);
            Assert.True(key == EmailAddress.Key(address.ToUpperInvariant()) && key == EmailAddress.Key(address.ToLowerInvariant()), $"U+{rune.Value:X4}");
            Assert.True(key == EmailAddress.Key(key), $"U+{rune.Value:X4} twice");
        }
    }

    [Fact]
    public void Any_text_gets_an_answer() =>
        Gen.String.Sample(text =>
        {
            EmailAddress.IsValid(text + "@example.com");
            EmailAddress.Key(text);
        });
}
