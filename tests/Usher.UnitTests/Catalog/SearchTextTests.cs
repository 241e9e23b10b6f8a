using System.Globalization;
using System.Text;
using CsCheck;
using Usher.Domain.Catalog;
using Xunit;

namespace Usher.UnitTests.Catalog;

public class SearchTextTests
{
    [Theory]
    [InlineData("New York Philharmonic", "new york philharmonic")]
    [InlineData("  New\tYork —\n«Philharmonic»!  ", "new york philharmonic")]
    [InlineData("Dvořák: Žalud", "dvorak zalud")]
    [InlineData("Beyonce\u0301", "beyonce")]
    [InlineData("Łódź, Tromsø, Ærø, Þingvellir, Đà Nẵng", "lodz tromso aero thingvellir da nang")]
    [InlineData("Straße STRASSE STRAẞE", "strasse strasse strasse")]
    [InlineData("Œuvre", "oeuvre")]
    [InlineData("İstanbul Iğdır ISPARTA", "istanbul igdir isparta")]
    [InlineData("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ")]
    [InlineData("Чайковский Ёлка", "чаиковскии елка")]
    [InlineData("Ｆｕｌｌ ﬁne 𝔘𝔫𝔦 Ⅷ ½", "full fine uni viii 1 2")]
    [InlineData("٢٠٢٦ २०२६", "2026 2026")]
    [InlineData("東京ドーム", "東京ドーム")]
    [InlineData("ﾊﾞﾝﾄﾞ バンド ハント", "バンド バンド ハント")]
    [InlineData("한국 \u1112\u1161\u11AB국", "한국 한국")]
    [InlineData("Hawaiʻi Hawai'i Hawai’i", "hawai i hawai i hawai i")]
    [InlineData("Phil\u00ADhar\u200Bmonic", "philharmonic")]
    [InlineData("rock'n'roll AC/DC C++ 50%_off*", "rock n roll ac dc c 50 off")]
    [InlineData("\"x\" OR NOT(y) NEAR:z -a & b | !c", "x or not y near z a b c")]
    [InlineData("🎉 – …", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Text_folds_to_its_words(string? text, string key)
    {
        Assert.Equal(key, SearchText.Key(text));
        Assert.Equal(key.Split(' ', StringSplitOptions.RemoveEmptyEntries), SearchText.Words(text));
    }

    [Fact]
    public void The_words_of_all_parts_stand_between_spaces()
    {
        Assert.Equal(" fidelio staatsoper wien ", SearchText.Normalize("Fidelio", null, "", "Staatsoper", "Wien"));
        Assert.Equal("", SearchText.Normalize(null, " – "));
        Assert.Equal("", SearchText.Normalize());
    }

    [Fact]
    public void A_surrogate_on_its_own_and_a_noncharacter_separate() =>
        Assert.Equal(" a b c d ", SearchText.Normalize("a\ud800b\udc00c\ufffed"));

    [Fact]
    public void Folding_twice_changes_nothing() =>
        Gen.String.Sample(text => SearchText.Key(SearchText.Key(text)) == SearchText.Key(text), iter: 20_000);

    [Fact]
    public void Every_word_of_a_text_is_found_in_it_whole_and_by_its_beginning() =>
        Gen.Select(Gen.String, Gen.String).Sample((name, venue) =>
        {
            var text = SearchText.Normalize(name, venue);
            return SearchText.Words(name).Concat(SearchText.Words(venue)).All(word =>
                text.Contains($" {word} ", StringComparison.Ordinal) && text.Contains($" {word[..1]}", StringComparison.Ordinal));
        });

    [Fact]
    public void No_letter_depends_on_its_case_its_accents_or_being_folded_before()
    {
        foreach (var rune in Texts.AllRunes.Where(Rune.IsLetterOrDigit))
        {
            var (letter, key) = (rune.ToString(), SearchText.Key(rune.ToString()));
            Assert.True(key == SearchText.Key(key), $"U+{rune.Value:X4} folded twice");
            Assert.True(key == SearchText.Key(letter.ToUpperInvariant()), $"U+{rune.Value:X4} in upper case");
            Assert.True(key == SearchText.Key(letter.ToLowerInvariant()), $"U+{rune.Value:X4} in lower case");
            Assert.True(key == SearchText.Key(letter + "\u0301"), $"U+{rune.Value:X4} with an accent");
            Assert.True(key.EnumerateRunes().All(folded => Rune.IsLetter(folded) || Rune.IsNumber(folded) || folded.Value == ' '), $"U+{rune.Value:X4} gave {key}");
        }
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("lt-LT")]
    public void The_culture_of_the_machine_changes_nothing(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            Assert.Equal("istanbul title i", SearchText.Key("ISTANBUL TITLE Ì"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
