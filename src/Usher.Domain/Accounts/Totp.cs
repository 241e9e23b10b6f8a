using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Usher.Domain.Accounts;

/// <summary>
/// Time-based one-time passwords (TOTP, RFC 6238) with the settings that all authenticator apps support: HMAC-SHA-1, 30 seconds, six
/// digits.
/// </summary>
public static class Totp
{
    /// <summary>RFC 4226, section 4: 160 bits.</summary>
    public const int SecretBytes = 20;

    public const int Digits = 6;

    public const int StepSeconds = 30;

    /// <summary>Number of 30-second steps since 1970.</summary>
    public static long StepAt(DateTimeOffset instant) => instant.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>RFC 4226, section 5.3.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "What the RFC and the apps use; nobody gains by a collision here.")]
    public static string CodeOf(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8], hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        HMACSHA1.HashData(secret, counter, hash);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 15)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The step of the code: the current one, the one before or the one after, because clocks differ and typing takes time. Null if the
    /// code matches none, or a step that is not later than the last accepted one.
    /// </summary>
    public static long? StepOf(string code, ReadOnlySpan<byte> secret, DateTimeOffset now, long after)
    {
        long? found = null;
        for (var step = StepAt(now) + 1; step >= StepAt(now) - 1; step--)
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(CodeOf(secret, step)), Encoding.UTF8.GetBytes(code)) && step > after)
                found = step;
        return found;
    }
}
