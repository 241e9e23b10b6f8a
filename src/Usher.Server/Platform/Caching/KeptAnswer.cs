using Microsoft.Extensions.Primitives;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Caching;

/// <summary>A cached public response.</summary>
/// <param name="ReadAt">Time before the read began, on this process's stopwatch.</param>
/// <param name="Edition">Edition of the catalogue before the read began.</param>
internal sealed record KeptAnswer(Rendered Rendered, StringValues Link, long ReadAt, long Edition)
{
    public int Size => Rendered.Bytes.Length;

    public Task Send(HttpContext context)
    {
        context.Response.Headers.Link = Link;
        return Rendered.Send(context, isPublic: true);
    }

    /// <param name="readAt">Time of the read on the database's clock, which all processes share.</param>
    public byte[] Pack(DateTimeOffset readAt)
    {
        using var packed = new MemoryStream(Size + 512);
        using var writer = new BinaryWriter(packed);
        writer.Write(readAt.UtcTicks);
        writer.Write(Rendered.ETag);
        writer.Write(Rendered.ContentType);
        writer.Write(Link.ToString());
        writer.Write(Rendered.Bytes.Span);
        writer.Flush();
        return packed.ToArray();
    }

    /// <summary>Null for data that another program wrote.</summary>
    public static (Rendered Rendered, StringValues Link, DateTimeOffset ReadAt)? Unpack(byte[] packed)
    {
        try
        {
            using var stream = new MemoryStream(packed);
            using var reader = new BinaryReader(stream);
            var readAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
            var (tag, type, link) = (reader.ReadString(), reader.ReadString(), reader.ReadString());
            return (new Rendered(packed.AsMemory((int)stream.Position), tag, type), link.Length == 0 ? default(StringValues) : link, readAt);
        }
        catch (Exception foreign) when (foreign is IOException or ArgumentException or FormatException)
        {
            return null;
        }
    }
}
