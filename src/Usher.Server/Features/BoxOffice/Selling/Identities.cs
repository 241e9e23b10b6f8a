using System.Buffers.Binary;
using System.Security.Cryptography;
using Usher.Domain;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>
/// Ids and codes for one batch. The ids are UUIDv7 in ascending order, with a counter in the bits after the millisecond (RFC 9562, 6.2,
/// method 1), so they sort by creation and append to every index. Random bits are fetched for many ids at once, because each fetch is a
/// system call.
/// </summary>
internal sealed class Identities(DateTimeOffset now)
{
    private const int Counters = 1 << 12;

    private readonly byte[] _random = new byte[2048];
    private int _used = int.MaxValue;
    private int _made = -1;

    public Guid NewId()
    {
        var (later, counter) = Math.DivRem(++_made, Counters);
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, (ulong)(now.ToUnixTimeMilliseconds() + later) << 16 | 0x7000 | (uint)counter);
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], Random() & ~(3ul << 62) | 2ul << 62);
        return new(id, bigEndian: true);
    }

    /// <summary>Draws again if a spreadsheet would change the code: one in nine.</summary>
    public string NewCode()
    {
        string code;
        do
            code = BookingCode.From(Random());
        while (!BookingCode.IsText(code));
        return code;
    }

    private ulong Random()
    {
        if (_used > _random.Length - sizeof(ulong))
        {
            RandomNumberGenerator.Fill(_random);
            _used = 0;
        }
        var bits = BinaryPrimitives.ReadUInt64BigEndian(_random.AsSpan(_used));
        _used += sizeof(ulong);
        return bits;
    }
}
