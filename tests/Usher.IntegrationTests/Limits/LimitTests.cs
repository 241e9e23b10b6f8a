using System.Globalization;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Http;

namespace Usher.IntegrationTests.Limits;

/// <summary>How many requests somebody may make, and how they are told. The database has no part in it: one engine is enough.</summary>
public sealed class LimitTests(Servers servers)
{
    [Fact]
    public async Task Each_user_has_a_quota_of_each_class_and_is_told_what_is_left()
    {
        await using var server = await Start(("Read", "5"), ("Write", "2"), ("Book", "3"));
        var (one, other) = (await Person.Attendee(server), await Person.Attendee(server));
        for (var left = 4; left >= 0; left--)
        {
            var reply = (await one.Get("api/me")).Expect(200);
            Assert.Equal("\"read\";q=5;w=3600", reply.Header("RateLimit-Policy"));
            Assert.Matches($"^\"read\";r={left};t=[0-9]+$", reply.Header("RateLimit"));
        }
        var refused = (await one.Get("api/users/me/bookings")).Expect(429, "rate_limited");
        ConventionTests.AssertProblem(refused);
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 7200);
        Assert.Matches("^\"read\";r=0;t=[0-9]+$", refused.Header("RateLimit"));
        Assert.Equal("\"read\";q=5;w=3600", refused.Header("RateLimit-Policy"));
        Assert.Equal("no-store", refused.Header("Cache-Control"));

