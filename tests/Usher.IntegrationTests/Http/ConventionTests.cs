using System.Net;
using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Http;

/// <summary>What holds for every address: methods, headers, the shape of errors, the order of checks.</summary>
public sealed class ConventionTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task An_unknown_address_is_not_found_for_everyone(Engine engine)
    {
        var server = await servers.Shared(engine);
        foreach (var person in (Person[])[new Person(server), await Person.Attendee(server), await Person.Organizer(server), new Person(server) { Token = "garbage" }])
            foreach (var (method, path) in ((string, string)[])[
                ("GET", "nowhere"), ("GET", "api"), ("GET", "api/nowhere"), ("POST", "api/events/nowhere/at/all"), ("PUT", "api/me/nowhere"), ("DELETE", "api/bookings/x/y/z"),
                ("GET", "api/events/not-an-id"), ("GET", "api/events/1/ticket-types"), ("PATCH", "swagger/nowhere.json"), ("GET", ".env"), ("GET", "api/%2e%2e/%2e%2e/etc/passwd"), ("GET", "openapi/v2.json")])
                AssertProblem((await person.Send(method, path, null)).Expect(404, "not_found"), path);
    }

    [Theory, OnBothEngines]
    public async Task A_method_that_is_not_known_somewhere_is_told_the_others(Engine engine)
    {
        var server = await servers.Shared(engine);
        foreach (var person in (Person[])[new Person(server), await Person.Attendee(server)])
            foreach (var (method, path, allowed) in ((string, string, string[])[])[
                ("DELETE", "api/events", ["GET", "HEAD", "POST"]), ("POST", $"api/events/{Guid.CreateVersion7()}", ["GET", "HEAD", "PUT", "PATCH", "DELETE"]),
                ("GET", "api/auth/login", ["POST"]), ("PUT", "api/me", ["GET", "HEAD", "PATCH"]), ("DELETE", "api/bookings", ["POST"]), ("TRACE", "api/events", ["GET"]), ("BREW", "api/me", ["GET"]),
                // Beside an address with an id, which takes these.
                ("PUT", "api/events/facets", ["GET", "HEAD"]), ("PATCH", "api/events/import", ["POST"]), ("DELETE", "api/events/import/", ["POST"])])
            {
                var reply = (await person.Send(method, path, null)).Expect(405, "method_not_allowed");
                AssertProblem(reply, path);
                Assert.Subset(reply.Header("Allow")!.Split(", ").ToHashSet(), allowed.ToHashSet());
                Assert.DoesNotContain(method, reply.Header("Allow")!.Split(", "));
            }
    }

    [Theory, OnBothEngines]
    public async Task OPTIONS_says_what_an_address_allows(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        foreach (var (path, allowed) in ((string, string[])[])[
            ("api/events", ["GET", "HEAD", "POST", "OPTIONS"]), ("api/me", ["GET", "HEAD", "PATCH", "OPTIONS"]), ($"api/events/{Guid.CreateVersion7()}/ticket-types", ["GET", "HEAD", "POST", "OPTIONS"]), ("api/bookings", ["POST", "OPTIONS"])])
        {
            var reply = (await stranger.Send("OPTIONS", path, null)).Expect(204);
            Assert.Subset(reply.Header("Allow")!.Split(", ").ToHashSet(), allowed.ToHashSet());
            AssertStandingHeaders(reply);
        }
        (await stranger.Send("OPTIONS", "api/nowhere", null)).Expect(404, "not_found");
    }

    [Theory, OnBothEngines]
    public async Task The_same_headers_stand_on_every_answer(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, stranger) = (await Person.Organizer(server), new Person(server));
        var show = await organizer.Announce();
        Reply[] replies =
        [
            await stranger.Get(""), await stranger.Get("api/events"), await stranger.Get($"api/events/{show.Id}"), show.Reply, await organizer.Get("api/me"),
            await stranger.Get($"api/events/{show.Id}", ("If-None-Match", show.Reply.ETag!)), await organizer.Delete($"api/events/{show.Id}"), await stranger.Get("health/live"),
            await stranger.Get("health/ready"), await stranger.Get("openapi/v1.json"), await stranger.Get("swagger/index.html"), await stranger.Get("scalar"), await stranger.Get(".well-known/jwks.json"),
            await stranger.Get("nowhere"), await stranger.Get("api/me"), await stranger.Post("api/auth/login", "{"), await stranger.Send("BREW", "api/events", null),
            await organizer.Post("api/events", "{}"), await stranger.Send("HEAD", "api/events", null), await stranger.Get("api/events?x=1"),
        ];
        foreach (var reply in replies)
            AssertStandingHeaders(reply);
        Assert.Equal(replies.Length, replies.Select(reply => reply.Header("X-Request-Id")).Distinct().Count());
        Assert.All(replies.Where(reply => (int)reply.Status >= 400), reply => Assert.Contains("no-store", reply.Header("Cache-Control"), StringComparison.Ordinal));
    }

    [Theory, OnBothEngines]
    public async Task They_stand_on_what_breaks_too(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var (organizer, stranger) = (await Person.Organizer(server), new Person(server));
        var list = (await stranger.Get("api/events")).Expect(200);
        var replies = new List<Reply>
        {
            (await stranger.Get("api/events", ("If-None-Match", list.ETag!))).Expect(304), (await organizer.Post("api/events", new string('x', 300_000))).Expect(413),
            (await organizer.Post("api/bookings", new StringContent("x"))).Expect(415), (await stranger.Get("swagger/nowhere.js")).Expect(404), (await stranger.Get("swagger")).Expect(301),
        };
        await server.Database.Run("ALTER TABLE users RENAME TO gone");
        replies.Add((await organizer.Get("api/me")).Expect(500));
        await server.Database.Run("ALTER TABLE __migrations RENAME TO forgotten");
        // What was found a moment ago is kept for those who ask often.
        await Eventually.IsTrue(async () => (int)(await stranger.Get("health/ready")).Status == 503);
        replies.Add((await stranger.Get("health/ready")).Expect(503));
        Assert.Equal("1", replies[^1].Header("Retry-After"));
        Assert.All(replies, AssertStandingHeaders);
        Assert.All(replies.Where(reply => (int)reply.Status is not (301 or 304)), reply => Assert.Contains("no-store", reply.Header("Cache-Control"), StringComparison.Ordinal));
    }

    [Theory, OnBothEngines]
    public async Task A_page_for_people_runs_its_own_scripts_and_no_others(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        foreach (var page in (string[])["swagger/index.html", "scalar/"])
        {
            var reply = (await stranger.Get(page)).Expect(200);
            Assert.Contains("script-src 'self' 'unsafe-inline'", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
            foreach (System.Text.RegularExpressions.Match asked in System.Text.RegularExpressions.Regex.Matches(reply.Text, "(?:src|href)=\"([^\"]+)\""))
                (await stranger.Get(new Uri(new Uri(stranger.Server.Address, page), asked.Groups[1].Value).PathAndQuery.TrimStart('/'))).Expect(200);
        }
        Assert.Contains("default-src 'none'; frame-ancestors", (await stranger.Get("api/events")).Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task A_stranger_is_asked_to_sign_in_before_anything_else_is_said(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (stranger, attendee, organizer) = (new Person(server), await Person.Attendee(server), await Person.Organizer(server));
        var absent = $"api/events/{Guid.CreateVersion7()}";
        foreach (var body in (object[])["{", "[]", "{}", new { name = 5 }])
        {
            (await stranger.Put(absent, body)).Expect(401, "unauthenticated");
            (await attendee.Put(absent, body)).Expect(403, "role_not_allowed");
        }
        (await organizer.Put(absent, "{")).Expect(400, "malformed_request");
        (await organizer.Put(absent, new { name = 5 })).Expect(400, "validation_failed");
        (await organizer.Put(absent, new { name = "" })).Expect(400, "validation_failed");
        (await organizer.Put(absent, new { name = "Fine" })).Expect(404, "not_found");
        (await organizer.Post($"{absent}/ticket-types", "{}")).Expect(400, "validation_failed");
        (await organizer.Patch($"{absent}/ticket-types/{Guid.CreateVersion7()}", new { price = "x" })).Expect(400, "validation_failed");

        var foreign = (await (await Person.Organizer(server)).Announce()).Id;
        (await organizer.Put($"api/events/{foreign}", new { totalCapacity = -1 })).Expect(400, "validation_failed");
        (await organizer.Put($"api/events/{foreign}", new { totalCapacity = 1 }, ("If-Match", "\"old\""))).Expect(403, "forbidden");
        (await attendee.Post("api/bookings", new { eventId = Guid.CreateVersion7(), ticketTypeId = Guid.CreateVersion7(), quantity = 0 })).Expect(400, "validation_failed");
    }

    [Theory, OnBothEngines]
    public async Task An_expired_or_broken_token_is_no_hindrance_at_public_addresses(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine)) { Token = "garbage" };
        (await stranger.Get("api/events")).Expect(200);
        (await stranger.Get("health/live")).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task The_front_door_and_the_health_checks_answer(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        Assert.Contains("/swagger", (await stranger.Get("")).Expect(200).Text, StringComparison.Ordinal);
        (await stranger.Get("health/live")).Expect(200);
        Assert.Equal("application/json", (await stranger.Get("health/ready")).Expect(200).ContentHeaders.ContentType?.MediaType);
        Assert.Equal("text/html", (await stranger.Get("swagger/index.html")).Expect(200).ContentHeaders.ContentType?.MediaType);
        Assert.Equal("text/html", (await stranger.Get("scalar/")).Expect(200).ContentHeaders.ContentType?.MediaType);
    }

    internal static void AssertProblem(Reply reply, string? path = null)
    {
        Assert.Equal("application/problem+json", reply.ContentHeaders.ContentType?.MediaType);
        foreach (var member in (string[])["type", "title", "detail", "instance", "code", "traceId"])
            Assert.True(reply.Json![member] is JsonValue value && value.GetValue<string>().Length > 0, $"{member}: {reply.Text}");
        Assert.Equal((int)reply.Status, reply["status"].GetValue<int>());
        Assert.Equal(reply["traceId"].GetValue<string>(), reply.Header("X-Request-Id"));
        Assert.Matches("^[a-z0-9_]+$", reply.Code);
        foreach (var word in (string[])["Exception", "System.", "Usher.", "Npgsql", "SELECT", "SQLite", "   at "])
            Assert.DoesNotContain(word, reply.Text, StringComparison.Ordinal);
        if (reply.Status == HttpStatusCode.Unauthorized)
            Assert.StartsWith("Bearer", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
        if (path is not null && !path.Contains('%', StringComparison.Ordinal))
            Assert.Equal($"/{path}", reply["instance"].GetValue<string>());
    }

    private static void AssertStandingHeaders(Reply reply)
    {
        Assert.Matches("^[0-9a-f]{32}$", reply.Header("X-Request-Id"));
        Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
        Assert.NotNull(reply.Header("Content-Security-Policy"));
        Assert.NotNull(reply.Header("Referrer-Policy"));
        Assert.Null(reply.Header("Server"));
        Assert.Null(reply.Header("X-Powered-By"));
    }
}
