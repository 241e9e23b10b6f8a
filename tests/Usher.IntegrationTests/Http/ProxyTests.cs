using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Operations;

namespace Usher.IntegrationTests.Http;

/// <summary>
/// Who may say for whom a request is, seen by the quota of the address that it is counted for, and by what is said over
/// HTTPS only. No database is asked: one engine is enough.
/// </summary>
public sealed class ProxyTests(Servers servers)
{
    private static readonly (string, string)[] ThreeReads = [("RateLimiting:Enabled", "true"), ("RateLimiting:Read", "3"), ("RateLimiting:WindowSeconds", "3600")];

    [Fact]
    public async Task Nobody_is_believed_unless_it_is_said()
    {
        await using var server = await servers.Start(Engine.Sqlite, ThreeReads);
        await using var other = await servers.Start(Engine.Sqlite, [.. ThreeReads, ("ForwardedHeaders:KnownProxies", "10.9.8.7"), ("ForwardedHeaders:KnownNetworks", "10.0.0.0/8,2001:db8::/32")]);
        foreach (var one in (UsherServer[])[server, other])
        {
            for (var i = 0; i < 3; i++)
                (await From(one, $"192.0.2.{i}")).Expect(200);
            (await From(one, "192.0.2.99")).Expect(429, "rate_limited");
        }
    }

    [Fact]
    public async Task A_known_proxy_says_who_asks()
    {
        await using var byAddress = await servers.Start(Engine.Sqlite, [.. ThreeReads, ("ForwardedHeaders:KnownProxies", "127.0.0.1")]);
        await using var byNetwork = await servers.Start(Engine.Sqlite, [.. ThreeReads, ("ForwardedHeaders:KnownNetworks:0", "127.0.0.0/8"), ("ForwardedHeaders:KnownNetworks:1", "10.0.0.0/8")]);
        foreach (var server in (UsherServer[])[byAddress, byNetwork])
        {
            // The last one a known proxy saw is who asks, whatever was written before.
            foreach (var address in (string[])["192.0.2.1", "6.6.6.6, 192.0.2.1", "192.0.2.1"])
                (await From(server, address)).Expect(200);
            (await From(server, "192.0.2.1")).Expect(429, "rate_limited");
            (await From(server, "192.0.2.2")).Expect(200);

            foreach (var address in (string[])["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:aaaa::1"])
                (await From(server, address)).Expect(200);
            (await From(server, "2001:db8:1:2:ffff:ffff:ffff:ffff")).Expect(429, "rate_limited");
            (await From(server, "2001:db8:1:3::1")).Expect(200);
        }
        (await From(byNetwork, "192.0.2.7, 10.1.1.1")).Expect(200);
        (await From(byNetwork, "192.0.2.7, 10.2.2.2")).Expect(200);
        (await From(byNetwork, "192.0.2.7")).Expect(200);
        (await From(byNetwork, "192.0.2.7")).Expect(429);
        // One it does not know ends the chain.
        (await From(byAddress, "192.0.2.7, 10.1.1.1")).Expect(200);
        (await From(byAddress, "192.0.2.8, 10.1.1.1")).Expect(200);
        (await From(byAddress, "192.0.2.9, 10.1.1.1")).Expect(200);
        (await From(byAddress, "192.0.2.10, 10.1.1.1")).Expect(429);
    }

    [Fact]
    public async Task Browsers_that_came_by_HTTPS_are_told_to_stay_there_in_Production()
    {
        await using var behind = await StartTests.StartInProduction(servers, ("ForwardedHeaders:KnownProxies", "127.0.0.1"));
        await using var alone = await StartTests.StartInProduction(servers);
        await using var development = await servers.Start(Engine.Sqlite, ("ForwardedHeaders:KnownProxies", "127.0.0.1"));
        await using var silent = await StartTests.StartInProduction(servers, ("ForwardedHeaders:KnownProxies", "127.0.0.1"), ("Transport:HstsDays", "0"));
        foreach (var path in (string[])["api/events", "api/nowhere", "api/me", "swagger/index.html", "health/live"])
        {
            Assert.Equal("max-age=31536000", (await Https(behind, path)).Header("Strict-Transport-Security"));
            Assert.Null((await new Person(behind).Get(path)).Header("Strict-Transport-Security"));
            Assert.Null((await Https(alone, path)).Header("Strict-Transport-Security"));
            Assert.Null((await Https(silent, path)).Header("Strict-Transport-Security"));
            Assert.Null((await Https(development, path)).Header("Strict-Transport-Security"));
        }
    }

    private static Task<Reply> From(UsherServer server, string address) => new Person(server).Get("", ("X-Forwarded-For", address));

    private static Task<Reply> Https(UsherServer server, string path) => new Person(server).Get(path, ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "192.0.2.1"));
}
