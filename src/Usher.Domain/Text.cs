using System.Buffers;
using System.Globalization;
using System.Text;

namespace Usher.Domain;

/// <summary>Rules for typed texts: names of one line, and plain texts of several lines.</summary>
public static class Text
{
    /// <summary>Trimmed and in NFC, so that equal-looking names are equal. A text without a normal form is left for the checks to reject.</summary>
    public static string Clean(string value) => Compose(Trim(value, IsBlank));

    /// <summary>
    /// The same for texts without invisible characters, such as addresses. Text that is copied from a page or a mail may contain
    /// directional marks and joiners.
    /// </summary>
    public static string CleanVisible(string value) => Compose(Trim(value, c => IsBlank(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format));

    /// <summary>One line with at least one visible character, and without characters that reorder or hide the surrounding text.</summary>
    public static bool IsName(string value) =>
        HasNormalForm(value)
        && !value.EnumerateRunes().Any(rune => IsControlOrLineBreak(rune) || IsBidiOverride(rune))
        && !value.EnumerateRunes().All(IsInvisible);

    /// <summary>Text of any number of lines. PostgreSQL can't store U+0000, and UTF-8 has no lone surrogates.</summary>
    public static bool IsPlain(string value) =>
        IsWellFormed(value)
        && !value.EnumerateRunes().Any(rune => Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t'));

    private static string Trim(string value, Func<char, bool> isBlank)
    {
        var (start, end) = (0, value.Length);
        while (start < end && isBlank(value[start])) start++;
        while (start < end && isBlank(value[end - 1])) end--;
        return value[start..end];
    }

    private static string Compose(string value) => HasNormalForm(value) ? value.Normalize(NormalizationForm.FormC) : value;

    // Besides white space: characters at the beginning or end that are never intended. Joiners end words of some scripts, and stay.
    private static bool IsBlank(char c) => char.IsWhiteSpace(c) || c is '\u200B' or '\u2060' or '\uFEFF';

    /// <summary>A text that a mail shows among other text: it must not reorder the text beside it.</summary>
    public static bool IsMessage(string value) =>
        IsPlain(value) && !value.EnumerateRunes().Any(rune => IsBidiOverride(rune) || rune.Value is 0x2028 or 0x2029);

    // string.Normalize throws on malformed UTF-16 and on the noncharacter U+FFFE.
    internal static bool HasNormalForm(string value) => IsWellFormed(value) && !value.Contains('\uFFFE');

    // Besides spaces and format characters: the default-ignorable characters of Unicode, and the blank Braille pattern.
    internal static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or 0x2800 or 0x3164
            or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);

    private static bool IsControlOrLineBreak(Rune rune) => Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029;

    private static bool IsBidiOverride(Rune rune) => rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static bool IsWellFormed(ReadOnlySpan<char> value)
    {
        while (!value.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(value, out _, out var length) != OperationStatus.Done) return false;
            value = value[length..];
        }
        return true;
    }
}
