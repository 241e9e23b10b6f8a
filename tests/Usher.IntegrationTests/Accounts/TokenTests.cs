using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Accounts;

/// <summary>What an access token says, and which are not taken.</summary>
public sealed class TokenTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_token_says_who_until_when_and_for_whom(Engine engine)
    {
        var person = await Person.Organizer(await servers.Shared(engine));
        var (header, claims, _) = Parts(person.Token!);
        Assert.Equal("ES256", header["alg"]!.GetValue<string>());
        Assert.Equal("at+jwt", header["typ"]!.GetValue<string>());
        Assert.Equal(person.Id, claims["sub"]!.GetValue<Guid>());
        Assert.Equal("organizer", claims["role"]!.GetValue<string>());
        Assert.NotEqual(Guid.Empty, claims["sid"]!.GetValue<Guid>());
        Assert.NotNull(claims["iss"]);
        Assert.NotNull(claims["aud"]);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(claims["exp"]!.GetValue<long>(), now, now + 900);
        Assert.DoesNotContain(person.Email, claims.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory, OnBothEngines]
    public async Task The_published_keys_verify_a_token_and_hold_no_secret(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var keys = (await new Person(person.Server).Get(".well-known/jwks.json")).Expect(200)["keys"].AsArray();
        var (header, _, signature) = Parts(person.Token!);
        var key = Assert.Single(keys, k => k!["kid"]!.GetValue<string>() == header["kid"]!.GetValue<string>())!;
        Assert.Equal(("EC", "P-256"), (key["kty"]!.GetValue<string>(), key["crv"]!.GetValue<string>()));
        Assert.All(keys, k => Assert.False(k!.AsObject().ContainsKey("d")));

        using var ecdsa = PublicKey(key);
        var signed = person.Token![..person.Token!.LastIndexOf('.')];
        Assert.True(ecdsa.VerifyData(Encoding.ASCII.GetBytes(signed), signature, HashAlgorithmName.SHA256));
    }

    [Theory, OnBothEngines]
    public async Task Forged_tokens_are_refused(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var (header, claims, _) = Parts(person.Token!);
        var pieces = person.Token!.Split('.');
        var jwk = (await person.Get(".well-known/jwks.json"))["keys"][0]!;
        using var known = PublicKey(jwk);
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicPem = Encoding.UTF8.GetBytes(known.ExportSubjectPublicKeyInfoPem());
        var admin = With(claims, ("role", "admin"));
        var foreignJwk = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64UrlEncoder.Encode(foreign.ExportParameters(false).Q.X),
            ["y"] = Base64UrlEncoder.Encode(foreign.ExportParameters(false).Q.Y),
        };

        (string Name, string Token)[] forged =
        [
            ("alg none without a signature", $"{Encode(With(header, ("alg", "none")))}.{pieces[1]}."),
            ("alg None with the old signature", $"{Encode(With(header, ("alg", "None")))}.{pieces[1]}.{pieces[2]}"),
            ("HS256 with the public key as PEM", Hmac(With(header, ("alg", "HS256")), admin, publicPem)),
            ("HS256 with the public key as DER", Hmac(With(header, ("alg", "HS256")), admin, known.ExportSubjectPublicKeyInfo())),
            ("HS256 with the published JSON", Hmac(With(header, ("alg", "HS256")), admin, Encoding.UTF8.GetBytes(jwk.ToJsonString()))),
            ("HS256 with an empty key", Hmac(With(header, ("alg", "HS256")), admin, [])),
            ("another payload", $"{pieces[0]}.{Encode(admin)}.{pieces[2]}"),
            ("no signature", $"{pieces[0]}.{pieces[1]}."),
            ("a signature of zeros", $"{pieces[0]}.{pieces[1]}.{Base64UrlEncoder.Encode(new byte[64])}"),
            ("a foreign key under the known kid", Sign(header, admin, foreign)),
            ("a foreign key with its own kid", Sign(With(header, ("kid", "mine")), admin, foreign)),
            ("a foreign key without kid", Sign(With(header, ("kid", null)), admin, foreign)),
            ("a foreign key in the header", Sign(With(header, ("kid", null), ("jwk", foreignJwk)), admin, foreign)),
            ("a foreign key by address", Sign(With(header, ("kid", "mine"), ("jku", "http://127.0.0.1:9/jwks.json"), ("x5u", "http://127.0.0.1:9/x")), admin, foreign)),
            ("a kid that is a path", Sign(With(header, ("kid", "../../../../dev/null")), admin, foreign)),
            ("two pieces", $"{pieces[0]}.{pieces[1]}"),
            ("garbage", "garbage"),
            ("dots", "..."),
            ("a very long one", new string('a', 6000)),
            ("the refresh token", person.RefreshToken!),
        ];
        foreach (var (name, token) in forged)
            await AssertRefused(person, name, token);
        Assert.True(await person.IsSignedIn());
    }

    [Theory, OnBothEngines]
    public async Task Tokens_of_the_right_key_are_refused_when_they_say_the_wrong_thing(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var (header, claims, _) = Parts(person.Token!);
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(person.Server.Database.DataDirectory, "signing-key.pem"), TestContext.Current.CancellationToken));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        (string Name, string Token)[] wrong =
        [
            ("expired", Sign(header, With(claims, ("exp", now - 60), ("nbf", now - 900), ("iat", now - 900)), key)),
            ("without an end", Sign(header, With(claims, ("exp", null)), key)),
            ("not yet good", Sign(header, With(claims, ("nbf", now + 600)), key)),
            ("another issuer", Sign(header, With(claims, ("iss", "https://elsewhere.example")), key)),
            ("no issuer", Sign(header, With(claims, ("iss", null)), key)),
            ("another audience", Sign(header, With(claims, ("aud", "elsewhere")), key)),
            ("no audience", Sign(header, With(claims, ("aud", null)), key)),
            ("another type", Sign(With(header, ("typ", "JWT")), claims, key)),
            ("no type", Sign(With(header, ("typ", null)), claims, key)),
            ("no session", Sign(header, With(claims, ("sid", null)), key)),
            ("no subject", Sign(header, With(claims, ("sub", null)), key)),
            ("a subject that is no id", Sign(header, With(claims, ("sub", "root")), key)),
            ("a role that does not exist", Sign(header, With(claims, ("role", "owner")), key)),
            ("a role that is a number", Sign(header, With(claims, ("role", 2)), key)),
        ];
        foreach (var (name, token) in wrong)
            await AssertRefused(person, name, token);

        var same = person.At(person.Server);
        same.Token = Sign(header, claims, key);
        Assert.True(await same.IsSignedIn(), "The same claims signed again must be good, or this test shows nothing.");
    }

    [Theory, OnBothEngines]
    public async Task A_token_comes_in_its_header_and_nowhere_else(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var stranger = new Person(person.Server);
        (await stranger.Get($"api/me?access_token={person.Token}")).Expect(401);
        (await stranger.Get("api/me", ("Cookie", $"access_token={person.Token}"))).Expect(401, "unauthenticated");
        (await stranger.Get("api/me", ("Authorization", $"Basic {person.Token}"))).Expect(401, "unauthenticated");
        (await stranger.Get("api/me", ("Authorization", "Bearer"))).Expect(401);
        (await stranger.Get("api/me", ("Authorization", $"bearer {person.Token}"))).Expect(200);
    }

    private static async Task AssertRefused(Person person, string name, string token)
    {
        var reply = await new Person(person.Server).Get("api/me", ("Authorization", $"Bearer {token}"));
        Assert.True((int)reply.Status == 401 && reply.Code is "unauthenticated" or "token_expired", $"{name}: {(int)reply.Status} {reply.Text}");
        Assert.StartsWith("Bearer", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", reply.ContentHeaders.ContentType?.MediaType);
    }

    private static (JsonNode Header, JsonNode Claims, byte[] Signature) Parts(string token)
    {
        var pieces = token.Split('.');
        return (JsonNode.Parse(Base64UrlEncoder.Decode(pieces[0]))!, JsonNode.Parse(Base64UrlEncoder.Decode(pieces[1]))!, Base64UrlEncoder.DecodeBytes(pieces[2]));
    }

    /// <summary>A copy with some members changed; those that become null are gone.</summary>
    private static JsonObject With(JsonNode node, params (string Name, object? Value)[] changes)
    {
        var copy = node.DeepClone().AsObject().With(changes);
        return copy.Without([.. changes.Where(change => change.Value is null).Select(change => change.Name)]);
    }

    private static string Encode(JsonNode node) => Base64UrlEncoder.Encode(node.ToJsonString());

    private static string Sign(JsonNode header, JsonNode claims, ECDsa key)
    {
        var text = $"{Encode(header)}.{Encode(claims)}";
        return $"{text}.{Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    private static string Hmac(JsonNode header, JsonNode claims, byte[] key)
    {
        var text = $"{Encode(header)}.{Encode(claims)}";
        return $"{text}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)))}";
    }

    private static ECDsa PublicKey(JsonNode jwk) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(jwk["x"]!.GetValue<string>()), Y = Base64UrlEncoder.DecodeBytes(jwk["y"]!.GetValue<string>()) },
    });
}
