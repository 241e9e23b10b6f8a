using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Usher.Server.Platform.Http;

/// <summary>Position in a list: the next page begins after this row of its sort.</summary>
/// <param name="Page">Number of the next page, counted from the first.</param>
/// <param name="Key">Sort key of the row, or null if it has none.</param>
/// <param name="Id">Id of the row, which breaks ties.</param>
internal sealed record Position(int Page, string? Key, Guid Id)
{
    public static string KeyOf(DateTimeOffset instant) => KeyOf(instant.ToUnixTimeMilliseconds());

    public static string KeyOf(long number) => number.ToString(CultureInfo.InvariantCulture);

    public long Number => long.Parse(Key!, CultureInfo.InvariantCulture);

    public DateTimeOffset Instant => DateTimeOffset.FromUnixTimeMilliseconds(Number);
}

/// <summary>
/// Keyset pagination: writes positions as cursors and reads them back. A cursor is signed together with the list it continues (its caller,
/// filter and sort), so it opens nothing else. The key comes from the signing key: processes that share that, share cursors.
/// </summary>
/// <param name="keys">The one that signs, and those that signed before.</param>
internal sealed class Cursors(Func<IReadOnlyList<byte[]>> keys)
{
    private const int MacLength = 16;

    /// <param name="list">Everything that distinguishes the list from others.</param>
    public string Write(Position position, string list)
    {
        var key = position.Key is null ? [] : Encoding.UTF8.GetBytes(position.Key);
        var bytes = new byte[MacLength + 4 + 16 + 1 + key.Length];
        var payload = bytes.AsSpan(MacLength);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(payload, position.Page);
        position.Id.TryWriteBytes(payload[4..], bigEndian: true, out _);
        payload[20] = (byte)(position.Key is null ? 0 : 1);
        key.CopyTo(payload[21..]);
        Sign(keys()[0], payload, list).CopyTo(bytes, 0);
        return Base64Url.EncodeToString(bytes);
    }

    public Position Read(string cursor, string list)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (!Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length) || length < MacLength + 21)
            throw Invalid();
        var payload = bytes.AsSpan(MacLength, length - MacLength);
        var isOurs = false;
        // A key that no longer signs may still have signed this cursor.
        foreach (var key in keys())
            isOurs |= CryptographicOperations.FixedTimeEquals(Sign(key, payload, list), bytes.AsSpan(0, MacLength));
        return isOurs
            ? new Position(System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(payload), payload[20] == 0 ? null : Encoding.UTF8.GetString(payload[21..]), new Guid(payload[4..20], bigEndian: true))
            : throw Invalid();
    }

    public static ProblemException Invalid() =>
        new(new Problem(Problems.CursorInvalid, "Start again without a cursor. This cursor is invalid, or it was issued for another filter, sort or caller."));

    private static byte[] Sign(byte[] key, ReadOnlySpan<byte> payload, string list)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(payload);
        // The signed bytes must be unambiguous: the part of the list has a fixed length.
        mac.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(list)));
        return mac.GetHashAndReset()[..MacLength];
    }
}
