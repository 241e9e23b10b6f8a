using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <summary>
/// Encrypts the secrets of second factors (AES-256-GCM) with a key of the servers, so a copy of the database gives no codes. Each secret is
/// bound to its account, so it cannot be moved to another row.
/// </summary>
internal sealed class SecretBox(SigningKeys keys)
{
    private const int NonceBytes = 12, TagBytes = 16, Head = NonceBytes + TagBytes;

    /// <summary>Id of the current encryption key.</summary>
    public string KeyId => keys.Signing.KeyId;

    /// <returns>The ciphertext to store, and the id of its key.</returns>
    public (string Secret, string KeyId) Seal(ReadOnlySpan<byte> secret, Guid owner)
    {
        var key = keys.Signing;
        var box = new byte[Head + secret.Length];
        RandomNumberGenerator.Fill(box.AsSpan(..NonceBytes));
        using var aes = new AesGcm(KeyOf(key), TagBytes);
        aes.Encrypt(box.AsSpan(..NonceBytes), secret, box.AsSpan(Head..), box.AsSpan(NonceBytes..Head), owner.ToByteArray());
        return (Base64UrlEncoder.Encode(box), key.KeyId);
    }

    /// <returns>Null if its key is no longer in the file, or if the row was changed.</returns>
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
