using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <summary>
/// Seals the secrets of second factors (AES-256-GCM) with a key that only the servers have: a copy of the database gives nobody a code.
/// Each is bound to its account, so that nobody can put their own into the row of another.
/// </summary>
internal sealed class SecretBox(SigningKeys keys)
{
    private const int NonceBytes = 12, TagBytes = 16, Head = NonceBytes + TagBytes;

    /// <summary>Of the key that seals now.</summary>
    public string KeyId => keys.Signing.KeyId;

    /// <returns>What is to be kept, and by which key it can be read again.</returns>
    public (string Secret, string KeyId) Seal(ReadOnlySpan<byte> secret, Guid owner)
    {
        var key = keys.Signing;
        var box = new byte[Head + secret.Length];
        RandomNumberGenerator.Fill(box.AsSpan(..NonceBytes));
        using var aes = new AesGcm(KeyOf(key), TagBytes);
        aes.Encrypt(box.AsSpan(..NonceBytes), secret, box.AsSpan(Head..), box.AsSpan(NonceBytes..Head), owner.ToByteArray());
        return (Base64UrlEncoder.Encode(box), key.KeyId);
    }

    /// <returns>Null when the key it was sealed with is not there any more, or the row is not what was written.</returns>
    public byte[]? Open(SecondFactor factor)
    {
        if (keys.All.FirstOrDefault(key => key.KeyId == factor.KeyId) is not { } key)
            return null;
        using var aes = new AesGcm(KeyOf(key), TagBytes);
        try
        {
            var box = Base64UrlEncoder.DecodeBytes(factor.Secret).AsSpan();
            var secret = new byte[box.Length - Head];
            aes.Decrypt(box[..NonceBytes], box[Head..], box[NonceBytes..Head], secret, factor.UserId.ToByteArray());
            return secret;
        }
        catch (Exception wrong) when (wrong is AuthenticationTagMismatchException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static byte[] KeyOf(ECDsaSecurityKey key) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.ECDsa.ExportParameters(true).D!, 32, info: "usher second factors"u8.ToArray());
}
