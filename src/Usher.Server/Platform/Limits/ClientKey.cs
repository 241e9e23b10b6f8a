using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Limits;

/// <summary>The key of a rate limit: a user, or an address.</summary>
internal readonly record struct ClientKey(bool IsUser, UInt128 Number)
{
    private const int Crowds = 1024;

    /// <param name="of">Before somebody is signed in, only their address says who they are, and a token brought along changes nothing.</param>
    public static ClientKey Of(HttpContext context, RouteClass of) =>
        of is not (RouteClass.Login or RouteClass.Account) && context.User.Caller() is { } caller ? User(caller.UserId) : At(context.Connection.RemoteIpAddress);

    public static ClientKey User(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return new(true, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>An IPv6 host has a whole /64 to choose its address from. Null, for a connection without any, is one client too.</summary>
    public static ClientKey At(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out _))
            return default;
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return new(false, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        if (address.IsIPv4MappedToIPv6)
            return new(false, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]));
        bytes[8..].Clear();
        return new(false, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>Whom this one is counted with when there are too many to count each; the same in every process.</summary>
    public ClientKey Crowd => new(IsUser, UInt128.MaxValue - ((ulong)(Number >> 64) ^ (ulong)(Number & ulong.MaxValue)) % Crowds);
}
