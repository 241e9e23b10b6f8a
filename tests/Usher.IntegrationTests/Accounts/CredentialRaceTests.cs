using System.Collections.Concurrent;
using NSec.Cryptography;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Accounts;

/// <summary>What was verified before a password, a second factor or a role changed is worth nothing after it.</summary>
public sealed class CredentialRaceTests(Servers servers)
{
    private const string New = "harbour-lantern-quill-4";

    [Theory, OnBothEngines]
    public async Task Of_eight_changes_with_one_current_password_one_wins(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = $"{New}{i}" })));
        Assert.Single(replies, reply => (int)reply.Status == 204);
        Assert.All(replies.Where(reply => (int)reply.Status != 204), reply => Assert.Contains(reply.Code, (string[])["invalid_credentials", "too_many_attempts"]));
        Assert.Contains(replies, reply => reply.Code == "invalid_credentials");
        await server.Database.Run("DELETE FROM log_in_failures WHERE key LIKE @key", ("key", $"{person.Id}%"));
        (await LogIn(person, $"{New}{Array.FindIndex(replies, reply => (int)reply.Status == 204)}")).Expect(200);
        Assert.Equal(1, await server.Database.Count("SELECT count(*) FROM audit_entries WHERE user_id = @user AND action = 12", ("user", person.Id)));
    }

    [Theory, OnBothEngines]
    public async Task A_log_in_under_way_with_the_old_password_opens_nothing_that_outlives_the_change(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        await using (var callers = Callers.Of(8, () => LogIn(person, Person.Password)))
        {
            await callers.Answered(4);
            (await person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = New })).Expect(204);
            await callers.Answered(12);
        }
        Assert.Equal(1, await OpenSessions(person));
        Assert.True(await person.IsSignedIn());
    }

    [Theory, OnBothEngines]
    public async Task The_old_password_does_not_overwrite_the_owners_reset(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        (await new Person(server).Post("api/auth/forgot-password", new { email = person.Email })).Expect(202);
        var token = PasswordTests.TokenIn((await Letterbox.Wait(server, person, 1, "reset-password"))[0].TextBody);
        var thief = Enumerable.Range(0, 8).Select(i => person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = $"stolen-violin-orchard-{i}" })).ToList();
        (await new Person(server).Post("api/auth/reset-password", new { token, newPassword = New })).Expect(204);
        await Task.WhenAll(thief);
        await server.Database.Run("DELETE FROM log_in_failures WHERE key LIKE @key", ("key", $"{person.Id}%"));
        (await LogIn(person, New)).Expect(200);
        Assert.Equal(1, await OpenSessions(person));
    }

    [Theory, OnBothEngines]
    public async Task A_log_in_under_way_without_a_code_opens_nothing_that_outlives_the_second_factor(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Organizer(server);
        await person.BeginSecondFactor();
        var code = await person.App!.Next();
        await using (var callers = Callers.Of(8, () => LogIn(person, Person.Password)))
        {
            await callers.Answered(4);
            (await person.Post("api/me/second-factor/confirm", new { code })).Expect(200);
            await callers.Answered(12);
        }
        Assert.Equal(1, await OpenSessions(person));
        Assert.True(await person.IsSignedIn());
    }

    [Theory, OnBothEngines]
    public async Task A_log_in_under_way_names_no_role_of_before(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        var opened = new ConcurrentBag<(string Token, string Role)>();
        await using (var callers = Callers.Of(2, async () =>
        {
            var reply = await LogIn(person, Person.Password);
            if ((int)reply.Status == 200)
                opened.Add((reply["token"].GetValue<string>(), reply["user"]["role"]!.GetValue<string>()));
            return reply;
        }))
        {
            await callers.Answered(2);
            var (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["admin", person.Email, "--unverified"]);
            Assert.True(exitCode == 0, output);
            await callers.Answered(4);
        }
        await Eventually.IsTrue(async () => await SignedInAs("attendee") == 0, withinSeconds: 5);
        Assert.True(await SignedInAs("admin") > 0);

        async Task<int> SignedInAs(string role)
        {
            var open = 0;
            foreach (var (token, _) in opened.Where(one => one.Role == role))
                open += await new Person(server) { Token = token }.IsSignedIn() ? 1 : 0;
            return open;
        }
    }

    [Fact]
    public async Task A_request_whose_session_ends_before_it_commits_changes_nothing()
    {
        var server = await servers.Shared(Engine.Postgres);
        var person = await Person.Attendee(server);
        var elsewhere = await person.LogInAgain();
        Task<Reply> change;
        await using (await server.Database.Hold($"SELECT 1 FROM users WHERE id = '{person.Id}' FOR NO KEY UPDATE"))
        {
            change = person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = New });
            var rename = person.Patch("api/me", new { displayName = "Thief" });
            await Eventually.IsTrue(async () => await server.Database.Count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 2);
            (await person.Post("api/auth/logout", null)).Expect(204);
            Assert.False(rename.IsCompleted);
        }
        (await change).Expect(401, "token_expired");
        var me = (await elsewhere.Get("api/me")).Expect(200);
        Assert.Null(me.Json!["displayName"]);
        (await LogIn(person, Person.Password)).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Log_ins_that_replace_one_outdated_hash_all_get_a_session(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        var outdated = Outdated(Person.Password);
        await server.Database.Run("UPDATE users SET password_hash = @hash WHERE id = @id", ("hash", outdated), ("id", person.Id));
        foreach (var reply in await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LogIn(person, Person.Password))))
            reply.Expect(200);
        Assert.Equal(0, await server.Database.Count("SELECT count(*) FROM users WHERE id = @id AND password_hash = @hash", ("hash", outdated), ("id", person.Id)));
        Assert.Equal(5, await OpenSessions(person));
        (await LogIn(person, New)).Expect(401, "invalid_credentials");
    }

    /// <summary>As it was hashed when that was cheaper.</summary>
    private static string Outdated(string password)
    {
        var salt = Enumerable.Range(0, 16).Select(i => (byte)i).ToArray();
        var hash = PasswordBasedKeyDerivationAlgorithm.Argon2id(new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = 8192, NumberOfPasses = 1 })
            .DeriveBytes(System.Text.Encoding.UTF8.GetBytes(password), salt, 32);
        return $"$argon2id$v=19$m=8192,t=1,p=1${Convert.ToBase64String(salt).TrimEnd('=')}${Convert.ToBase64String(hash).TrimEnd('=')}";
    }

    private static Task<long> OpenSessions(Person person) =>
        person.Server.Database.Count("SELECT count(*) FROM sessions WHERE user_id = @user AND revoked_at IS NULL", ("user", person.Id));

    private static Task<Reply> LogIn(Person person, string password) => new Person(person.Server).Post("api/auth/login", new { email = person.Email, password });

    /// <summary>Some who ask again and again, until they are told to stop.</summary>
    private sealed class Callers : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _all = Task.CompletedTask;
        private int _answered;

        public static Callers Of(int count, Func<Task<Reply>> ask)
        {
            var callers = new Callers();
            callers._all = Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
            {
                while (!callers._stop.IsCancellationRequested)
                {
                    await ask();
                    Interlocked.Increment(ref callers._answered);
                }
            }));
            return callers;
        }

        public Task Answered(int more)
        {
            var until = Volatile.Read(ref _answered) + more;
            return Eventually.IsTrue(() => Task.FromResult(Volatile.Read(ref _answered) >= until), 60);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _all;
            _stop.Dispose();
        }
    }
}
