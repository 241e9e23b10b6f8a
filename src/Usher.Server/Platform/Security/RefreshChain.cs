using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Usher.Server.Platform.Security;

/// <summary>
/// Refresh tokens of 256 bits, each the successor of the one before. The successor is computed from its predecessor and a key of the
/// servers. A client that lost the response can ask again and gets the same token, although only hashes are stored.
/// </summary>
internal sealed class RefreshChain(SigningKeys keys)
{
    public static string First() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));

    public string After(string token) => After(token, Keys[0]);

    /// <summary>The successor that was issued before, even if the keys have changed since; null if no key created it.</summary>
    public string? Again(string token, string? successorHash) =>
        Keys.Select(key => After(token, key)).FirstOrDefault(successor => Hash(successor) == successorHash);

    /// <summary>A fast hash is enough for an unguessable token; slow hashes are for passwords.</summary>
    public static string Hash(string token) => Base64UrlEncoder.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private IReadOnlyList<byte[]> Keys => keys.Derive("usher refresh chain");

    private static string After(string token, byte[] key) => Base64UrlEncoder.Encode(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(token)));
}
