using System.Diagnostics;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Accounts;

public sealed class LogInTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task One_logs_in_by_address_or_by_username_in_any_case(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var stranger = new Person(person.Server);
        object[] ways =
        [
            new { email = person.Email, password = Person.Password },
            new { email = person.Email.ToUpperInvariant(), password = Person.Password },
            new { username = person.Username, password = Person.Password },
            new { username = person.Username.ToUpperInvariant(), password = Person.Password },
        ];
        foreach (var way in ways)
        {
            var reply = (await stranger.Post("api/auth/login", way)).Expect(200);
            Assert.Equal(["accessToken", "expiresIn", "refreshToken", "token", "tokenType", "user"],
                reply.Json!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
            Assert.Equal(person.Id, reply["user"]["id"]!.GetValue<Guid>());
            Assert.Equal("no-store", reply.Header("Cache-Control"));
            Assert.True(await new Person(person.Server) { Token = reply["token"].GetValue<string>() }.IsSignedIn());
        }
    }

    [Theory, OnBothEngines]
    public async Task Whether_an_account_exists_cannot_be_told_from_the_answer(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var stranger = new Person(person.Server);
        var wrong = (await stranger.Post("api/auth/login", new { email = person.Email, password = "not-this-one-at-all" })).Expect(401, "invalid_credentials");
        Assert.NotNull(wrong.Header("WWW-Authenticate"));
        foreach (var unknown in (object[])[
            new { email = $"{Sample.Word()}@example.com", password = "not-this-one-at-all" },
            new { username = Sample.Word(), password = "not-this-one-at-all" },
            new { username = person.Username, password = Person.Password.ToUpperInvariant() },
            new { username = person.Username, password = Person.Password + " " }])
        {
            var reply = (await stranger.Post("api/auth/login", unknown)).Expect(401, "invalid_credentials");
            Assert.Equal(wrong.Bytes, reply.Bytes);
            Assert.Equal(Headers(wrong), Headers(reply));
        }

        static IEnumerable<string> Headers(Reply reply) => reply.Headers.Concat(reply.ContentHeaders)
            .Where(header => !header.Key.Equals("Date", StringComparison.OrdinalIgnoreCase) && !header.Key.Equals("X-Request-Id", StringComparison.OrdinalIgnoreCase)).Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
    }

    [Theory, OnBothEngines]
    public async Task Nor_from_how_long_it_takes(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (stranger, people) = (new Person(server), await Person.Attendees(server, 4));
        var (known, unknown) = (new List<double>(), new List<double>());
        // Five each, for the sixth wrong password has to wait. In turns, so that whatever else goes on slows both.
        for (var i = 0; i < 5 * people.Length; i++)
        {
            known.Add(await Time(people[i % people.Length].Email));
            unknown.Add(await Time($"{Sample.Word()}@example.com"));
        }
        Assert.InRange(Median(unknown) / Median(known), 0.6, 1.7);

        async Task<double> Time(string email)
        {
            var since = Stopwatch.StartNew();
            (await stranger.Post("api/auth/login", new { email, password = "not-this-one-at-all" })).Expect(401, "invalid_credentials");
            return since.Elapsed.TotalMilliseconds;
        }

        static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
    }

    [Theory, OnBothEngines]
    public async Task A_request_without_its_members_is_no_attempt(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        (await stranger.Post("api/auth/login", "{}")).ExpectErrors("validation_failed", "email", "password");
        (await stranger.Post("api/auth/login", new { password = "something-or-other" })).ExpectErrors("validation_failed", "email");
        (await stranger.Post("api/auth/login", new { email = (string?)null, username = (string?)null, password = "x" })).Expect(400, "validation_failed");
        (await stranger.Post("api/auth/login", new { email = "a@example.com" })).ExpectErrors("validation_failed", "password");
        (await stranger.Post("api/auth/login", new { email = "a@example.com", password = (string?)null })).ExpectErrors("validation_failed", "password");
        (await stranger.Post("api/auth/login", new { email = 5, password = "something" })).Expect(400, "validation_failed");
        (await stranger.Post("api/auth/login", new { username = new { }, password = "something" })).Expect(400, "validation_failed");
        (await stranger.Post("api/auth/login", new { email = "a@example.com", password = 5 })).ExpectErrors("validation_failed", "password");
        (await stranger.Post("api/auth/login", new { email = "a@example.com", password = new { } })).ExpectErrors("validation_failed", "password");
    }

    [Theory, OnBothEngines]
    public async Task Odd_input_is_refused_and_breaks_nothing(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        foreach (var password in (string[])[new('p', 129), new('p', 10_000), "' OR 1=1 --", "%", "\t"])
            (await stranger.Post("api/auth/login", new { email = "a@example.com", password })).Expect(401, "invalid_credentials");
        foreach (var email in (string[])["%", "' OR 1=1 --", "a@b", new('e', 10_000)])
            (await stranger.Post("api/auth/login", new { email, password = "something-long" })).Expect(401, "invalid_credentials");
        // What cannot be seen is taken off an address, and then there is none.
        (await stranger.Post("api/auth/login", new { email = "\u200b", password = "something-long" })).ExpectErrors("validation_failed", "email");
        (await stranger.Post("api/auth/login", """{"email":"a\u0000@example.com","password":"something"}""")).ExpectErrors("validation_failed", "email");
        (await stranger.Post("api/auth/login", """{"email":"a@example.com","password":"some\ud800thing"}""")).ExpectErrors("validation_failed", "password");
    }

    [Theory, OnBothEngines]
    public async Task A_bad_token_does_not_keep_anyone_from_logging_in(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        person.Token = "garbage";
        await person.LogIn();
        Assert.True(await person.IsSignedIn());
    }

    [Theory, OnBothEngines]
    public async Task The_verb_makes_an_admin_and_their_old_token_loses_its_power(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        var old = person.At(server);
        // Whoever registered an address that nobody has verified need not be its reader.
        var (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["admin", person.Email]);
        Assert.True(exitCode == 1 && output.Contains("--unverified", StringComparison.Ordinal), output);
        Assert.True(await old.IsSignedIn());
        await person.Verify();
        (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["admin", $" {person.Email.ToUpperInvariant()}\t"]);
        Assert.True(exitCode == 0, output);
        await Eventually.IsTrue(async () => !await old.IsSignedIn(), withinSeconds: 5);
        Assert.Equal("admin", (await person.LogIn())["user"]["role"]!.GetValue<string>());
        Assert.Equal("admin", (await person.Get("api/me"))["role"].GetValue<string>());

        (exitCode, _) = await ServerProcess.RunVerb(server.Database, ["admin", person.Email]);
        Assert.Equal(0, exitCode);
        Assert.True(await person.IsSignedIn());

        (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["admin", $"{Sample.Word()}@example.com"]);
        Assert.NotEqual(0, exitCode);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
        (exitCode, _) = await ServerProcess.RunVerb(server.Database, ["admin"]);
        Assert.NotEqual(0, exitCode);
    }
}
