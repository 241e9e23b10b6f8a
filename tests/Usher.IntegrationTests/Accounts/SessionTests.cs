using Usher.IntegrationTests.Harness;
using Usher.Server.Features.Accounts;

namespace Usher.IntegrationTests.Accounts;

/// <summary>Refreshing, logging out, and the list of one's sessions.</summary>
public sealed class SessionTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Refreshing_gives_the_next_pair_of_tokens(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var first = person.RefreshToken!;
        var reply = (await person.Refresh()).Expect(200);
        Assert.Equal(["accessToken", "expiresIn", "refreshToken", "token", "tokenType", "user"],
            reply.Json!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.NotEqual(first, person.RefreshToken);
        Assert.True(await person.IsSignedIn());
        (await person.Refresh()).Expect(200);
        (await person.Refresh()).Expect(200);
        Assert.True(await person.IsSignedIn());
    }

    [Theory, OnBothEngines]
    public async Task A_refresh_token_that_comes_again_ends_its_session(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var elsewhere = await person.LogInAgain();
        var stolen = person.At(person.Server);
        (await person.Refresh()).Expect(200);
        (await person.Refresh()).Expect(200);

        var refused = (await stolen.Refresh()).Expect(401, "refresh_token_reused");
        Assert.NotNull(refused.Header("WWW-Authenticate"));
        (await person.Refresh()).Expect(401);
        Assert.False(await person.IsSignedIn());
        Assert.True(await elsewhere.IsSignedIn());
        (await elsewhere.Refresh()).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Who_lost_the_reply_may_ask_again_while_its_token_is_unused(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var retry = person.At(person.Server);
        (await person.Refresh()).Expect(200);
        (await retry.Refresh()).Expect(200);
        Assert.Equal(person.RefreshToken, retry.RefreshToken);

        var many = Enumerable.Range(0, 5).Select(_ => retry.At(person.Server)).ToArray();
        await Task.WhenAll(many.Select(async one => (await one.Refresh()).Expect(200)));
        Assert.Single(many.Select(one => one.RefreshToken).Distinct());
        (await many[0].Refresh()).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Who_asks_again_ten_seconds_later_did_not_lose_the_reply(Engine engine)
    {
        var server = await servers.Shared(engine);
        foreach (var (seconds, lost) in ((int, bool)[])[(8, true), (11, false)])
        {
            var person = await Person.Attendee(server);
            var retry = person.At(server);
            (await person.Refresh()).Expect(200);
            await server.Database.Run("UPDATE refresh_tokens SET used_at = @then WHERE used_at IS NOT NULL AND session_id IN (SELECT id FROM sessions WHERE user_id = @user)",
                ("then", server.Database.Instant(TimeProvider.System.GetUtcNow().AddSeconds(-seconds))), ("user", person.Id));
            var reply = await retry.Refresh();
            reply.Expect(lost ? 200 : 401, lost ? null : "refresh_token_reused");
            Assert.Equal(lost, await person.IsSignedIn());
        }
    }

    [Theory, OnBothEngines]
    public async Task Other_strings_are_no_refresh_tokens(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        (await stranger.Post("api/auth/refresh", "{}")).ExpectErrors("validation_failed", "refreshToken");
        (await stranger.Post("api/auth/refresh", new { refreshToken = (string?)null })).ExpectErrors("validation_failed", "refreshToken");
        (await stranger.Post("api/auth/refresh", new { refreshToken = 5 })).ExpectErrors("validation_failed", "refreshToken");
        (await stranger.Post("api/auth/refresh", """{"refreshToken":"a\u0000b"}""")).ExpectErrors("validation_failed", "refreshToken");
        var reply = (await stranger.Post("api/auth/refresh", new { refreshToken = "ThisOneWasNeverGivenToAnybodyAtAll_0123456789" })).Expect(401, "token_expired");
        Assert.NotNull(reply.Header("WWW-Authenticate"));
    }

    [Theory, OnBothEngines]
    public async Task Logging_out_ends_this_session_at_once_and_no_other(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var elsewhere = await person.LogInAgain();
        var reply = (await person.Post("api/auth/logout", null)).Expect(204);
        Assert.Equal("", reply.Text);

        (await person.Get("api/me")).Expect(401, "token_expired");
        (await person.Post("api/auth/logout", null)).Expect(401);
        (await person.Refresh()).Expect(401);
        Assert.True(await elsewhere.IsSignedIn());
        await person.LogIn();
        Assert.True(await person.IsSignedIn());
    }

    [Theory, OnBothEngines]
    public async Task A_stranger_has_nothing_to_log_out_of(Engine engine) =>
        (await new Person(await servers.Shared(engine)).Post("api/auth/logout", null)).Expect(401, "unauthenticated");

    [Fact]
    public async Task A_logout_is_heard_of_in_every_process_within_5_seconds()
    {
        var server = await servers.Shared(Engine.Postgres);
        await using var second = await HostedServer.Start(server.Database);
        var person = await Person.Attendee(server);
        var there = person.At(second);
        Assert.True(await there.IsSignedIn(), "Processes that share a folder share the key.");

        (await person.Post("api/auth/logout", null)).Expect(204);
        Assert.False(await person.IsSignedIn());
        await Eventually.IsTrue(async () => !await there.IsSignedIn(), withinSeconds: 5);
        (await there.Refresh()).Expect(401);

        await person.LogIn();
        there = person.At(second);
        Assert.True(await there.IsSignedIn());
        (await there.Refresh()).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task A_restarted_server_still_knows_who_logged_out(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        await using var before = await ServerProcess.Start(database);
        var (person, gone) = (await Person.Attendee(before), await Person.Attendee(before));
        (await gone.Post("api/auth/logout", null)).Expect(204);
        await before.Kill();

        await using var after = await HostedServer.Start(database);
        Assert.True(await person.At(after).IsSignedIn());
        Assert.False(await gone.At(after).IsSignedIn());
        (await person.At(after).Refresh()).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Sessions_are_listed_with_the_present_one_marked(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var elsewhere = person.At(person.Server);
        var logIn = (await new Person(person.Server).Post("api/auth/login", new { email = person.Email, password = Person.Password }, ("User-Agent", "Walkman/1.0"))).Expect(200);
        elsewhere.Token = logIn["token"].GetValue<string>();

        var list = (await person.Get("api/me/sessions")).Expect(200);
        Assert.Equal(2, list["data"].AsArray().Count);
        Assert.Equal(2, list["pagination"]["totalItems"]!.GetValue<int>());
        Assert.Single(list["data"].AsArray(), session => session!["current"]!.GetValue<bool>());
        Assert.Single(list["data"].AsArray(), session => session!["userAgent"]?.GetValue<string>() == "Walkman/1.0" && !session["current"]!.GetValue<bool>());
        Assert.Equal("no-store", list.Header("Cache-Control"));
        Assert.DoesNotContain("oken", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("ash\"", list.Text, StringComparison.Ordinal);
        Assert.Single((await person.Get("api/me/sessions?limit=1&page=2")).Expect(200)["data"].AsArray());
        (await person.Get("api/me/sessions?all=true")).Expect(400, "unknown_parameter");
        (await new Person(person.Server).Get("api/me/sessions")).Expect(401);
    }

    [Theory, OnBothEngines]
    public async Task Ending_a_session_stops_its_tokens_and_no_others(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var lost = await person.LogInAgain();
        var list = await person.Get("api/me/sessions");
        var id = list["data"].AsArray().Single(session => !session!["current"]!.GetValue<bool>())!["id"]!.GetValue<Guid>();

        (await person.Delete($"api/me/sessions/{id}")).Expect(204);
        Assert.False(await lost.IsSignedIn());
        (await lost.Refresh()).Expect(401);
        Assert.True(await person.IsSignedIn());
        Assert.Single((await person.Get("api/me/sessions"))["data"].AsArray());
        (await person.Delete($"api/me/sessions/{id}")).Expect(404, "not_found");
    }

    [Theory, OnBothEngines]
    public async Task Sessions_of_others_are_not_there(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (person, other) = (await Person.Attendee(server), await Person.Attendee(server));
        var theirs = (await other.Get("api/me/sessions"))["data"][0]!["id"]!.GetValue<Guid>();
        var foreign = (await person.Delete($"api/me/sessions/{theirs}")).Expect(404, "not_found");
        var absent = (await person.Delete($"api/me/sessions/{Guid.CreateVersion7()}")).Expect(404, "not_found");
        Assert.Equal(absent.Bytes, foreign.Bytes);
        Assert.True(await other.IsSignedIn());
        foreach (var id in (string[])["current", "1", theirs.ToString("N"), $"{{{theirs}}}"])
            (await person.Delete($"api/me/sessions/{id}")).Expect(404, "not_found");
    }

    [Theory, OnBothEngines]
    public async Task What_ended_longAgo_is_forgotten_with_its_tokens_and_what_is_open_is_not(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (gone, open) = (await Person.Attendee(server), await Person.Attendee(server));
        foreach (var person in (Person[])[gone, open])
            for (var i = 0; i < 3; i++)
                (await person.Refresh()).Expect(200);
        var (now, longAgo) = (TimeProvider.System.GetUtcNow(), server.Database.Instant(TimeProvider.System.GetUtcNow().AddDays(-61)));
        await server.Database.Run("UPDATE sessions SET expires_at = @then WHERE user_id = @id", ("then", longAgo), ("id", gone.Id));
        await server.Database.Run("UPDATE refresh_tokens SET used_at = @then WHERE used_at IS NOT NULL AND session_id IN (SELECT id FROM sessions WHERE user_id = @id)", ("then", longAgo), ("id", open.Id));
        await using (var db = TestDatabase.Model(server.Database.NewEngine()))
            await ForgetAccountTraces.ForgetSessions(db, now.AddDays(-60), now.AddDays(-30), CancellationToken.None);
        foreach (var table in (string[])["sessions", "refresh_tokens"])
            Assert.Equal((0, 1), (await Count(gone, table), await Count(open, table)));
        (await open.Refresh()).Expect(200);

        Task<long> Count(Person person, string table) => server.Database.Count(
            $"SELECT count(*) FROM {table} WHERE {(table == "sessions" ? "user_id = @id" : "session_id IN (SELECT id FROM sessions WHERE user_id = @id)")}", ("id", person.Id));
    }

    [Theory, OnBothEngines]
    public async Task Ending_the_present_session_logs_out(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var id = (await person.Get("api/me/sessions"))["data"][0]!["id"]!.GetValue<Guid>();
        (await person.Delete($"api/me/sessions/{id}")).Expect(204);
        Assert.False(await person.IsSignedIn());
    }
}
