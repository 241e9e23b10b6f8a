using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Security;

/// <summary>
/// Tokens that somebody made, changed or found. Each is refused where one has to sign in, and is nobody's where one need not;
/// none breaks anything.
/// </summary>
public sealed class ForgedTokensTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Without_the_key_nobody_makes_a_token(Engine engine)
    {
        var target = await Target.Of(await servers.Shared(engine));
        var (real, admin) = (target.Real, target.Real.WithClaims(("role", "admin")));
        var (pieces, other) = (target.Person.Token!.Split('.'), (await Person.Attendee(target.Person.Server)).Token!.Split('.'));
        var signature = Base64UrlEncoder.DecodeBytes(pieces[2]);

        var jwk = (await target.Person.Get(".well-known/jwks.json"))["keys"][0]!;
        using var known = Jwt.PublicKey(jwk);
        var point = known.ExportParameters(false).Q;
        byte[] raw = [.. point.X!, .. point.Y!];
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        using var koblitz = ECDsa.Create(ECCurve.CreateFromFriendlyName("secP256k1"));
        using var rsa = RSA.Create(2048);

        await target.RefusesAll(
        [
            .. from alg in (string[])["none", "None", "NONE", "nOnE", "none ", ""]
               from end in (string[])["", pieces[2]]
               select ($"alg '{alg}' with {(end.Length == 0 ? "no" : "the old")} signature", $"{admin.WithHeader(("alg", alg)).Unsigned}.{end}"),
            ("no alg", $"{admin.WithHeader(("alg", null)).Unsigned}."),
            ("an alg that is a number", $"{admin.WithHeader(("alg", 5)).Unsigned}.{pieces[2]}"),
            ("an alg that is a list", $"{admin.WithHeader(("alg", new[] { "ES256", "none" })).Unsigned}."),

            ("HS256 with the public key as PEM", Hmac(admin, Encoding.UTF8.GetBytes(known.ExportSubjectPublicKeyInfoPem()))),
            ("HS256 with the public key as PEM and a line's end", Hmac(admin, Encoding.UTF8.GetBytes(known.ExportSubjectPublicKeyInfoPem() + "\n"))),
            ("HS256 with the public key as DER", Hmac(admin, known.ExportSubjectPublicKeyInfo())),
            ("HS256 with the published JSON", Hmac(admin, Encoding.UTF8.GetBytes(jwk.ToJsonString()))),
            ("HS256 with x and y", Hmac(admin, raw)),
            ("HS256 with the point", Hmac(admin, [4, .. raw])),
            ("HS256 with x alone", Hmac(admin, point.X!)),
            ("HS256 with the kid", Hmac(admin, Encoding.UTF8.GetBytes(jwk["kid"]!.GetValue<string>()))),
            ("HS256 with an empty key", Hmac(admin, [])),

            ("a foreign key under the known kid", admin.Sign(foreign)),
            ("a foreign key with its own kid", admin.WithHeader(("kid", "mine")).Sign(foreign)),
            ("a foreign key without kid", admin.WithHeader(("kid", null)).Sign(foreign)),
            ("ES384 by P-384", Jwt.Sign(admin.WithHeader(("alg", "ES384")).Unsigned, p384, HashAlgorithmName.SHA384)),
            ("ES512 by P-521", Jwt.Sign(admin.WithHeader(("alg", "ES512")).Unsigned, p521, HashAlgorithmName.SHA512)),
            ("ES256 by P-384", admin.Sign(p384)),
            ("ES256 by secp256k1", admin.Sign(koblitz)),
            ("ES256K by secp256k1", admin.WithHeader(("alg", "ES256K")).Sign(koblitz)),
            ("RS256", Rsa(admin.WithHeader(("alg", "RS256")), rsa, RSASignaturePadding.Pkcs1)),
            ("PS256", Rsa(admin.WithHeader(("alg", "PS256")), rsa, RSASignaturePadding.Pss)),

            ("a foreign key in the header", admin.WithHeader(("kid", null), ("jwk", Jwt.PublicJwk(foreign))).Sign(foreign)),
            ("a foreign key in the header under the known kid", admin.WithHeader(("jwk", Jwt.PublicJwk(foreign))).Sign(foreign)),
            ("a foreign key by jku", admin.WithHeader(("kid", "mine"), ("jku", "http://127.0.0.1:9/jwks.json")).Sign(foreign)),
            ("a foreign certificate by x5u", admin.WithHeader(("kid", null), ("x5u", "http://127.0.0.1:9/chain.pem")).Sign(foreign)),
            ("a foreign certificate in the header", admin.WithHeader(("kid", null), ("x5c", new[] { CertificateOf(foreign) })).Sign(foreign)),
            .. from kid in (object[])["../../../../dev/null", "/proc/sys/kernel/randomize_va_space", "' OR '1'='1", "http://127.0.0.1:9/key.pem", "", 0, true, new[] { "a" }]
               select ($"the kid {JsonSerializer.Serialize(kid)}", admin.WithHeader(("kid", kid)).Sign(foreign)),

            ("another role under the old signature", $"{admin.Unsigned}.{pieces[2]}"),
            ("another person under the old signature", $"{real.WithClaims(("sub", Guid.CreateVersion7())).Unsigned}.{pieces[2]}"),
            ("the signature of another token", $"{pieces[0]}.{pieces[1]}.{other[2]}"),
            ("the claims of another token", $"{pieces[0]}.{other[1]}.{pieces[2]}"),
            ("no signature", $"{pieces[0]}.{pieces[1]}."),
            ("no signature and no dot", $"{pieces[0]}.{pieces[1]}"),
            .. from length in (int[])[1, 32, 63]
               select ($"{length} bytes of the signature", $"{pieces[0]}.{pieces[1]}.{Base64UrlEncoder.Encode(signature[..length])}"),
            ("a signature with a byte more", $"{pieces[0]}.{pieces[1]}.{Base64UrlEncoder.Encode([.. signature, 0])}"),
            ("a signature twice", $"{pieces[0]}.{pieces[1]}.{Base64UrlEncoder.Encode([.. signature, .. signature])}"),
            ("a signature of zeros", $"{pieces[0]}.{pieces[1]}.{Base64UrlEncoder.Encode(new byte[64])}"),
            ("a signature of zeros as DER", $"{pieces[0]}.{pieces[1]}.{Base64UrlEncoder.Encode([0x30, 6, 2, 1, 0, 2, 1, 0])}"),
            ("r is zero", $"{pieces[0]}.{pieces[1]}.{Base64UrlEncoder.Encode([.. new byte[32], .. signature[32..]])}"),
            ("s is zero", $"{pieces[0]}.{pieces[1]}.{Base64UrlEncoder.Encode([.. signature[..32], .. new byte[32]])}"),
            ("r and s are the order of the curve", $"{pieces[0]}.{pieces[1]}.{Base64UrlEncoder.Encode([.. Order, .. Order])}"),
            ("r and s are beyond it", $"{pieces[0]}.{pieces[1]}.{Base64UrlEncoder.Encode([.. Enumerable.Repeat((byte)255, 64)])}"),

            ("encrypted for nobody", $"{Jwt.Encode(new JsonObject { ["alg"] = "dir", ["enc"] = "A128CBC-HS256", ["typ"] = "at+jwt" })}..{Base64UrlEncoder.Encode(new byte[16])}.{pieces[1]}.{Base64UrlEncoder.Encode(new byte[16])}"),
            ("encrypted for the published key", Encrypted(admin, point.X!)),
            ("the refresh token", target.Person.RefreshToken!),
            ("garbage", "garbage"),
            ("dots", "..."),
            ("two dots", ".."),
            ("many dots", new string('.', 5000)),
            ("many letters", new string('a', 12_000)),
            ("a header that is no object", $"{Jwt.Encode(new JsonArray(1))}.{pieces[1]}.{pieces[2]}"),
            ("a header that is no JSON", $"{Base64UrlEncoder.Encode("{\"alg\":")}.{pieces[1]}.{pieces[2]}"),
            ("a header as deep as a well", $"{Base64UrlEncoder.Encode($"{{\"alg\":\"ES256\",\"x\":{new string('[', 5000)}{new string(']', 5000)}}}")}.{pieces[1]}.{pieces[2]}"),
        ]);
    }

    [Theory, OnBothEngines]
    public async Task With_the_key_a_token_still_has_to_say_the_right_things(Engine engine)
    {
        var target = await Target.Of(await servers.Shared(engine));
        using var key = Jwt.KeyOf(target.Person.Server);
        var real = target.Real.WithClaims(("role", "admin"));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var (audience, issuer) = (real.Claims["aud"]!.GetValue<string>(), real.Claims["iss"]!.GetValue<string>());

        await target.RefusesAll(
        [
            ("a kid that is not there", real.WithHeader(("kid", null)).Sign(key)),
            ("a kid of another key", real.WithHeader(("kid", "mine")).Sign(key)),
            ("another type", real.WithHeader(("typ", "JWT")).Sign(key)),
            ("the type of an identity", real.WithHeader(("typ", "id_token")).Sign(key)),
            ("the type of a log-out", real.WithHeader(("typ", "logout+jwt")).Sign(key)),
            ("no type", real.WithHeader(("typ", null)).Sign(key)),
            ("an empty type", real.WithHeader(("typ", "")).Sign(key)),
            ("a type that is a list", real.WithHeader(("typ", new[] { "at+jwt" })).Sign(key)),
            ("something critical that nobody knows", real.WithHeader(("crit", new[] { "http://example.com/rule" }), ("http://example.com/rule", true)).Sign(key)),
            ("an unencoded payload", real.WithHeader(("crit", new[] { "b64" }), ("b64", false)).Sign(key)),
            ("ES384 by the key of ES256", Jwt.Sign(real.WithHeader(("alg", "ES384")).Unsigned, key, HashAlgorithmName.SHA384)),
            ("a signature as DER", Jwt.Sign(real.Unsigned, key, format: DSASignatureFormat.Rfc3279DerSequence)),

            ("another issuer", real.WithClaims(("iss", "https://elsewhere.example")).Sign(key)),
            ("an issuer with a slash", real.WithClaims(("iss", $"{issuer}/")).Sign(key)),
            ("an issuer in capitals", real.WithClaims(("iss", issuer.ToUpperInvariant())).Sign(key)),
            ("no issuer", real.WithClaims(("iss", null)).Sign(key)),
            ("an issuer that is a list", real.WithClaims(("iss", new[] { "https://elsewhere.example", issuer })).Sign(key)),
            ("another audience", real.WithClaims(("aud", "elsewhere")).Sign(key)),
            ("an audience in capitals", real.WithClaims(("aud", audience.ToUpperInvariant())).Sign(key)),
            ("no audience", real.WithClaims(("aud", null)).Sign(key)),
            ("an empty list of audiences", real.WithClaims(("aud", Array.Empty<string>())).Sign(key)),
            ("an audience among others", real.WithClaims(("aud", new[] { "elsewhere", audience })).Sign(key)),

            ("expired", real.WithClaims(("exp", now - 60), ("iat", now - 900)).Sign(key)),
            ("never expires", real.WithClaims(("exp", null)).Sign(key)),
            .. from exp in (object[])["never", $"{now + 300}", -1, long.MinValue, now + 3600, 253_402_300_800, long.MaxValue, 1e300, true, new[] { now + 300 }, new { at = now + 300 }]
               select ($"exp is {JsonSerializer.Serialize(exp)}", real.WithClaims(("exp", exp)).Sign(key)),
            ("not yet good", real.WithClaims(("nbf", now + 600)).Sign(key)),
            ("nbf is far off", real.WithClaims(("nbf", long.MaxValue)).Sign(key)),

            .. from claim in (string[])["sub", "sid"]
               from value in (object?[])[null, "root", "", 5, true, new[] { $"{Guid.CreateVersion7()}", $"{Guid.CreateVersion7()}" }, new { id = Guid.CreateVersion7() }, $"{Guid.CreateVersion7():N}", $"{Guid.CreateVersion7():B}"]
               select ($"{claim} is {JsonSerializer.Serialize(value)}", real.WithClaims((claim, value)).Sign(key)),
            .. from role in (object?[])[null, "owner", "", "Admin", "ADMIN", "admin ", "attendee,admin", 2, true, new[] { "attendee", "admin" }, new[] { "admin", "attendee" }, new { name = "admin" }]
               select ($"role is {JsonSerializer.Serialize(role)}", real.WithClaims(("role", role)).Sign(key)),
            ("two roles by one name", Twice(real, "role", "attendee", key)),
            ("two persons by one name", Twice(real, "sub", $"{Guid.CreateVersion7()}", key)),
            ("two ends by one name", Twice(real, "exp", now + 600, key)),
            ("two algorithms by one name", Jwt.Sign($"{Base64UrlEncoder.Encode($"{{\"alg\":\"none\",{real.Header.ToJsonString()[1..]}")}.{Jwt.Encode(real.Claims)}", key)),

            ("claims that are a list", Jwt.Sign($"{Jwt.Encode(real.Header)}.{Jwt.Encode(new JsonArray(1))}", key)),
            ("claims that are no JSON", Jwt.Sign($"{Jwt.Encode(real.Header)}.{Base64UrlEncoder.Encode("{\"sub\":")}", key)),
            ("claims that are no text", Jwt.Sign($"{Jwt.Encode(real.Header)}.{Base64UrlEncoder.Encode([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])}", key)),
            ("no claims", Jwt.Sign($"{Jwt.Encode(real.Header)}.", key)),
            ("encoded with padding", Jwt.Sign($"{Padded(Jwt.Encode(real.Header))}.{Padded(Jwt.Encode(real.WithClaims(("pad", "1")).Claims))}", key)),
            ("a signature with padding", Padded(real.Sign(key))),
        ]);

        var same = new Person(target.Person.Server) { Token = target.Real.Sign(key) };
        Assert.True(await same.IsSignedIn(), "The same claims signed again must be good, or this test shows nothing.");
    }

    [Theory, OnBothEngines]
    public async Task A_token_of_somebody_or_a_session_that_is_not_there_is_over(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        using var key = Jwt.KeyOf(server);
        foreach (var (name, claims) in ((string, (string, object?)[])[])[
            ("nobody's", [("sub", Guid.CreateVersion7())]),
            ("of no session", [("sid", Guid.CreateVersion7())]),
            ("of neither", [("sub", Guid.CreateVersion7()), ("sid", Guid.CreateVersion7())]),
            ("of another's session", [("sub", (await Person.Organizer(server)).Id)])])
        {
            var person = new Person(server) { Token = Jwt.Parse(organizer.Token!).WithClaims(claims).Sign(key) };
            foreach (var (method, path, body) in ((string, string, object?)[])[
                ("GET", "api/me", null), ("PATCH", "api/me", new { displayName = "Nobody" }), ("GET", "api/me/bookings", null), ("GET", "api/me/sessions", null),
                ("POST", "api/auth/logout", null), ("POST", "api/events", Sample.Event()), ("GET", $"api/events/{show.Id}/bookings", null), ("DELETE", $"api/events/{show.Id}", null),
                ("POST", "api/bookings", new { eventId = show.Id, ticketTypeId = show.Types[0], quantity = 1 })])
            {
                var reply = await person.Send(method, path, body);
                Assert.True((int)reply.Status == 401 && reply.Code == "token_expired", $"{method} {path} with a token {name}: {(int)reply.Status} {reply.Text}");
            }
        }
        Assert.Equal(0, await server.Database.Count("SELECT COUNT(*) FROM bookings WHERE event_id = @id", ("id", show.Id)));
    }

    [Theory, OnBothEngines]
    public async Task A_token_comes_once_in_its_header_and_nowhere_else(Engine engine)
    {
        var target = await Target.Of(await servers.Shared(engine));
        var (stranger, token) = (new Person(target.Person.Server), target.Person.Token!);
        (await stranger.Get($"api/me?access_token={token}")).Expect(401, "unauthenticated");
        (await stranger.Get($"api/me?token={token}")).Expect(401, "unauthenticated");
        (await stranger.Get("api/me", ("Cookie", $"access_token={token}; token={token}; Authorization=Bearer {token}"))).Expect(401, "unauthenticated");
        (await stranger.Get("api/me", ("X-Access-Token", token), ("Proxy-Authorization", $"Bearer {token}"))).Expect(401, "unauthenticated");
        (await stranger.Post("api/auth/logout", new FormUrlEncodedContent([new("access_token", token)]))).Expect(401, "unauthenticated");

        await target.Refuses(((string[])[
            $"Basic {token}", $"JWT {token}", $"Bearer{token}", token, $"Token Bearer {token}", "Bearer", "Bearer ", $"\"Bearer {token}\"", $"Bearer: {token}", $"Bearer token={token}",
            $"Bearer {token} {token}", $"Bearer {token}, Bearer {token}", $"Bearer {token},", $"Bearer {token[..50]} {token[50..]}", $"Bearer {token[..50]}\t{token[50..]}",
            $"Bearer \"{token}\"", $"Bearer <{token}>"]).Select(authorization => (authorization, authorization)));
        using var twice = new HttpRequestMessage(HttpMethod.Get, "api/me");
        twice.Headers.TryAddWithoutValidation("Authorization", [$"Bearer {token}", $"Bearer {token}"]);
        using var answer = await target.Person.Server.Http.SendAsync(twice);
        Assert.Equal(401, (int)answer.StatusCode);

        // RFC 9110: the name of a scheme is the same in any case, and more than one space may follow.
        foreach (var authorization in (string[])[$"Bearer {token}", $"bearer {token}", $"BEARER {token}", $"Bearer   {token}"])
            (await stranger.Get("api/me", ("Authorization", authorization))).Expect(200);
    }

    /// <summary>Answered by the web server before anything of ours sees it, and so without a body.</summary>
    [Fact]
    public async Task A_token_of_a_hundred_kilobytes_is_too_large_for_a_header()
    {
        var server = await servers.Shared(Engine.Sqlite);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /api/me HTTP/1.1\r\nHost: usher\r\nAuthorization: Bearer {new string('a', 100 * 1024)}\r\n\r\n"));
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 431 ", await reader.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(401, (int)(await new Person(server).Get("api/me")).Status);
    }

    /// <summary>n of P-256.</summary>
    private static readonly byte[] Order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    private static string Hmac(Jwt token, byte[] secret)
    {
        var unsigned = token.WithHeader(("alg", "HS256")).Unsigned;
        return $"{unsigned}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(unsigned)))}";
    }

    private static string Rsa(Jwt token, RSA key, RSASignaturePadding padding) =>
        $"{token.Unsigned}.{Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes(token.Unsigned), HashAlgorithmName.SHA256, padding))}";

    private static string CertificateOf(ECDsa key)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=usher", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return Convert.ToBase64String(certificate.RawData);
    }

    /// <summary>RFC 7516 with a key that everybody knows: whoever decrypts such a token has not learned who made it.</summary>
    private static string Encrypted(Jwt token, byte[] key) => new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler().EncryptToken(
        $"{token.WithHeader(("alg", "none")).Unsigned}.",
        new EncryptingCredentials(new SymmetricSecurityKey(key) { KeyId = token.Header["kid"]!.GetValue<string>() }, "dir", SecurityAlgorithms.Aes128CbcHmacSha256),
        new Dictionary<string, object> { ["typ"] = "at+jwt" });

    /// <summary>A member that comes before the one of the same name.</summary>
    private static string Twice(Jwt token, string name, JsonNode value, ECDsa key) =>
        Jwt.Sign($"{Jwt.Encode(token.Header)}.{Base64UrlEncoder.Encode($"{{\"{name}\":{value.ToJsonString()},{token.Claims.ToJsonString()[1..]}")}", key);

    private static string Padded(string base64) => base64 + new string('=', (4 - (base64.Length - base64.LastIndexOf('.') - 1) % 4) % 4);

    /// <summary>Somebody whose token is good, and a draft that no token of theirs opens.</summary>
    private sealed record Target(Person Person, Jwt Real, Guid Draft)
    {
        public static async Task<Target> Of(UsherServer server)
        {
            var person = await Person.Attendee(server);
            var draft = await (await Person.Organizer(server)).Announce(more: new { publication = "draft" });
            return new(person, Jwt.Parse(person.Token!), draft.Id);
        }

        public Task RefusesAll((string Name, string Token)[] tokens) => Refuses(tokens.Select(one => (one.Name, $"Bearer {one.Token}")));

        public async Task Refuses(IEnumerable<(string Name, string Authorization)> fields)
        {
            var wrong = new List<string>();
            foreach (var (name, authorization) in fields)
                if (await FindWrong(authorization) is { } what)
                    wrong.Add($"{name}: {what}");
            Assert.True(wrong.Count == 0, string.Join('\n', wrong));
            Assert.True(await Person.IsSignedIn());
        }

        private async Task<string?> FindWrong(string authorization)
        {
            var stranger = new Person(Person.Server);
            var reply = await stranger.Get("api/me", ("Authorization", authorization));
            if ((int)reply.Status != 401 || reply.Code is not ("unauthenticated" or "token_expired"))
                return $"{(int)reply.Status} {reply.Text}";
            if (reply.Header("WWW-Authenticate")?.StartsWith("Bearer", StringComparison.Ordinal) != true || reply.ContentHeaders.ContentType?.MediaType != "application/problem+json")
                return $"{reply.Header("WWW-Authenticate")} {reply.ContentHeaders.ContentType}";
            var draft = await stranger.Get($"api/events/{Draft}", ("Authorization", authorization));
            return (int)draft.Status == 404 ? null : $"a draft: {(int)draft.Status} {draft.Text}";
        }
    }
}
