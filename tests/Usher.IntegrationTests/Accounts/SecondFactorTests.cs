using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;
using Usher.Server.Features.Accounts.SecondFactors;
using Usher.Server.Platform;
using Usher.Server.Platform.Security;

namespace Usher.IntegrationTests.Accounts;

/// <summary>Codes of an authenticator app beside the password, and the recovery codes for when it is not at hand.</summary>
public sealed class SecondFactorTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Once_a_first_code_has_confirmed_it_logging_in_takes_the_password_and_a_code(Engine engine)
    {
        var person = await Person.Organizer(await servers.Shared(engine));
        var elsewhere = await person.LogInAgain();
        (await person.Post("api/me/second-factor", new { password = "not-this-one-at-all" })).Expect(401, "invalid_credentials");
        (await person.Post("api/me/second-factor", "{}")).ExpectErrors("validation_failed", "password");
        (await person.Post("api/me/second-factor/confirm", new { code = "123456" })).Expect(409, "second_factor_off");
        var first = (await person.BeginSecondFactor())["secret"].GetValue<string>();
        var begun = await person.BeginSecondFactor();
        Assert.Matches("^[A-Z2-7]{32}$", begun["secret"].GetValue<string>());
        Assert.NotEqual(first, begun["secret"].GetValue<string>());
        Assert.Equal($"otpauth://totp/usher:{Uri.EscapeDataString(person.Email)}?secret={begun["secret"]}&issuer=usher&algorithm=SHA1&digits=6&period=30", begun["otpauthUrl"].GetValue<string>());
        Assert.Equal("no-store", begun.Header("Cache-Control"));

        // Nothing is asked for until it is confirmed, and by the secret that came last.
        (await LogIn(person)).Expect(200);
        (await person.Post("api/me/second-factor/confirm", new { code = await new Authenticator(first).Next() })).Expect(401, "invalid_code");
        (await person.Post("api/me/second-factor/confirm", new { code = person.App!.Wrong() })).Expect(401, "invalid_code");
        Assert.Equal((false, 0), await State(person));
        var confirmed = (await person.Post("api/me/second-factor/confirm", new { code = await person.App.Next() })).Expect(200);
        var codes = confirmed["recoveryCodes"].AsArray().Select(code => code!.GetValue<string>()).ToList();
        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^[a-z2-7]{4}(-[a-z2-7]{4}){3}$", code));
        Assert.Equal("no-store", confirmed.Header("Cache-Control"));
        Assert.Equal((true, 10), await State(person));
        Assert.True(await person.IsSignedIn());
        Assert.False(await elsewhere.IsSignedIn());
        (await elsewhere.Refresh()).Expect(401);

        var required = (await LogIn(person)).Expect(401, "second_factor_required");
        Assert.NotNull(required.Header("WWW-Authenticate"));
        (await LogIn(person, "")).Expect(401, "second_factor_required");
        (await LogIn(person, person.App.Wrong())).Expect(401, "invalid_code");
        var code = await person.App.Next();
        // Without the password a code is worth nothing, and neither is told from an account that is not there.
        var wrong = (await new Person(person.Server).Post("api/auth/login", new { email = person.Email, password = "not-this-one-at-all", code })).Expect(401, "invalid_credentials");
        var nobody = (await new Person(person.Server).Post("api/auth/login", new { email = $"{Sample.Word()}@example.com", password = "not-this-one-at-all", code })).Expect(401, "invalid_credentials");
        Assert.Equal(nobody.Bytes, wrong.Bytes);
        (await LogIn(person, $"{code[..3]} {code[3..]}")).Expect(200);
        (await LogIn(person, new string('1', 65))).ExpectErrors("validation_failed", "code");

        (await person.Post("api/me/second-factor", new { password = Person.Password })).Expect(409, "second_factor_on");
        (await person.Post("api/me/second-factor/confirm", new { code = await person.App.Next() })).Expect(409, "second_factor_on");
        await Letterbox.Wait(person.Server, person, 1, "second-factor-on");
    }

    [Theory, OnBothEngines]
    public async Task A_code_is_good_once_in_whichever_process(Engine engine)
    {
        var server = await servers.Shared(engine);
        await using var second = await HostedServer.Start(server.Database);
        var person = await Person.Organizer(server);
        await person.BeginSecondFactor();
        var (first, next) = (await person.App!.Next(), await person.App.Next());
        (await person.Post("api/me/second-factor/confirm", new { code = first })).Expect(200);
        (await LogIn(person.At(second), first)).Expect(401, "invalid_code");
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => LogIn(person.At(i % 2 == 0 ? server : second), next)));
        Assert.Single(replies, reply => (int)reply.Status == 200);
        Assert.All(replies.Where(reply => (int)reply.Status != 200), reply => reply.Expect(401, "invalid_code"));
        Assert.Equal(2, await server.Database.Count("SELECT count(*) FROM sessions WHERE user_id = @user", ("user", person.Id)));
    }

    /// <summary>On PostgreSQL only: SQLite's file belongs to one process, and one transaction at a time writes to it.</summary>
    [Fact]
    public async Task Of_two_processes_that_find_one_code_unused_one_uses_it()
    {
        var server = await servers.Shared(Engine.Postgres);
        await using var second = await HostedServer.Start(server.Database);
        var person = await Person.Organizer(server);
        await person.TurnOnSecondFactor();
        var code = await person.App!.Next();
        Task<Reply[]> both;
        await using (await server.Database.Hold($"SELECT 1 FROM second_factors WHERE user_id = '{person.Id}' FOR UPDATE"))
        {
            both = Task.WhenAll(LogIn(person, code), LogIn(person.At(second), code));
            await Eventually.IsTrue(async () => await server.Database.Count(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%second_factors%'") == 2);
        }
        Assert.Single(await both, reply => (int)reply.Status == 200);
        Assert.Single(await both, reply => reply.Code == "invalid_code");
    }

    [Theory, OnBothEngines]
    public async Task Each_recovery_code_opens_the_account_once_and_new_ones_replace_all(Engine engine)
    {
        var person = await Person.Organizer(await servers.Shared(engine));
        var codes = await person.TurnOnSecondFactor();
        (await LogIn(person, codes[0].Replace("-", "", StringComparison.Ordinal).ToUpperInvariant())).Expect(200);
        (await LogIn(person, codes[0])).Expect(401, "invalid_code");
        Assert.Equal((true, 9), await State(person));
        var replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LogIn(person, codes[1])));
        Assert.Single(replies, reply => (int)reply.Status == 200);

        (await person.Post("api/me/second-factor/recovery-codes", new { password = "not-this-one-at-all", code = codes[2] })).Expect(401, "invalid_credentials");
        (await person.Post("api/me/second-factor/recovery-codes", new { password = Person.Password, code = codes[1] })).Expect(401, "invalid_code");
        (await person.Post("api/me/second-factor/recovery-codes", "{}")).ExpectErrors("validation_failed", "password", "code");
        var renewed = (await person.Post("api/me/second-factor/recovery-codes", new { password = Person.Password, code = codes[2] })).Expect(200)["recoveryCodes"].AsArray();
        Assert.Equal((true, 10), await State(person));
        (await LogIn(person, codes[3])).Expect(401, "invalid_code");
        (await LogIn(person, renewed[0]!.GetValue<string>())).Expect(200);
        // Nobody else's either.
        var other = await Person.Organizer(person.Server);
        await other.TurnOnSecondFactor();
        (await LogIn(other, renewed[1]!.GetValue<string>())).Expect(401, "invalid_code");
        await Letterbox.Wait(person.Server, person, 4, "recovery-code-used");
        Assert.Equal(["second_factor_on", "recovery_code_used", "recovery_code_used", "recovery_code_used", "recovery_codes_renewed", "recovery_code_used"], (await Audit(person))[1..]);
    }

    [Theory, OnBothEngines]
    public async Task It_is_turned_off_by_who_has_both_and_asked_of_who_erases_the_account(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Organizer(server);
        (await person.Delete("api/me/second-factor", new { password = Person.Password, code = "123456" })).Expect(409, "second_factor_off");
        (await person.Post("api/me/second-factor/recovery-codes", new { password = Person.Password, code = "123456" })).Expect(409, "second_factor_off");
        var codes = await person.TurnOnSecondFactor();
        (await person.Delete("api/me/second-factor", "{}")).ExpectErrors("validation_failed", "password", "code");
        (await person.Delete("api/me/second-factor", new { password = Person.Password, code = "" })).ExpectErrors("validation_failed", "code");
        (await person.Delete("api/me/second-factor", new { password = "not-this-one-at-all", code = codes[0] })).Expect(401, "invalid_credentials");
        (await person.Delete("api/me/second-factor", new { password = Person.Password, code = person.App!.Wrong() })).Expect(401, "invalid_code");
        (await person.Delete("api/me", new { password = Person.Password })).Expect(401, "second_factor_required");
        (await person.Delete("api/me", new { password = Person.Password, code = person.App.Wrong() })).Expect(401, "invalid_code");
        (await LogIn(person)).Expect(401, "second_factor_required");
        (await person.Delete("api/me/second-factor", new { password = Person.Password, code = await person.App.Next() })).Expect(204);
        (await LogIn(person)).Expect(200);
        Assert.Equal((false, 0), await State(person));
        Assert.Equal(0, await server.Database.Count("SELECT count(*) FROM recovery_codes WHERE user_id = @user", ("user", person.Id)));
        await Letterbox.Wait(server, person, 1, "second-factor-off");

        // Whoever runs the program can do so for somebody who has lost everything.
        await person.TurnOnSecondFactor();
        var (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["second-factor-off", person.Email.ToUpperInvariant()]);
        Assert.True(exitCode == 0, output);
        (await LogIn(person)).Expect(200);

        Assert.Equal(["second_factor_on", "second_factor_off", "second_factor_on", "second_factor_off"], (await Audit(person))[1..]);

        codes = await person.TurnOnSecondFactor();
        var export = (await person.Get("api/me/export")).Expect(200);
        Assert.Equal(10, export["data"]["account"]!["secondFactor"]!["recoveryCodesLeft"]!.GetValue<int>());
        Assert.DoesNotContain(person.App.Secret, export.Text, StringComparison.OrdinalIgnoreCase);
        (await person.Delete("api/me", new { password = Person.Password, code = codes[0] })).Expect(204);
        foreach (var table in (string[])["second_factors", "recovery_codes"])
            Assert.Equal(0, await server.Database.Count($"SELECT count(*) FROM {table} WHERE user_id = @user", ("user", person.Id)));
    }

    [Theory, OnBothEngines]
    public async Task Who_guesses_at_codes_waits_and_a_new_password_forgives_nothing(Engine engine)
    {
        const string New = "harbour-lantern-quill-4";
        var server = await servers.Throttling(engine);
        var person = await Person.Organizer(server);
        var codes = await person.TurnOnSecondFactor();
        for (var i = 0; i < 5; i++)
        {
            (await LogIn(person, person.App!.Wrong())).Expect(401, "invalid_code");
            // Nor does the right password alone.
            (await LogIn(person)).Expect(401, "second_factor_required");
        }
        // As many more as make it minutes, without the minutes.
        Assert.Equal(1, await server.Database.Run("UPDATE log_in_failures SET count = 20, last_at = @now WHERE key = @key",
            ("now", server.Database.Instant(TimeProvider.System.GetUtcNow())), ("key", $"{person.Id} code")));
        var refused = (await LogIn(person, await person.App!.Next())).Expect(429, "too_many_attempts");
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, null), 250, 300);
        (await person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = New })).Expect(204);
        foreach (var code in (string[])[codes[0], await person.App.Next()])
            (await new Person(server).Post("api/auth/login", new { email = person.Email, password = New, code })).Expect(429, "too_many_attempts");
        (await person.Delete("api/me/second-factor", new { password = New, code = codes[1] })).Expect(429, "too_many_attempts");
    }

    [Theory, OnBothEngines]
    public async Task Guesses_at_a_first_code_are_paused_like_those_at_a_log_in(Engine engine)
    {
        var person = await Person.Organizer(await servers.Throttling(engine));
        await person.BeginSecondFactor();
        for (var i = 0; i < 5; i++)
            (await person.Post("api/me/second-factor/confirm", new { code = person.App!.Wrong() })).Expect(401, "invalid_code");
        Assert.Equal(1, await person.Server.Database.Run("UPDATE log_in_failures SET count = 20, last_at = @now WHERE key = @key",
            ("now", person.Server.Database.Instant(TimeProvider.System.GetUtcNow())), ("key", $"{person.Id} code")));
        Assert.NotNull((await person.Post("api/me/second-factor/confirm", new { code = person.App!.Wrong() })).Expect(429, "too_many_attempts").Header("Retry-After"));
        (await person.Post("api/me/second-factor/confirm", new { code = await person.App!.Next() })).Expect(429, "too_many_attempts");
    }

    [Theory, OnBothEngines]
    public async Task Before_an_address_is_verified_nobody_sets_one_up_and_its_reader_is_not_locked_out(Engine engine)
    {
        const string New = "harbour-lantern-quill-4";
        var server = await servers.Shared(engine);
        var squatter = await Person.Organizer(server);
        (await squatter.Post("api/me/second-factor", new { password = Person.Password })).Expect(403, "email_not_verified");
        // One that was set up before there was this rule.
        await squatter.TurnOnSecondFactor();
        await server.Database.Run("UPDATE users SET email_verified = @no WHERE id = @id", ("no", false), ("id", squatter.Id));
        (await new Person(server).Post("api/auth/forgot-password", new { email = squatter.Email })).Expect(202);
        var token = PasswordTests.TokenIn((await Letterbox.Wait(server, squatter, 1, "reset-password"))[0].TextBody);
        (await new Person(server).Post("api/auth/reset-password", new { token, newPassword = New })).Expect(204);
        (await new Person(server).Post("api/auth/login", new { email = squatter.Email, password = New })).Expect(200);
        // Of an address that was verified before, it stays on.
        var owner = await Person.Organizer(server);
        await owner.TurnOnSecondFactor();
        (await new Person(server).Post("api/auth/forgot-password", new { email = owner.Email })).Expect(202);
        token = PasswordTests.TokenIn((await Letterbox.Wait(server, owner, 1, "reset-password"))[0].TextBody);
        (await new Person(server).Post("api/auth/reset-password", new { token, newPassword = New })).Expect(204);
        (await new Person(server).Post("api/auth/login", new { email = owner.Email, password = New })).Expect(401, "second_factor_required");
    }

    [Theory, OnBothEngines]
    public async Task It_is_for_organizers_and_admins(Engine engine)
    {
        var attendee = await Person.Attendee(await servers.Shared(engine));
        (await attendee.Post("api/me/second-factor", new { password = Person.Password })).Expect(403, "role_not_allowed");
        (await attendee.Get("api/me/second-factor")).Expect(403, "role_not_allowed");
        (await new Person(attendee.Server).Post("api/me/second-factor", new { password = Person.Password })).Expect(401, "unauthenticated");
    }

    [Theory, OnBothEngines]
    public async Task A_secret_is_sealed_for_its_account_and_follows_the_signing_key(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (person, thief) = (await Person.Organizer(server), await Person.Organizer(server));
        var codes = await person.TurnOnSecondFactor();
        await thief.TurnOnSecondFactor();
        await using var db = TestDatabase.Model(server.Database.NewEngine());
        var row = db.SecondFactors.Where(f => f.UserId == person.Id);
        var original = row.Single();
        foreach (var code in (string[])[.. codes, person.App!.Secret])
            Assert.Equal(0, await server.Database.Count(
                "SELECT count(*) FROM second_factors f JOIN recovery_codes c ON c.user_id = f.user_id WHERE f.user_id = @user AND (lower(f.secret) LIKE @text OR lower(c.hash) LIKE @text)",
                ("user", person.Id), ("text", $"%{code.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant()}%")));

        // Who can write to the database still has no code for somebody else.
        await server.Database.Run("UPDATE second_factors SET secret = (SELECT secret FROM second_factors WHERE user_id = @thief) WHERE user_id = @user", ("thief", thief.Id), ("user", person.Id));
        (await LogIn(person, await thief.App!.Next())).Expect(401, "invalid_code");
        await server.Database.Run("UPDATE second_factors SET secret = @secret WHERE user_id = @user", ("secret", original.Secret), ("user", person.Id));

        var old = await File.ReadAllTextAsync(Path.Combine(server.Database.DataDirectory, "signing-key.pem"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var replacement = key.ExportPkcs8PrivateKeyPem();
        Assert.Equal((1, 0), await ResealSecondFactors.Reseal(row, db, await Box($"{replacement}\n{old}"), CancellationToken.None));
        // The server has the old key only. It opens nothing, and the recovery codes are what is left.
        (await LogIn(person, await person.App!.Next())).Expect(401, "invalid_code");
        (await LogIn(person, codes[0])).Expect(200);
        Assert.Equal((0, 1), await ResealSecondFactors.Reseal(row, db, await Box(old), CancellationToken.None));
        Assert.Equal((1, 0), await ResealSecondFactors.Reseal(row, db, await Box($"{old}\n{replacement}"), CancellationToken.None));
        (await LogIn(person, await person.App.Next())).Expect(200);
    }

    private async Task<SecretBox> Box(string keys)
    {
        var folder = (await servers.NewDatabase(Engine.Sqlite)).DataDirectory;
        var file = Path.Combine(folder, "keys.pem");
        await File.WriteAllTextAsync(file, keys);
        var environment = new Development(folder);
        return new(new SigningKeys(Options.Create(new AuthOptions { SigningKeyFile = file }), new DataDirectory(new ConfigurationBuilder().Build(), environment), environment, NullLogger<SigningKeys>.Instance));
    }

    private sealed class Development(string folder) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Development";
        public string ApplicationName { get; set; } = "";
        public string ContentRootPath { get; set; } = folder;
        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }

    private static async Task<(bool Enabled, int CodesLeft)> State(Person person)
    {
        var state = (await person.Get("api/me/second-factor")).Expect(200);
        Assert.Equal(state["enabled"].GetValue<bool>(), state.Json!["enabledAt"] is not null);
        return (state["enabled"].GetValue<bool>(), state["recoveryCodesLeft"].GetValue<int>());
    }

    private static async Task<List<string>> Audit(Person person) =>
        [.. (await person.Get("api/me/export")).Expect(200)["data"]["audit"]!.AsArray().Select(entry => entry!["action"]!.GetValue<string>())];

    private static Task<Reply> LogIn(Person person, string? code = null) =>
        new Person(person.Server).Post("api/auth/login", new { email = person.Email, password = Person.Password, code });
}
