using Microsoft.IdentityModel.Tokens;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Security;

/// <summary>RFC 7517: the public halves of the keys that sign access tokens.</summary>
public sealed record JwksResponse(IReadOnlyList<JwkResponse> Keys);

/// <param name="Kid">The key's thumbprint (RFC 7638), as in the header of a token.</param>
public sealed record JwkResponse(string Kty, string Crv, string X, string Y, string Kid, string Use, string Alg);

internal static class Jwks
{
    /// <summary>Whoever checks our tokens may keep the keys for so long, as <c>docs/key-rotation.md</c> takes into account.</summary>
    private const int KeepSeconds = 300;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/.well-known/jwks.json", Methods.Read, Handle)
        .WithName("GetJwks").WithSummary("The keys that sign access tokens")
        .WithDescription("While keys rotate there are several; `kid` in the header of a token says which one signed it. " +
            "They may be kept for five minutes; ask again when a token names one that you do not have.")
        .WithTags("Accounts").AllowAnonymous();

    private static Tagged<JwksResponse> Handle(SigningKeys keys) => new(new JwksResponse([.. keys.All.Select(Describe)]), null) { IsPublic = true, KeepSeconds = KeepSeconds };

    private static JwkResponse Describe(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(false).Q;
        return new("EC", "P-256", Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y), key.KeyId, "sig", SecurityAlgorithms.EcdsaSha256);
    }
}
