using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Usher.Domain.Catalog;

/// <summary>
/// The one form in which text is searched and compared, made here so that both databases find the same: compatibility forms
/// resolved, accents removed, case folded. A word is a run of letters and digits; everything else separates and is never an operator.
/// </summary>
public static class SearchText
{
    /// <summary>What comes after so many letters of a word is not looked at: an index has room for no more.</summary>
    private const int Longest = 200;

    // Letters that Unicode doesn't decompose, as people write them where the keyboard has none.
    private static readonly FrozenDictionary<Rune, string> Spelled =
        "ß=ss æ=ae œ=oe ø=o ł=l đ=d ð=d þ=th ħ=h ı=i ŋ=n ŧ=t ĸ=q ƒ=f ə=e ƀ=b ɓ=b ɖ=d ɗ=d ɛ=e ɠ=g ɨ=i ƙ=k ɔ=o ʉ=u ƴ=y ƶ=z"
            .Split(' ').ToFrozenDictionary(pair => Rune.GetRuneAt(pair, 0), pair => pair[2..]);

    /// <summary>The words of all parts with a space before, between and after them, so that " word " and " prefix" can be looked for.</summary>
    public static string Normalize(params ReadOnlySpan<string?> parts)
    {
        var words = Words(string.Join(' ', parts));
        return words.Count == 0 ? "" : $" {string.Join(' ', words)} ";
    }

    public static IReadOnlyList<string> Words(string? text) => [.. Key(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Cut)];

    /// <summary>Equal for names that differ only in case, accents, spaces and punctuation. Empty when there is no letter or digit.</summary>
    public static string Key(string? text)
    {
        var folded = Fold(text ?? "");
        var words = new StringBuilder(folded.Length);
        foreach (var rune in folded.EnumerateRunes())
        {
            if (IsIgnored(rune)) continue;
            if (IsWordRune(rune)) words.Append(rune.ToString());
            else if (words.Length > 0 && words[^1] != ' ') words.Append(' ');
        }
        return words.ToString().TrimEnd();
    }

    /// <summary>The key as a column has it and a filter compares it, no longer than an index has room for.</summary>
    public static string ColumnKey(string? text) => Cut(Key(text));

    private static string Cut(string word) =>
        word.Length <= Longest ? word : word[..(char.IsHighSurrogate(word[Longest - 1]) ? Longest - 1 : Longest)];

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in Normalizable(text).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (IsIgnored(rune) && !IsVoicedSoundMark(rune)) continue;
            var digit = CharUnicodeInfo.GetDecimalDigitValue(rune.ToString(), 0);
            // Upper case first: σ and ς are one letter with two lower forms.
            var lower = Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));
            if (digit >= 0) folded.Append((char)('0' + digit));
            else folded.Append(Spelled.GetValueOrDefault(lower) ?? lower.ToString());
        }
        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    // Enumerating runes puts U+FFFD, a separator like any other, where a surrogate stands alone.
    private static string Normalizable(string text) =>
        Text.HasNormalForm(text) ? text : string.Concat(text.EnumerateRunes().Select(rune => rune.ToString())).Replace('\uFFFE', ' ');

    // Marks and soft hyphens or joiners stand inside words: they vanish without separating.
    private static bool IsIgnored(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    // が is another letter than か, not か with an accent.
    private static bool IsVoicedSoundMark(Rune rune) => rune.Value is 0x3099 or 0x309A;

    // The spacing modifiers are letters to Unicode, but typed as apostrophes: Hawaiʻi and Hawai'i must be the same words.
    private static bool IsWordRune(Rune rune) =>
        (Rune.IsLetter(rune) || Rune.IsNumber(rune)) && rune.Value is not (>= 0x02B0 and <= 0x02FF);
}
