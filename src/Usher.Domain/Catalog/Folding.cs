using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Usher.Domain.Catalog;

/// <summary>
/// Folds letters for search and classifies characters. A mark is removed where it is an accent: in Latin, Greek, Cyrillic, Hebrew and
/// Arabic. Elsewhere it is a vowel or a tone, and it distinguishes words.
/// </summary>
internal static class Folding
{
    // Letters that Unicode doesn't decompose, as people write them where the keyboard has none; Arabic letters that the keyboards of
    // Persian, Urdu and Kurdish have another character for, or that are typed for one another; and the consonants without a vowel of
    // Malayalam and Bengali, which have two encodings.
    private static readonly FrozenDictionary<Rune, string> Spelled = (
        "ß=ss æ=ae œ=oe ø=o ł=l đ=d ð=d þ=th ħ=h ı=i ŋ=n ŧ=t ĸ=q ƒ=f ə=e ƀ=b ɓ=b ɖ=d ɗ=d ɛ=e ɠ=g ɨ=i ƙ=k ɔ=o ʉ=u ƴ=y ƶ=z "
        + "ى=ي ی=ي ے=ي ک=ك ڪ=ك ة=ه ۃ=ه ہ=ه ھ=ه ە=ه ٱ=ا ٲ=ا ٳ=ا "
        + "ൺ=ണ് ൻ=ന് ർ=ര് ൽ=ല് ൾ=ള് ൿ=ക് ৎ=ত্")
        .Split(' ').ToFrozenDictionary(pair => Rune.GetRuneAt(pair, 0), pair => pair[2..]);

    private static readonly (int First, int Last)[] Accents =
    [
        (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED), (0x0898, 0x08FF),
        (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0x2DE0, 0x2DFF), (0xA66F, 0xA67D), (0xA69E, 0xA69F), (0xFB1E, 0xFB1E), (0xFE20, 0xFE2F),
        (0x10EFC, 0x10EFF), (0x1E08F, 0x1E08F),
        // Nothing to be seen: inherent vowels of Khmer, variation selectors.
        (0x17B4, 0x17B5), (0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF),
    ];

    // Han, kana, bopomofo, Yi, Hangul, whose compounds have no spaces inside, Thai, Lao, Myanmar, Khmer and their neighbours.
    private static readonly (int First, int Last)[] Spaceless =
    [
        (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x1950, 0x19FF), (0x1A20, 0x1AAF), (0x1B00, 0x1B7F), (0x3005, 0x3007),
        (0x3021, 0x312F), (0x3131, 0x318E), (0x31A0, 0x31BF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0xA4CF), (0xA960, 0xA9FF), (0xAA60, 0xAADF),
        (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0x16FE0, 0x18DFF), (0x1AFF0, 0x1B2FF), (0x20000, 0x3FFFF),
    ];

    public static IEnumerable<Rune> Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in Normalizable(text).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (IsIgnored(rune)) continue;
            var digit = CharUnicodeInfo.GetDecimalDigitValue(rune.ToString(), 0);
            // Upper case first: σ and ς are one letter with two lower forms.
            var lower = Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));
            if (digit >= 0) folded.Append((char)('0' + digit));
            else folded.Append(Spelled.GetValueOrDefault(lower) ?? InKatakana(lower).ToString());
        }
        return folded.ToString().Normalize(NormalizationForm.FormC).EnumerateRunes();
    }

    /// <summary>
    /// Characters of words. Unicode counts the spacing modifiers as letters, but people type them as apostrophes: Hawaiʻi and Hawai'i must
    /// be the same words.
    /// </summary>
    public static bool IsLetterOrDigit(Rune rune) =>
        (Rune.IsLetter(rune) || Rune.IsNumber(rune)) && rune.Value is not (>= 0x02B0 and <= 0x02FF);

    /// <summary>A vowel or a tone: part of the preceding letter.</summary>
    public static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>A letter of a script that does not separate words by spaces.</summary>
    public static bool IsSpaceless(Rune rune) => rune.Value >= 0x0E00 && IsIn(Spaceless, rune);

    /// <summary>Emoji and similar symbols: visible, and no punctuation.</summary>
    public static bool IsSymbol(Rune rune) => rune.Value is >= 0x1F3FB and <= 0x1F3FF
        || rune.Value > 0xFF && rune.Value is not (0xFFFC or 0xFFFD) && Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol && !Text.IsInvisible(rune);

    /// <summary>
    /// Marks, soft hyphens and joiners occur inside words, and the tatweel only stretches a word. They are removed without separating.
    /// </summary>
    private static bool IsIgnored(Rune rune) => rune.Value > 0x7F && Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Format or UnicodeCategory.EnclosingMark => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => IsIn(Accents, rune),
        _ => rune.Value == 0x0640,
    };

    /// <summary>Hiragana and katakana count as two cases of one letter; か and が are two letters.</summary>
    private static Rune InKatakana(Rune rune) => rune.Value is (>= 0x3041 and <= 0x3096) or 0x309D or 0x309E ? new(rune.Value + 0x60) : rune;

    private static bool IsIn((int First, int Last)[] ranges, Rune rune)
    {
        foreach (var (first, last) in ranges)
            if (rune.Value >= first && rune.Value <= last) return true;
        return false;
    }

    // Enumerating runes puts U+FFFD, a separator like any other, where a surrogate stands alone.
    private static string Normalizable(string text) =>
        Text.HasNormalForm(text) ? text : string.Concat(text.EnumerateRunes().Select(rune => rune.ToString())).Replace('\uFFFE', ' ');
}
