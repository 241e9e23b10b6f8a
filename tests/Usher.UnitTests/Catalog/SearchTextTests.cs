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
    [InlineData("Hawaiʻi Hawai'i Hawai’i", "hawai i hawai i hawai i")]
    [InlineData("Phil\u00ADhar\u200Bmonic", "philharmonic")]
    [InlineData("rock'n'roll AC/DC C++ 50%_off*", "rock n roll ac dc c＋＋ 50 off")]
    [InlineData("\"x\" OR NOT(y) NEAR:z -a & b | !c", "x or not y near z a＆b c")]
    [InlineData("الدورى المصري کتاب ایرانی", "الدوري المصري كتاب ايراني")]
    [InlineData("مكتبة مکتبہ رحمۃ ە ھ ٱ ے", "مكتبه مكتبه رحمه ه ه ا ي")]
    [InlineData("مُوسِيقَى أآإا مــوســم", "موسيقي اااا موسم")]
    [InlineData("שָׁלוֹם", "שלום")]
    [InlineData("किताब कुतुब", "किताब कुतुब")]
    [InlineData("பாடு பேடு గీతం ಹಾಡು ගීතය ދިވެހި", "பாடு பேடு గీతం ಹಾಡು ගීතය ދިވެހި")]
    [InlineData("അവന്\u200D അവൻ", "അവന് അവന്")]
    [InlineData("क\u0301", "क")]
    [InlineData("C# C++ c+ F♯ B♭ ab# 1+1 #d +e", "c＃ c＋＋ c＋ f＃ b♭ ab 1 1 d e")]
    [InlineData("R&B Q & A AT&T Rock & Roll &c", "r＆b q＆a at t rock roll c")]
    [InlineData("🎉 – …", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Text_folds_to_its_words(string? text, string key)
    {
        Assert.Equal(key, SearchText.Key(text));
        Assert.Equal(key.Split(' ', StringSplitOptions.RemoveEmptyEntries), SearchText.Ask(text).Select(word => word.Text).TakeWhile(_ => key.Length > 0));
        Assert.All(SearchText.Ask(text), word => Assert.Contains(word.Phrase, SearchText.NormalizeNamed(text ?? ""), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("東京ドーム", "東京ドーム", " 東京 京ド ドー ーム ム ")]
    [InlineData("ﾊﾞﾝﾄﾞ ばんど はんと", "バンド バンド ハント", " バン ンド ド バン ンド ド ハン ント ト ")]
    [InlineData("한국 \u1112\u1161\u11AB국", "한국 한국", " 한국 국 한국 국 ")]
    [InlineData("กินข้าว", "กินข้าว", " กิ ิน นข ข้ ้า าว ว ")]
    [InlineData("ပွဲ ខ្មែ ລາວ", "ပွဲ ខ្មែ ລາວ", " ပွ ွဲ ဲ ខ្ ្ម មែ ែ ລາ າວ ວ ")]
    [InlineData("popライブ2030", "popライブ2030", " pop ライ イブ ブ 2030 ")]
    [InlineData("能", "能", " 能 ")]
    [InlineData("C++ R & B", "c＋＋ r＆b", " c c＋＋ r b r＆b ")]
    [InlineData("Rock 🎸🎸 🎭 Night ☀️", "rock night", " rock night 🎸🎸 🎸 🎭 ☀ ")]
    public void Where_words_have_no_spaces_each_two_neighbours_are_a_word(string text, string key, string words)
    {
        Assert.Equal(key, SearchText.Key(text));
        Assert.Equal(words, SearchText.Normalize(text));
    }

    [Theory]
    [InlineData("コンサート", "東京ドームコンサート", true)]
    [InlineData("コート", "東京ドームコンサート", false)]
    [InlineData("楽会場", "音楽会と会場", false)]
    [InlineData("2030ライ", "popライブ2030", false)]
    [InlineData("ライブ203", "popライブ2030", true)]
    [InlineData("ライブ30", "popライブ2030", false)]
    [InlineData("第9", "第9演奏会", true)]
    [InlineData("会", "第9演奏会", true)]
    [InlineData("会 第", "第9演奏会", true)]
    [InlineData("c++", "concert", false)]
    [InlineData("c++", "c#", false)]
    [InlineData("c+", "c++", true)]
    [InlineData("c", "c++", true)]
    [InlineData("c++ x", "c+ x", false)]
    [InlineData("r&b", "r b", false)]
    [InlineData("🎸", "Rock 🎸", true)]
    [InlineData("rock 🎻", "Rock 🎸", true)]
    [InlineData("!!!", "!!!", true)]
    [InlineData("!!!", "!?!", false)]
    [InlineData("!!!", "Wow!!!", false)]
    public void A_question_is_found_in_a_name_or_is_not(string question, string name, bool found)
    {
        var asked = SearchText.Ask(question);
        Assert.Equal(found, asked.Count > 0 && asked.All(word => SearchText.NormalizeNamed(name).Contains(word.Phrase, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("C", "c", true)]
    [InlineData("C", "C#", false)]
    [InlineData("C#", "C++", false)]
    [InlineData("Ｃ＃", "c#", true)]
    [InlineData("F#", "F♯", true)]
    [InlineData("Google+", "Google", false)]
    [InlineData("18+", "18", false)]
    [InlineData("#rock", "rock", false)]
    [InlineData("R&B", "R B", false)]
    [InlineData("R&B", "r & b", true)]
    [InlineData("Rock & Roll", "ROCK&ROLL", true)]
    [InlineData("Rock & Roll", "Rock Roll", false)]
    [InlineData("Rock & \"Roll\"", "rock&roll", true)]
    [InlineData("Rock + Roll", "Rock Roll", true)]
    [InlineData("Rock - Roll!", "rock roll", true)]
    [InlineData("🎸", "🎭", false)]
    [InlineData("🎸\uFE0F", "🎸", true)]
    [InlineData("Rock 🎸", "Rock🎸", true)]
    [InlineData("Rock 🎸", "Rock", false)]
    [InlineData("🇦🇹", "🇦🇺", false)]
    [InlineData("!!!", "???", false)]
    [InlineData("!!!", "! ! !", true)]
    [InlineData("!!!", "🎸", false)]
    [InlineData("कला", "काल", false)]
    [InlineData("पटना", "पाटन", false)]
    [InlineData("ผี", "ผู้", false)]
    [InlineData("مكتبة", "مکتبہ", true)]
    [InlineData("Zürich", "ZURICH", true)]
    [InlineData("가", "각", false)]
    public void Equal_is_what_people_take_for_one(string one, string other, bool equal)
    {
        Assert.Equal(equal, SearchText.EqualKey(one) == SearchText.EqualKey(other));
        Assert.NotNull(SearchText.EqualKey(one));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t")]
    [InlineData("\u200D\u2060")]
    public void Nothing_to_be_seen_equals_nothing(string? text)
    {
        Assert.Null(SearchText.EqualKey(text));
        Assert.Empty(SearchText.Ask(text));
    }

    [Fact]
    public void What_is_called_so_is_more_relevant_than_what_has_it_inside()
    {
        int Of(string name, string question) => Relevance.Of(SearchText.Key(name), SearchText.Ask(question));
        Assert.True(Of("コンサート", "コンサート") > Of("東京 コンサート", "コンサート"));
        Assert.True(Of("東京 コンサート", "コンサート") > Of("東京ドームコンサート", "コンサート"));
        Assert.True(Of("東京ドームコンサート", "コンサート") > Of("東京ドーム", "コンサート"));
        Assert.True(Of("C++", "c++") > Of("Concert", "c++"));
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
    public void Every_word_of_a_text_is_found_in_it() =>
        Gen.Select(Gen.String, Gen.String).Sample((name, venue) =>
        {
            var text = SearchText.NormalizeNamed(name, venue);
            return SearchText.Ask(name).All(word => text.Contains(word.Phrase, StringComparison.Ordinal)
                // As the index is asked: each word of the phrase is one of the text's.
                && word.Words.All(one => text.Contains(word.Begins ? $" {one}" : $" {one} ", StringComparison.Ordinal)));
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
            Assert.True(key.EnumerateRunes().All(folded => Rune.IsLetter(folded) || Rune.IsNumber(folded) || IsMark(folded) || folded.Value == ' '), $"U+{rune.Value:X4} gave {key}");
        }
    }

    [Fact]
    public void Marks_are_removed_in_five_scripts_only()
    {
        // One letter of each script, and what its own marks do to it.
        foreach (var (letter, first, last, removed) in ((string, int, int, bool)[])[
            ("a", 0x300, 0x36F, true), ("я", 0x483, 0x487, true), ("ש", 0x5B0, 0x5BD, true), ("م", 0x64B, 0x65F, true), ("क", 0x900, 0x903, false), ("क", 0x93E, 0x94D, false),
            ("ক", 0x9BE, 0x9CD, false), ("ਕ", 0xA3E, 0xA4D, false), ("ક", 0xABE, 0xACD, false), ("କ", 0xB3E, 0xB4D, false), ("க", 0xBBE, 0xBCD, false), ("క", 0xC3E, 0xC4D, false),
            ("ಕ", 0xCBE, 0xCCD, false), ("ക", 0xD3E, 0xD4D, false), ("ක", 0xDCA, 0xDDF, false), ("ก", 0xE31, 0xE3A, false), ("ກ", 0xEB1, 0xEBC, false), ("ཀ", 0xF71, 0xF7E, false),
            ("က", 0x102B, 0x103E, false), ("ក", 0x17B6, 0x17D1, false), ("ހ", 0x7A6, 0x7B0, false), ("カ", 0x3099, 0x309A, false)])
            for (var mark = first; mark <= last; mark++)
                if (Rune.IsValid(mark) && IsMark(new Rune(mark)))
                    Assert.True(removed == (SearchText.Key(letter + (char)mark) == SearchText.Key(letter)), $"{letter} with U+{mark:X4}");
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

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
