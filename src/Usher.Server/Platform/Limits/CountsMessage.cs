using System.Buffers.Binary;

namespace Usher.Server.Platform.Limits;

/// <summary>What one process counted in one window, as bytes.</summary>
internal static class CountsMessage
{
    private const int HeadBytes = 16 + sizeof(long), LineBytes = 1 + 1 + 16 + sizeof(int);

    public static byte[] Pack(Guid sender, long window, IReadOnlyList<(RequestCounts.Key Key, int Requests)> counted)
    {
        var packed = new byte[HeadBytes + counted.Count * LineBytes];
        sender.TryWriteBytes(packed);
        BinaryPrimitives.WriteInt64LittleEndian(packed.AsSpan(16), window);
        var rest = packed.AsSpan(HeadBytes);
        foreach (var (key, requests) in counted)
        {
            (rest[0], rest[1]) = ((byte)key.Class, key.Client.IsUser ? (byte)1 : (byte)0);
            BinaryPrimitives.WriteUInt128LittleEndian(rest[2..], key.Client.Number);
            BinaryPrimitives.WriteInt32LittleEndian(rest[18..], requests);
            rest = rest[LineBytes..];
        }
        return packed;
    }

    /// <summary>Null for what some other program wrote.</summary>
    public static (Guid Sender, long Window, IReadOnlyList<(RequestCounts.Key Key, int Requests)> Counted)? Unpack(byte[] packed)
    {
        if (packed.Length < HeadBytes || (packed.Length - HeadBytes) % LineBytes != 0)
            return null;
        var counted = new List<(RequestCounts.Key, int)>((packed.Length - HeadBytes) / LineBytes);
        for (var rest = packed.AsSpan(HeadBytes); rest.Length > 0; rest = rest[LineBytes..])
        {
            var (of, requests) = ((RouteClass)rest[0], BinaryPrimitives.ReadInt32LittleEndian(rest[18..]));
            if (!Enum.IsDefined(of) || requests < 1)
                return null;
            counted.Add((new(of, new ClientKey(rest[1] == 1, BinaryPrimitives.ReadUInt128LittleEndian(rest[2..]))), requests));
        }
        return (new Guid(packed.AsSpan(0, 16)), BinaryPrimitives.ReadInt64LittleEndian(packed.AsSpan(16)), counted);
    }
}
