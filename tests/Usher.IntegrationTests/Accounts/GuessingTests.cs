using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Accounts;

/// <summary>Who guesses at passwords waits longer each time, whether there is such an account or not.</summary>
public sealed class GuessingTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task After_five_wrong_passwords_each_further_one_waits_longer(Engine engine)
    {
        var server = await servers.Throttling(engine);
        var person = await Person.Attendee(server);
        var nobody = $"{Sample.Word()}@example.com";
        foreach (var email in (string[])[person.Email, nobody])
        {
            for (var i = 0; i < 5; i++)
                (await Try(server, email, "wrong-and-wrong-again")).Expect(401, "invalid_credentials");
            var refused = (await Try(server, email, "wrong-and-wrong-again")).Expect(429, "too_many_attempts");
            Assert.Equal("1", refused.Header("Retry-After"));
            await Task.Delay(1_100);
            (await Try(server, email, "wrong-and-wrong-again")).Expect(401, "invalid_credentials");
            // In whatever case, and by the right password too.
            var longer = (await Try(server, email.ToUpperInvariant(), Person.Password)).Expect(429, "too_many_attempts");
            Assert.Equal("2", longer.Header("Retry-After"));
            // Nor by the other name of the account.
            if (email == person.Email)
                (await new Person(server).Post("api/auth/login", new { username = person.Username, password = Person.Password })).Expect(429, "too_many_attempts");
        }

        await Task.Delay(2_100);
        (await Try(server, person.Email, Person.Password)).Expect(200);
        // All is forgotten with the first log-in.
        (await Try(server, person.Email, "wrong-and-wrong-again")).Expect(401);
        (await Try(server, person.Email, Person.Password)).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Many_guesses_at_once_are_not_more_than_one_after_the_other(Engine engine)
    {
        var server = await servers.Throttling(engine);
        var person = await Person.Attendee(server);
        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Try(server, person.Email, $"wrong-password-{i}")));
        Assert.InRange(replies.Count(reply => (int)reply.Status == 401), 5, 6);
        Assert.All(replies.Where(reply => (int)reply.Status != 401), reply => reply.Expect(429, "too_many_attempts"));
        (await person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = "harbour-lantern-quill-4" })).Expect(429, "too_many_attempts");
    }

    [Theory, OnBothEngines]
    public async Task A_stranger_who_guesses_from_elsewhere_does_not_keep_the_owner_waiting(Engine engine)
    {
        await using var server = await servers.Start(engine, [("ForwardedHeaders:KnownProxies", "127.0.0.1"), .. Servers.Throttled]);
        var person = await Person.Attendee(server);
        (string, string) elsewhere = ("X-Forwarded-For", "198.51.100.7");
        for (var i = 0; i < 5; i++)
            (await Try(server, person.Email, "wrong-and-wrong-again", elsewhere)).Expect(401, "invalid_credentials");
        // As many more as make it minutes, without the minutes.
        Assert.Equal(1, await server.Database.Run("UPDATE log_in_failures SET count = 20, last_at = @now WHERE key = @key",
            ("now", server.Database.Instant(TimeProvider.System.GetUtcNow())), ("key", $"{person.Id}")));
        (await Try(server, person.Email, Person.Password, elsewhere)).Expect(429, "too_many_attempts");
        (await Try(server, person.Email, Person.Password, ("X-Forwarded-For", "203.0.113.9"))).Expect(429, "too_many_attempts");
        (await Try(server, person.Email, Person.Password)).Expect(200);
        (await person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = "harbour-lantern-quill-4" })).Expect(204);
        // From where the owner has been, guesses are paused as well.
        for (var i = 0; i < 5; i++)
            (await Try(server, person.Email, "wrong-and-wrong-again")).Expect(401, "invalid_credentials");
        Assert.Equal(1, await server.Database.Run("UPDATE log_in_failures SET count = 20, last_at = @now WHERE key LIKE @key",
            ("now", server.Database.Instant(TimeProvider.System.GetUtcNow())), ("key", $"{person.Id} at %")));
        (await Try(server, person.Email, "harbour-lantern-quill-4")).Expect(429, "too_many_attempts");
    }

    [Theory, OnBothEngines]
    public async Task A_link_by_mail_opens_the_way_at_once(Engine engine)
    {
        var server = await servers.Throttling(engine);
        var person = await Person.Attendee(server);
        for (var i = 0; i < 5; i++)
            (await Try(server, person.Email, "wrong-and-wrong-again")).Expect(401);
        (await new Person(server).Post("api/auth/forgot-password", new { email = person.Email })).Expect(202);
        var mail = Assert.Single(await Letterbox.Wait(server, person, 1, "reset-password"));
        (await new Person(server).Post("api/auth/reset-password", new { token = PasswordTests.TokenIn(mail.TextBody), newPassword = "harbour-lantern-quill-4" })).Expect(204);
        (await Try(server, person.Email, "harbour-lantern-quill-4")).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Nobody_waits_where_the_limits_are_off(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        foreach (var email in (string[])[person.Email, $"{Sample.Word()}@example.com"])
            for (var i = 0; i < 8; i++)
                (await Try(server, email, "wrong-and-wrong-again")).Expect(401, "invalid_credentials");
        (await Try(server, person.Email, Person.Password)).Expect(200);
    }

    private static Task<Reply> Try(UsherServer server, string email, string password, params (string, string)[] headers) => new Person(server).Post("api/auth/login", new { email, password }, headers);
}
