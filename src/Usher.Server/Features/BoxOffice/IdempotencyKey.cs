using System.Security.Cryptography;
using System.Text.Json;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.BoxOffice;

/// <summary>The header by which a request can be repeated without being done twice.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <param name="request">The request as it was understood, with whatever of the path belongs to it: its spelling does not matter.</param>
    public static KeyClaim? Claim<T>(HttpContext context, Guid user, string route, T request)
    {
        var sent = context.Request.Headers[Header];
        if (sent.Count == 0)
            return null;
        var key = sent.ToString();
        if (sent.Count > 1 || key.Length is 0 or > 255 || !key.All(c => c is > ' ' and <= '~'))
            throw new ProblemException(new Problem(Problems.IdempotencyKeyInvalid));
        return new KeyClaim(user, route, key, SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, StrictJson.Options)));
    }
}
