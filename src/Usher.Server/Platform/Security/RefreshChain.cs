using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Usher.Server.Platform.Security;

/// <summary>
/// Refresh tokens of 256 bits, each the successor of the one before. The successor is computed from its predecessor
/// and a key that only the servers have: a client that lost the reply can ask again and gets the same one, though
/// nothing but hashes is kept.
/// </summary>
internal sealed class RefreshChain(SigningKeys keys)
{
    private readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.Signing.ECDsa.ExportParameters(true).D!, 32, info: "usher refresh chain"u8.ToArray());

    public static string First() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));

    public string After(string token) => Base64UrlEncoder.Encode(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(token)));

    /// <summary>Enough for what nobody can guess; a slow hash is for passwords.</summary>
    public static string Hash(string token) => Base64UrlEncoder.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
