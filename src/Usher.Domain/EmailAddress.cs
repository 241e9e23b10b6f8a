using System.Globalization;
using System.Text;

namespace Usher.Domain;

/// <summary>
/// An address is a dot-atom at a host name (RFC 5321), its letters of any script (RFC 6531). Quoted local parts, comments,
/// display names and address literals are refused: legal, hardly ever meant, and where parsers disagree.
/// </summary>
public static class EmailAddress
{
    private const int MaxLength = 254;
    private const int MaxLocalPart = 64;
    private const int MaxLabel = 63;
    private const string Symbols = "!#$%&'*+-/=?^_`{|}~";

    public static bool IsValid(string value)
    {
        var at = value.IndexOf('@');
        return value.Length <= MaxLength && Text.HasNormalForm(value)
            && at is > 0 and <= MaxLocalPart && IsDotAtom(value[..at]) && IsHostName(value[(at + 1)..]);
    }

    /// <summary>Comparison key: equal for all spellings of one address. Mail goes to the address as it was typed.</summary>
    // Upper case first: σ and ς, s and ſ differ in lower case only.
    public static string Key(string value) => Text.CleanVisible(Text.CleanVisible(value).ToUpperInvariant().ToLowerInvariant());

    public static string HostOf(string key) => key[(key.IndexOf('@') + 1)..];

    private static bool IsDotAtom(string localPart) =>
        localPart.Split('.').All(atom => atom.Length > 0
            && atom.EnumerateRunes().All(rune => IsLetterOrDigit(rune) || (rune.IsAscii && Symbols.Contains((char)rune.Value))));

    private static bool IsHostName(string domain)
    {
        var labels = domain.Split('.');
        return labels.Length >= 2 && labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabel && label[0] != '-' && label[^1] != '-'
        && label.EnumerateRunes().All(rune => IsLetterOrDigit(rune) || rune.Value == '-');

    // Marks are part of the letters of many scripts.
    private static bool IsLetterOrDigit(Rune rune) =>
        !Text.IsInvisible(rune)
        && (Rune.IsLetterOrDigit(rune)
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
}
