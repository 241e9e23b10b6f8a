using Microsoft.IdentityModel.Tokens;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Security;

/// <summary>Public keys that verify access tokens (RFC 7517).</summary>
public sealed record JwksResponse(IReadOnlyList<JwkResponse> Keys);

/// <param name="Kid">Thumbprint of the key (RFC 7638), as in the header of a token.</param>
public sealed record JwkResponse(string Kty, string Crv, string X, string Y, string Kid, string Use, string Alg);

internal static class Jwks
{
    /// <summary>Verifiers may cache the keys for this long; <c>docs/run/key-rotation.md</c> depends on it.</summary>
    private const int KeepSeconds = 300;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/.well-known/jwks.json", Methods.Read, Handle)
        .WithName("GetJwks").WithSummary("Get the keys that sign access tokens")
        .WithDescription("There are several keys during a key rotation. `kid` in the header of a token states which key signed it. You can cache the keys for five minutes. " +
            "Fetch them again when a token names a key that you do not have.")
        .WithTags("Accounts").AllowAnonymous();

    private static Tagged<JwksResponse> Handle(SigningKeys keys) => new(new JwksResponse([.. keys.All.Select(Describe)]), null) { IsPublic = true, KeepSeconds = KeepSeconds };

    private static JwkResponse Describe(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(false).Q;
        return new("EC", "P-256", Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y), key.KeyId, "sig", SecurityAlgorithms.EcdsaSha256);
    }
}
