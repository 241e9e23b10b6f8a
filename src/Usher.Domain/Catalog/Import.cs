namespace Usher.Domain.Catalog;

/// <summary>
/// An import that is written in pieces. Its events are stored among the others, and no read shows them while this row exists. A range of
/// ids identifies them: every index has the ids, and no other event's id is in the range.
/// </summary>
public sealed class Import
{
    public required Guid Id { get; init; }
    public required Guid OrganizerId { get; init; }
    public required Guid FirstId { get; init; }
    public required Guid LastId { get; init; }

    /// <summary>Time of the last write. An import without further writes is abandoned, and its events are removed.</summary>
    public required DateTimeOffset SeenAt { get; set; }
}

/// <summary>
/// Ids of one import's events: version 7 of one instant, with 42 random bits that all of them share. The remaining 32 bits run evenly
/// through all their values, because the shuffle number of an event comes from them.
/// </summary>
public sealed class ImportIds
{
    /// <summary>Odd, so no number repeats; 2³² divided by the golden ratio, so any prefix of the sequence is evenly distributed.</summary>
    private const uint Step = 2654435769;

    private readonly ulong _high, _low;
    private uint _number;

    /// <param name="at">Start of the import.</param>
    /// <param name="random">64 random bits.</param>
    public ImportIds(DateTimeOffset at, ulong random)
    {
        _high = ((ulong)at.ToUnixTimeMilliseconds() << 16) | 0x7000 | (random & 0xFFF);
        _low = 0x8000_0000_0000_0000 | ((random >> 12) & 0x3FFF_FFFF) << 32;
        _number = (uint)(random >> 42);
    }

    public Guid First => Of(uint.MinValue);

    public Guid Last => Of(uint.MaxValue);

    public Guid Next() => Of(_number = unchecked(_number + Step));

    private Guid Of(uint number)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low | number);
        return new Guid(bytes, bigEndian: true);
    }
}
