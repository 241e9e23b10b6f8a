using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Usher.Domain.Accounts;

/// <summary>
/// Codes that change with the time (RFC 6238), as every authenticator app makes them unless told otherwise, and most of them even then:
/// HMAC-SHA-1, half a minute, six digits.
/// </summary>
public static class Totp
{
    /// <summary>RFC 4226, section 4: 160 bits.</summary>
    public const int SecretBytes = 20;

    public const int Digits = 6;

    public const int StepSeconds = 30;

    /// <summary>Half minutes since 1970.</summary>
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
    /// Whose code it is of this half minute, the one before and the one after: clocks differ, and typing takes its time.
    /// Null when it is of none, or of one that is not later than the last one accepted.
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
