using System.Text;

namespace Usher.Domain.Accounts;

/// <summary>RFC 4648, section 6, without padding: the form that authenticator apps read, in letters that people can copy.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (waiting, bits) = (0, 0);
        foreach (var next in bytes)
        {
            (waiting, bits) = ((waiting << 8) | next, bits + 8);
            for (; bits >= 5; bits -= 5, waiting &= (1 << bits) - 1)
                text.Append(Alphabet[waiting >> (bits - 5)]);
        }
        return bits == 0 ? text.ToString() : text.Append(Alphabet[waiting << (5 - bits)]).ToString();
    }
}