        (await other.Get("api/me")).Expect(200);
        (await new Person(server).Get("")).Expect(200);
        (await one.Patch("api/me", new { displayName = "One" })).Expect(200);
        (await one.Patch("api/me", new { displayName = "Two" })).Expect(200);
        (await one.Patch("api/me", new { displayName = "Three" })).Expect(429, "rate_limited");
        foreach (var status in (int[])[404, 404, 404, 429])
            (await one.Post("api/bookings", new { eventId = Guid.CreateVersion7(), ticketTypeId = Guid.CreateVersion7(), quantity = 1 })).Expect(status);
    }

    [Fact]
    public async Task Confirming_and_cancelling_count_as_booking_does()
    {
        await using var server = await Start(("Book", "3"));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        var held = await buyer.Hold(show);
        (await buyer.Post($"api/bookings/{held}/confirm", new { })).Expect(200);
        (await buyer.Put($"api/bookings/{held}/cancel", new { })).Expect(200);
        (await buyer.Book(show)).Expect(429, "rate_limited");
        (await buyer.Put($"api/bookings/{held}/cancel", new { })).Expect(429, "rate_limited");
        (await buyer.Get($"api/bookings/{held}")).Expect(200);
        Assert.Equal("\"book\";q=3;w=3600", (await organizer.Book(show)).Expect(201).Header("RateLimit-Policy"));
    }

    [Fact]
    public async Task What_is_refused_or_breaks_is_counted_and_says_so_too()
    {
        await using var server = await Start(("Write", "4"), ("Read", "3"));
        var (organizer, stranger) = (await Person.Organizer(server), new Person(server) { Token = "garbage" });
        Assert.Matches("r=3;", (await organizer.Post("api/events", "{")).Expect(400).Header("RateLimit"));
        Assert.Matches("r=2;", (await organizer.Post("api/events", new { name = 5 })).Expect(400).Header("RateLimit"));
        Assert.Matches("r=1;", (await organizer.Post("api/events", new string('x', 300_000))).Expect(413).Header("RateLimit"));
        Assert.Matches("r=0;", (await organizer.Put($"api/events/{Guid.CreateVersion7()}", new { name = "x" })).Expect(404).Header("RateLimit"));
        foreach (var status in (int[])[401, 401, 401, 429])
            (await stranger.Get("api/me")).Expect(status);
    }

    [Fact]
    public async Task Twenty_log_ins_from_one_address_are_tried_and_no_token_helps()
    {
        await using var server = await Start();
        var person = await Person.Attendee(server);
        for (var i = 0; i < 20; i++)
            (await (i % 2 == 0 ? person : new Person(server)).Post("api/auth/login", new { email = $"nobody-{i}@example.com", password = "wrong-wrong-wrong" })).Expect(401);
        foreach (var one in (Person[])[person, new(server)])
        {
            var reply = (await one.Post("api/auth/login", new { email = person.Email, password = Person.Password })).Expect(429, "rate_limited");
            Assert.Equal("\"login\";q=20;w=3600", reply.Header("RateLimit-Policy"));
            Assert.NotNull(reply.Header("Retry-After"));
        }
        // They are not what is guessed at.
        await Person.Attendee(server);
        (await person.Refresh()).Expect(200);
        (await person.Get("api/me")).Expect(200);
    }

    [Fact]
    public async Task Whoever_comes_back_when_told_is_served()
    {
        await using var server = await servers.Start(Engine.Sqlite, ("RateLimiting:Enabled", "true"), ("RateLimiting:Read", "3"), ("RateLimiting:WindowSeconds", "2"));
        var person = await Person.Attendee(server);
        for (var turn = 0; turn < 3; turn++)
        {
            Reply reply;
            do
                reply = await person.Get("api/me");
            while ((int)reply.Status == 200);
            var seconds = int.Parse(reply.Expect(429).Header("Retry-After")!, CultureInfo.InvariantCulture);
            Assert.InRange(seconds, 1, 4);
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            (await person.Get("api/me")).Expect(200);
        }
    }

    [Fact]
    public async Task Of_many_at_once_exactly_the_quota_is_served()
    {
        await using var server = await Start(("Read", "100"));
        var person = await Person.Attendee(server);
        var replies = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => person.Get("api/me")));
        Assert.Equal((100, 300), (replies.Count(r => (int)r.Status == 200), replies.Count(r => (int)r.Status == 429)));
    }

    [Fact]
    public async Task What_is_answered_from_memory_is_not_counted_nor_is_who_watches()
    {
        await using var server = await Start(("Read", "20"));
        var stranger = new Person(server);
        for (var i = 0; i < 200; i++)
        {
            (await stranger.Get("api/events?limit=3")).Expect(200);
            (await stranger.Get("health/live")).Expect(200);
        }
        // What has to be read is.
        var statuses = new HashSet<int>();
        for (var i = 1; i <= 30; i++)
            statuses.Add((int)(await stranger.Get($"api/events?limit={i}")).Status);
        Assert.Equal([200, 429], statuses.Order());
    }

    [Fact]
    public async Task What_is_at_no_address_is_counted_by_where_it_comes_from()
    {
        await using var server = await Start(("Read", "4"));
        var (person, stranger) = (await Person.Attendee(server), new Person(server));
        Assert.Matches("^\"read\";r=3;", (await stranger.Get("api/nothing")).Expect(404, "not_found").Header("RateLimit"));
        (await person.Get("wp-login.php")).Expect(404, "not_found");
        (await stranger.Post("api/nothing", new { })).Expect(404, "not_found");
        (await stranger.Delete("api/events")).Expect(405, "method_not_allowed");
        ConventionTests.AssertProblem((await stranger.Get("api/nothing")).Expect(429, "rate_limited"));
        (await stranger.Get("api/me")).Expect(429, "rate_limited");
        // Whoever is signed in is counted apart where there is something.
        (await person.Get("api/me")).Expect(200);
        (await stranger.Get("health/ready")).Expect(200);
    }

    [Fact]
    public async Task Those_who_search_take_turns_and_one_too_many_is_told_to_come_again()
    {
        await using var server = await servers.Start(Engine.Postgres,
            ("Catalog:SearchesAtOnce", "1"), ("Catalog:SearchSeconds", "60"), ("Catalog:SearchQueueSeconds", "60"), ("ForwardedHeaders:KnownProxies", "127.0.0.1"));
        var stranger = new Person(server);
        await using var locked = await server.Database.Hold("LOCK TABLE events IN ACCESS EXCLUSIVE MODE");

        // One reads and finds the table locked, five hundred wait for it, and the others need not. None has another's address.
        var asked = Enumerable.Range(0, 520).Select(i => stranger.Get($"api/events?minPrice={i}", ("X-Forwarded-For", $"192.0.{i / 200}.{1 + i % 200}"))).ToList();
        await Eventually.IsTrue(() => Task.FromResult(asked.Count(one => one.IsCompleted) >= 19), 30);
        await Task.Delay(300);
        var refused = asked.Where(one => one.IsCompleted).ToList();
        Assert.Equal(19, refused.Count);
        foreach (var one in refused)
            Assert.Equal("2", (await one).Expect(503, "overloaded").Header("Retry-After"));
        await locked.DisposeAsync();
        Assert.Equal(501, (await Task.WhenAll(asked)).Count(reply => (int)reply.Status == 200));
    }

    [Fact]
    public async Task Turned_off_nothing_is_limited_and_nothing_said()
    {
        await using var server = await servers.Start(Engine.Sqlite, ("RateLimiting:Enabled", "false"), ("RateLimiting:Read", "1"));
        var person = await Person.Attendee(server);
        for (var i = 0; i < 5; i++)
            Assert.Null((await person.Get("api/me")).Expect(200).Header("RateLimit"));
    }

    /// <summary>A window so long that no test meets its end.</summary>
    private Task<HostedServer> Start(params (string Class, string Quota)[] quotas) => servers.Start(Engine.Sqlite,
        [("RateLimiting:Enabled", "true"), ("RateLimiting:WindowSeconds", "3600"), .. quotas.Select(q => ($"RateLimiting:{q.Class}", q.Quota))]);
}
