using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Usher.IntegrationTests.Harness;

/// <summary>An access token taken apart, to be changed and signed again.</summary>
internal sealed record Jwt(JsonObject Header, JsonObject Claims)
{
    public static Jwt Parse(string token)
    {
        var pieces = token.Split('.');
        return new(Read(pieces[0]), Read(pieces[1]));

        static JsonObject Read(string piece) => JsonNode.Parse(Base64UrlEncoder.Decode(piece))!.AsObject();
    }

    /// <summary>The key of a server that made its own; a test that knows it can sign whatever it likes.</summary>
    public static ECDsa KeyOf(UsherServer server)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(server.Database.DataDirectory, "signing-key.pem")));
        return key;
    }

    public static JsonObject PublicJwk(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) };
    }

    /// <summary>Of a published JWK.</summary>
    public static ECDsa PublicKey(JsonNode jwk) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(jwk["x"]!.GetValue<string>()), Y = Base64UrlEncoder.DecodeBytes(jwk["y"]!.GetValue<string>()) },
    });

    /// <summary>Members that become null are gone.</summary>
    public Jwt WithHeader(params (string Name, object? Value)[] changes) => this with { Header = Changed(Header, changes) };

    /// <summary>Members that become null are gone.</summary>
    public Jwt WithClaims(params (string Name, object? Value)[] changes) => this with { Claims = Changed(Claims, changes) };

    /// <summary>What a signature is over.</summary>
    public string Unsigned => $"{Encode(Header)}.{Encode(Claims)}";

    public string Sign(ECDsa key) => Sign(Unsigned, key);

    public static string Sign(string unsigned, ECDsa key, HashAlgorithmName? hash = null, DSASignatureFormat format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation) =>
        $"{unsigned}.{Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes(unsigned), hash ?? HashAlgorithmName.SHA256, format))}";

    public static string Encode(JsonNode node) => Base64UrlEncoder.Encode(node.ToJsonString());

    private static JsonObject Changed(JsonObject node, (string Name, object? Value)[] changes) =>
        node.DeepClone().AsObject().With(changes).Without([.. changes.Where(change => change.Value is null).Select(change => change.Name)]);
}
