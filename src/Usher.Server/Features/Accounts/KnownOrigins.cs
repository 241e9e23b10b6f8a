using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>
/// Known origins: client addresses that have signed in to an account. They are stored with the session, as a hash with the account's id and
/// a key of the servers, so a copy of the database reveals no address.
/// </summary>
internal sealed class KnownOrigins(SigningKeys keys)
{
    public string Of(Guid userId, HttpContext context) => Hash(userId, context, Keys[0]);

    /// <summary>The origin of this request, if it is known. The lookup costs the same if there is no such account.</summary>
    public async Task<string?> Find(Guid userId, HttpContext context, UsherDb db, CancellationToken cancellationToken)
    {
        // The signing key may have changed since.
        var here = Keys.Select(key => Hash(userId, context, key)).ToList();
        return await db.Sessions.Where(s => s.UserId == userId && here.Contains(s.Origin!)).Select(s => s.Origin).FirstOrDefaultAsync(cancellationToken);
    }

    private IReadOnlyList<byte[]> Keys => keys.Derive("usher known origins");

    private static string Hash(Guid userId, HttpContext context, byte[] key)
    {
        Span<byte> text = stackalloc byte[32];
        userId.TryWriteBytes(text);
        BinaryPrimitives.WriteUInt128BigEndian(text[16..], ClientKey.At(context.Connection.RemoteIpAddress).Number);
        return Base64UrlEncoder.Encode(HMACSHA256.HashData(key, text)[..16]);
    }
}
