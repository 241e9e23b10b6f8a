namespace Usher.Domain;

/// <summary>
/// Short code of a booking for people: eight characters of Crockford's base32, which has no I, L, O and U. It can be read from a screen,
/// dictated and typed.
/// </summary>
public static class BookingCode
{
    public const int Length = 8;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>
    /// Whether spreadsheets keep the code as text. They convert 01234567 and 1234E567 to numbers, 1MAR2026 and DEC02026 to dates (in each
    /// language), and CHF12345 to money: codes of digits with at most one group of letters.
    /// </summary>
    public static bool IsText(string code)
    {
        var groups = 0;
        for (var i = 0; i < code.Length; i++)
            if (char.IsAsciiLetter(code[i]) && (i == 0 || char.IsAsciiDigit(code[i - 1])))
                groups++;
        return groups > 1 || code.All(char.IsAsciiLetter);
    }

    /// <summary>The code of the low 40 bits.</summary>
    public static string From(ulong random) => string.Create(Length, random, static (code, bits) =>
    {
        for (var i = code.Length - 1; i >= 0; i--, bits >>= 5)
            code[i] = Alphabet[(int)(bits & 31)];
    });

    /// <summary>Reads what a person typed: either case, hyphens anywhere, O for 0, and I or L for 1.</summary>
    public static bool TryNormalize(string? text, out string code)
    {
        code = string.Concat((text ?? "").Where(c => c != '-').Select(Canonical));
        if (code.Length == Length && code.All(Alphabet.Contains)) return true;
        code = "";
        return false;
    }

    private static char Canonical(char typed) => typed switch
    {
        'o' or 'O' => '0',
        'i' or 'I' or 'l' or 'L' => '1',
        >= 'a' and <= 'z' => (char)(typed - 'a' + 'A'),
        _ => typed,
    };
}
