namespace Usher.Server.Platform.Http;

/// <summary>
/// An id is the 36 characters of the canonical form, in either case. The framework would also accept blanks around it, and signs and
/// prefixes within it.
/// </summary>
internal static class Uuid
{
    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text is { Length: 36 } && text.All(c => c == '-' || char.IsAsciiHexDigit(c)) && Guid.TryParseExact(text, "D", out id);
    }
}
