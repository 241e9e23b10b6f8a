using System.Globalization;
using System.Text;
using CsCheck;
using Usher.Domain;
using Usher.Domain.Catalog;
using Xunit;

namespace Usher.UnitTests;

public class TextTests
{
    public static readonly TheoryData<string> Names =
        ["Fidelio", "Ü", "🎉", "👩‍👩‍👧‍👦", "東京", "عربي", "שלום\u200F!", "a\u200Bb", "Dvořák – 9. \"Aus der Neuen Welt\"", "<script>", "'; DROP TABLE events", "null", "0"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_is_one_line_with_something_to_see(string name) => Assert.True(Text.IsName(name));

    [Fact]
    public void A_name_with_nothing_to_see_is_none()
    {
        foreach (var blank in (string[])["", " ", "\u00A0", "\u3000", "\u200B", "\uFEFF", "\u2060\u200D", "\u00AD", "\u3164", "\u115F\u1160", "\uFFA0", "\u2800", "\uFE0F", "\u034F", "\u180E", "\U000E0041"])
            Assert.False(Text.IsName(blank), Escaped(blank));
    }

    [Fact]
    public void A_name_cannot_break_its_line_or_reorder_what_stands_around_it()
    {
        var refused = Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Concat(Enumerable.Range(0x202A, 5)).Concat(Enumerable.Range(0x2066, 4)).Append(0x2028).Append(0x2029);
        foreach (var value in refused)
        {
            var name = $"a{new Rune(value)}b";
            Assert.False(Text.IsName(name), Escaped(name));
        }
    }

    [Fact]
    public void Half_a_character_is_neither_a_name_nor_a_text()
    {
        foreach (var broken in (string[])["a\ud800", "\udc00a", "\ud800\ud800\udc00", "\udc00\ud800"])
        {
            Assert.False(Text.IsName(broken), Escaped(broken));
            Assert.False(Text.IsPlain(broken), Escaped(broken));
        }
    }

    [Fact]
    public void A_text_has_lines_and_tabs_and_no_other_control_characters()
    {
        Assert.True(Text.IsPlain(""));
        Assert.True(Text.IsPlain("Two lines\r\nand\ta tab, \u202Eturned\u202C, \ufffe 🎉"));
        foreach (var control in Texts.AllRunes.Where(Rune.IsControl).Where(rune => rune.Value is not ('\n' or '\r' or '\t')))
            Assert.False(Text.IsPlain($"a{control}"), $"U+{control.Value:X4}");
    }

    [Fact]
    public void A_message_turns_nothing_around_that_stands_beside_it()
    {
        Assert.True(Text.IsMessage("Two lines\r\nand\ta tab \u05E9\u05DC\u05D5\u05DD\u200F 🎉"));
        foreach (var value in Enumerable.Range(0x202A, 5).Concat(Enumerable.Range(0x2066, 4)).Concat([0x07, 0x1B, 0x85, 0x2028, 0x2029]))
            Assert.False(Text.IsMessage($"a{new Rune(value)}b"), $"U+{value:X4}");
    }

    [Fact]
    public void Cleaning_trims_and_composes_and_keeps_the_rest()
    {
        Assert.Equal("Café  ﬁ", Text.Clean("\u00A0 Cafe\u0301  ﬁ\r\n"));
        Assert.Equal("a\ud800", Text.Clean(" a\ud800 "));
        Assert.Equal("Fidelio", Text.Clean("\uFEFF\u200B Fidelio\t\u2060\u00A0\u200B\u3000"));
        // A joiner at the end of a word, and a mark of direction after it, are part of how it is written.
        Assert.Equal("\u0DC1\u0DCA\u200D", Text.Clean(" \u0DC1\u0DCA\u200D "));
        Assert.Equal("\u05E9!\u200F", Text.Clean("\u05E9!\u200F\n"));
        Assert.Equal("\ufffe", Text.Clean(" \ufffe "));
    }

    [Fact]
    public void Cleaning_twice_changes_nothing() =>
        Gen.String.Sample(text => Text.Clean(Text.Clean(text)) == Text.Clean(text), iter: 20_000);

    [Fact, Trait("needs", "data")]
    public void Naughty_strings_are_answered_not_thrown_at()
    {
        foreach (var naughty in Texts.Naughty())
        {
            var clean = Text.Clean(naughty);
            Assert.Equal(clean, Text.Clean(clean));
            Assert.Equal(SearchText.Key(naughty), SearchText.Key(SearchText.Key(naughty)));
            Assert.Equal(SearchText.Key(naughty), SearchText.Key(clean));
            Assert.True(Text.IsPlain(clean) || clean.Any(char.IsControl), Escaped(naughty));
            Assert.False(EmailAddress.IsValid(clean), Escaped(naughty));
            Assert.Equal(EmailAddress.Key(naughty), EmailAddress.Key(EmailAddress.Key(naughty)));
            Assert.False(LocalTime.TryParse(naughty, out _), Escaped(naughty));
            Assert.False(Zones.TryFind(naughty, out _), Escaped(naughty));
            Assert.False(Currency.TryGet(naughty, out _), Escaped(naughty));
            BookingCode.TryNormalize(naughty, out _);
        }
    }

    [Fact, Trait("needs", "data")]
    public void A_naughty_string_is_a_name_unless_it_is_blank_or_hides_something()
    {
        var refused = Texts.Naughty().Select(Text.Clean).Where(text => !Text.IsName(text)).ToList();
        Assert.All(refused, text => Assert.True(
            text.EnumerateRunes().All(rune => Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format)
            || text.Any(c => char.IsControl(c) || c is '\ufffe' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')), Escaped(text)));
        Assert.InRange(refused.Count, 10, 30);
    }

    private static string Escaped(string text) => string.Concat(text.Select(c => $"\\u{(int)c:x4}"));
}
