namespace Usher.Domain.Catalog;

/// <summary>
/// An import that is being written in pieces: its events stand among the others, and while this row does nobody is shown them.
/// They are known by their ids, which every index has and which no other event's lie between.
/// </summary>
public sealed class Import
{
    public required Guid Id { get; init; }
    public required Guid OrganizerId { get; init; }
    public required Guid FirstId { get; init; }
    public required Guid LastId { get; init; }

    /// <summary>When something was last written. One that is not written to any more is abandoned, and its events are removed.</summary>
    public required DateTimeOffset SeenAt { get; set; }
}

/// <summary>
/// The ids of one import's events: version 7 of the same instant, with 42 bits that are drawn once and are the same in all. What is
/// left are 32 bits that go through all their values evenly, since an event's place in the shuffle comes from them.
/// </summary>
public sealed class ImportIds
{
    /// <summary>Odd, so no number comes twice; 2³² divided by the golden ratio, so wherever one stops they are spread evenly.</summary>
    private const uint Step = 2654435769;

    private readonly ulong _high, _low;
    private uint _number;

    /// <param name="at">When it begins.</param>
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
