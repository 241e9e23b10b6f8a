using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Http;

/// <summary>Which pages' scripts may read our answers. No database is asked: one engine is enough.</summary>
public sealed class OriginTests(Servers servers)
{
    private const string Shop = "https://shop.example.org", Other = "http://localhost:3000";

    [Fact]
    public async Task Nobody_may_unless_it_is_said()
    {
        var server = await servers.Shared(Engine.Sqlite);
        var organizer = await Person.Organizer(server);
        foreach (var reply in (Reply[])[
            await organizer.Get("api/events", ("Origin", Shop)), await organizer.Get("api/me", ("Origin", Shop)), await Preflight(server, "api/bookings", Shop, "POST")])
        {
            Assert.DoesNotContain(reply.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
            Assert.Null(reply.Header("Vary"));
        }
    }

    [Fact]
    public async Task A_script_of_a_listed_origin_reads_every_answer_and_its_headers()
    {
        // Their number does not matter, nor how they are listed.
        await using var one = await servers.Start(Engine.Sqlite, ("Cors:Origins", Shop));
        await using var two = await servers.Start(Engine.Sqlite, ("Cors:Origins:0", Other), ("Cors:Origins:1", Shop), ("RateLimiting:Enabled", "true"), ("RateLimiting:Write", "4"), ("RateLimiting:WindowSeconds", "3600"));
        foreach (var server in (UsherServer[])[one, two])
        {
            var (organizer, stranger) = (await Person.Organizer(server), new Person(server));
            var show = await organizer.Announce();
            var etag = (await stranger.Get("api/events")).Expect(200).ETag!;
            Reply[] replies =
            [
                (await stranger.Get("api/events", ("Origin", Shop))).Expect(200), (await stranger.Get("api/events", ("Origin", Shop), ("If-None-Match", etag))).Expect(304),
                (await organizer.Get("api/me", ("Origin", Shop))).Expect(200), (await stranger.Get("api/me", ("Origin", Shop))).Expect(401),
                (await stranger.Get("api/nowhere", ("Origin", Shop))).Expect(404), (await stranger.Delete("api/events", ("Origin", Shop))).Expect(405),
                (await organizer.Post("api/events", "{", ("Origin", Shop))).Expect(400),
                (await organizer.Post("api/events", Sample.Event(), ("Origin", Shop))).Expect(201),
                await organizer.Delete($"api/events/{show.Id}", ("Origin", Shop)), await organizer.Delete($"api/events/{show.Id}", ("Origin", Shop)),
            ];
            Assert.Equal(server == one ? 404 : 429, (int)replies[^1].Status);
            foreach (var reply in replies)
            {
                Assert.Equal(Shop, reply.Header("Access-Control-Allow-Origin"));
                Assert.Null(reply.Header("Access-Control-Allow-Credentials"));
                Assert.Equal("Origin", reply.Header("Vary"));
                var exposed = reply.Header("Access-Control-Expose-Headers")!.Split(',', StringSplitOptions.TrimEntries);
                Assert.Subset(exposed.ToHashSet(), ((string[])["ETag", "Location", "Link", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id"]).ToHashSet());
            }
            foreach (var origin in (string[])["https://shop.example.org.evil.example", "http://shop.example.org", "https://shop.example.org:444", "https://example.org", "null", "*"])
            {
                var reply = (await stranger.Get("api/events", ("Origin", origin))).Expect(200);
                Assert.Null(reply.Header("Access-Control-Allow-Origin"));
                Assert.Equal("Origin", reply.Header("Vary"));
            }
            Assert.Equal("Origin", (await stranger.Get("api/events")).Header("Vary"));
        }
    }

    [Fact]
    public async Task A_preflight_is_answered_without_signing_in()
    {
        await using var server = await servers.Start(Engine.Sqlite, ("Cors:Origins", $"{Other}, {Shop}"), ("RateLimiting:Enabled", "true"), ("RateLimiting:Book", "1"), ("RateLimiting:Write", "1"));
        foreach (var origin in (string[])[Shop, Other])
            foreach (var (path, method) in ((string, string)[])[("api/bookings", "POST"), ("api/me", "PATCH"), ("api/events", "GET"), ($"api/events/{Guid.CreateVersion7()}", "DELETE")])
            {
                var reply = (await Preflight(server, path, origin, method)).Expect(204);
                Assert.Equal(origin, reply.Header("Access-Control-Allow-Origin"));
                Assert.Contains(method, reply.Header("Access-Control-Allow-Methods")!.Split(','));
                Assert.Equal(["authorization", "content-type", "idempotency-key", "if-match"], reply.Header("Access-Control-Allow-Headers")!.Split(',')
                    .Select(name => name.ToLowerInvariant()).Intersect(["authorization", "content-type", "idempotency-key", "if-match"]).Order());
                Assert.Equal("600", reply.Header("Access-Control-Max-Age"));
                Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
            }
        Assert.Null((await Preflight(server, "api/bookings", "https://elsewhere.example", "POST")).Header("Access-Control-Allow-Origin"));
        // No preflight: it asks what the address allows.
        Assert.Contains("POST", (await new Person(server).Send("OPTIONS", "api/bookings", null, ("Origin", Shop))).Expect(204).Header("Allow"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_star_lets_everyone_read_and_is_for_trying_out()
    {
        await using var server = await servers.Start(Engine.Sqlite, ("Cors:Origins", "*"));
        var reply = (await new Person(server).Get("api/events", ("Origin", Shop))).Expect(200);
        Assert.Equal("*", reply.Header("Access-Control-Allow-Origin"));
        Assert.Null(reply.Header("Access-Control-Allow-Credentials"));
    }

    private static Task<Reply> Preflight(UsherServer server, string path, string origin, string method) => new Person(server).Send("OPTIONS", path, null,
        ("Origin", origin), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "authorization,content-type,idempotency-key,if-match"));
}
