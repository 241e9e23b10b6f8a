using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Operations;

/// <summary>What the program, or Production, does not start with: said in one line, with exit code 1.</summary>
public sealed class StartTests(Servers servers)
{
    [Fact]
    public async Task Without_a_key_of_its_own() => await Refused("Auth:SigningKeyFile must name a PEM file", ("Auth:SigningKeyFile", ""));

    [Fact]
    public async Task With_what_Development_made()
    {
        await using var development = await servers.Start(Engine.Sqlite, ("Demo:Seed", "true"));
        await Refused("was made for development", ("Auth:SigningKeyFile", Path.Combine(development.Database.DataDirectory, "signing-key.pem")));

        // Its admin has a password that everyone knows.
        var database = ("ConnectionStrings:Database", development.Database.ConnectionString);
        var line = await Refused("Everyone knows the password of the demo", database);
        Assert.EndsWith("admin, amy, ben, chloe, fringe, hall. Start on another database, or give them other passwords in Development.", line, StringComparison.Ordinal);
        var (stranger, admin) = (new Person(development), new Person(development));
        admin.Token = (await stranger.Post("api/auth/login", new { username = "admin", password = "please-be-seated" })).Expect(200)["token"].GetValue<string>();
        (await admin.Put("api/me/password", new { currentPassword = "please-be-seated", newPassword = Person.Password })).Expect(204);
        Assert.Contains("have it: amy, ben", await Refused("Everyone knows", database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_guest_of_a_broker_elsewhere() =>
        await Refused("ConnectionStrings:RabbitMq names the guest", ("ConnectionStrings:RabbitMq", "amqp://guest:guest@broker.example:5672"));

    [Fact]
    public async Task With_a_key_that_is_none()
    {
        var folder = (await servers.NewDatabase(Engine.Sqlite)).DataDirectory;
        await Refused("nowhere.pem", ("Auth:SigningKeyFile", Path.Combine(folder, "nowhere.pem")));
        foreach (var (text, message) in ((string, string)[])[
            ("", "has no private key"), ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", ""), (ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportPkcs8PrivateKeyPem(), "P-256"),
            (RSA.Create(1024).ExportPkcs8PrivateKeyPem(), ""), (ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfoPem(), "has no private key")])
        {
            var file = Path.Combine(folder, "key.pem");
            await File.WriteAllTextAsync(file, text);
            await Refused(message, ("Auth:SigningKeyFile", file));
        }
    }

    [Fact]
    public async Task Without_the_address_of_its_database() => await Refused("ConnectionStrings:Database is empty", ("Database:Engine", "Postgres"), ("ConnectionStrings:Database", ""));

    [Fact]
    public async Task With_a_database_that_may_lose_a_sale()
    {
        var database = await servers.NewDatabase(Engine.Postgres);
        // The tests' own cluster is one of those.
        await Refused("may lose acknowledged sales in a crash", ("Database:Engine", "Postgres"), ("ConnectionStrings:Database", database.ConnectionString));
    }

    [Fact]
    public async Task With_origins_that_are_not_exact()
    {
        await Refused("Cors:Origins is *", ("Cors:Origins", "*"));
        await Refused("Cors:Origins is *", ("Cors:Origins:0", "https://shop.example.org"), ("Cors:Origins:1", "*"));
        foreach (var origin in (string[])["https://*.example.org", "shop.example.org", "https://shop.example.org/", "https://shop.example.org/shop", "https://shop.example.org:443", "null", "ftp://x", "https://a@b.example"])
            await Refused("Cors:Origins takes exact origins", ("Cors:Origins", $"https://fine.example.org,{origin}"));
    }

    [Fact]
    public async Task With_proxies_that_are_everyone_or_none()
    {
        await Refused("would believe everyone", ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));
        await Refused("ForwardedHeaders:KnownProxies takes IP addresses", ("ForwardedHeaders:KnownProxies", "ingress"));
        await Refused("ForwardedHeaders:KnownNetworks takes networks", ("ForwardedHeaders:KnownNetworks", "10.0.0.1"), ("ForwardedHeaders:KnownProxies", "10.0.0.1"));
    }

    [Fact]
    public async Task With_demo_accounts() => await Refused("Demo:Seed is for trying out", ("Demo:Seed", "true"));

    [Fact]
    public async Task With_limits_that_are_none()
    {
        await Refused("RateLimitingOptions", ("RateLimiting:Login", "0"));
        await Refused("TransportOptions", ("Transport:MaxConnections", "-1"));
    }

    [Fact]
    public async Task With_metrics_for_whoever_guesses()
    {
        var line = await Refused("Metrics:AllowedNetworks takes addresses", ("Metrics:AllowedNetworks", "ingress"), ("Metrics:Token", "secret"));
        Assert.Contains("Token", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_two_of_them_it_says_both()
    {
        var line = await Refused("Cors:Origins is *", ("Demo:Seed", "true"), ("Cors:Origins", "*"));
        Assert.Contains("Demo:Seed is for trying out", line, StringComparison.Ordinal);
    }

    /// <summary>A file among the secrets is a setting, and weaker than the environment.</summary>
    [Fact]
    public async Task With_secrets_that_say_so()
    {
        var secrets = (await servers.NewDatabase(Engine.Sqlite)).DataDirectory;
        await File.WriteAllTextAsync(Path.Combine(secrets, "Cors__Origins"), "*\n");
        await File.WriteAllTextAsync(Path.Combine(secrets, "RateLimiting__Login"), "0\n");
        await File.WriteAllTextAsync(Path.Combine(secrets, "Transport__MaxConnections.old"), "-1\n");
        foreach (var name in (string[])["SecretsDirectory", "CREDENTIALS_DIRECTORY"])
        {
            var line = await Refused("Cors:Origins is *", (name, secrets), ("RateLimiting:Login", "20"));
            Assert.DoesNotContain("Options", line, StringComparison.Ordinal);
        }
        await Refused("nowhere", ("SecretsDirectory", Path.Combine(secrets, "nowhere")));
    }

    [Fact]
    public async Task In_whatever_role()
    {
        await Refused(["serve"], "Cors:Origins is *", ("Cors:Origins", "*"));
        await Refused(["work"], "Auth:SigningKeyFile must name", ("Auth:SigningKeyFile", ""));
    }

    [Fact]
    public async Task At_an_address_it_cannot_have()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        foreach (var (address, because) in ((string, string)[])[($"http://{other.LocalEndpoint}", "address already in use"), ("http://192.0.2.1:80", "Cannot assign requested address")])
        {
            var (exitCode, output) = await ServerProcess.RunVerb(await servers.NewDatabase(Engine.Sqlite), [], ("urls", address));
            var last = output.TrimEnd().Split('\n')[^1];
            Assert.StartsWith("usher: ", last, StringComparison.Ordinal);
            Assert.Contains(because, last, StringComparison.Ordinal);
            Assert.Contains("--urls", last, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
            Assert.Equal(1, exitCode);
        }
    }

    [Fact]
    public async Task With_none_of_them_it_starts()
    {
        await using var server = await StartInProduction(servers, ("Cors:Origins", "https://shop.example.org"));
        (await new Person(server).Get("health/ready")).Expect(200);
    }

    internal static async Task<HostedServer> StartInProduction(Servers servers, params (string Key, string Value)[] settings)
    {
        var database = await servers.NewDatabase(Engine.Sqlite);
        return await HostedServer.Start(database, [.. await InProduction(database), .. settings]);
    }

    private Task<string> Refused(string because, params (string Key, string Value)[] settings) => Refused([], because, settings);

    private async Task<string> Refused(string[] words, string because, params (string Key, string Value)[] settings)
    {
        var database = await servers.NewDatabase(Engine.Sqlite);
        var (exitCode, output) = await ServerProcess.RunVerb(database, words, [.. await InProduction(database), ("urls", "http://127.0.0.1:0"), .. settings]);
        var line = Assert.Single(output.Split('\n'), text => text.Length > 0);
        Assert.StartsWith("usher: ", line, StringComparison.Ordinal);
        Assert.Contains(because, line, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
        return line;
    }

    private static async Task<(string, string)[]> InProduction(TestDatabase database)
    {
        var file = Path.Combine(database.DataDirectory, "production.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(file, key.ExportPkcs8PrivateKeyPem());
        return [("ASPNETCORE_ENVIRONMENT", "Production"), ("DOTNET_ENVIRONMENT", "Production"), ("Auth:SigningKeyFile", file)];
    }
}
