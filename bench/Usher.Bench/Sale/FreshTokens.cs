using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Usher.Bench.Sale;

/// <summary>
/// Tokens of one length that a server does not know: what it signed itself is signed again, which gives another signature each
/// time. There are more than it remembers, so that each is new to it again when its turn comes.
/// </summary>
internal sealed class FreshTokens
{
    private const int MoreThanAreRemembered = 65_536;

    private readonly byte[][] _tokens;
    private int _next;

    private FreshTokens(byte[][] tokens) => _tokens = tokens;

    public static FreshTokens Of(string[] known, string keyFile)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(keyFile));
        return new([.. Enumerable.Range(0, MoreThanAreRemembered).Select(i =>
        {
            var token = known[i % known.Length];
            var signed = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
            return (byte[])[.. signed, (byte)'.', .. Encoding.ASCII.GetBytes(Base64UrlEncoder.Encode(key.SignData(signed, HashAlgorithmName.SHA256)))];
        })]);
    }

    public byte[] Next() => _tokens[(uint)Interlocked.Increment(ref _next) % MoreThanAreRemembered];
}
