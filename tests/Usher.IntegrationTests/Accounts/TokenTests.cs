using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Accounts;

/// <summary>What an access token says, and who can check it.</summary>
public sealed class TokenTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_token_says_who_until_when_and_for_whom(Engine engine)
    {
        var person = await Person.Organizer(await servers.Shared(engine));
        var (header, claims) = Jwt.Parse(person.Token!);
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
        var key = Assert.Single(keys, k => k!["kid"]!.GetValue<string>() == Jwt.Parse(person.Token!).Header["kid"]!.GetValue<string>())!;
        Assert.Equal(("EC", "P-256"), (key["kty"]!.GetValue<string>(), key["crv"]!.GetValue<string>()));
        Assert.All(keys, k => Assert.False(k!.AsObject().ContainsKey("d")));

        using var ecdsa = Jwt.PublicKey(key);
        var end = person.Token!.LastIndexOf('.');
        Assert.True(ecdsa.VerifyData(Encoding.ASCII.GetBytes(person.Token[..end]), Base64UrlEncoder.DecodeBytes(person.Token[(end + 1)..]), HashAlgorithmName.SHA256));
    }
}
