using System.Net;
using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Accounts;

public sealed class RegisterTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_newcomer_gets_an_account_and_is_signed_in_to_it(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        var account = Sample.Account();
        var reply = (await stranger.Post("api/auth/register", account)).Expect(201);

        Assert.Equal(["accessToken", "expiresIn", "refreshToken", "token", "tokenType", "user"], Members(reply.Json!));
        Assert.Equal(["createdAt", "displayName", "email", "emailVerified", "id", "pendingEmail", "role", "timeZone", "username"], Members(reply["user"]));
        Assert.Equal(account["username"]!.GetValue<string>(), reply["user"]["username"]!.GetValue<string>());
        Assert.Equal(account["email"]!.GetValue<string>(), reply["user"]["email"]!.GetValue<string>());
        Assert.Equal("attendee", reply["user"]["role"]!.GetValue<string>());
        Assert.False(reply["user"]["emailVerified"]!.GetValue<bool>());
        Assert.Null(reply["user"]["displayName"]);
        Assert.Equal("UTC", reply["user"]["timeZone"]!.GetValue<string>());
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", reply["user"]["id"]!.GetValue<string>());
        Assert.InRange(reply["user"]["createdAt"]!.GetValue<DateTimeOffset>(), Sample.InDays(-0.01), Sample.InDays(0.01));
        Assert.Equal(reply["accessToken"].GetValue<string>(), reply["token"].GetValue<string>());
        Assert.Equal("Bearer", reply["tokenType"].GetValue<string>());
        Assert.InRange(reply["expiresIn"].GetValue<int>(), 1, 900);
        Assert.Equal("no-store", reply.Header("Cache-Control"));
        Assert.DoesNotContain("argon2", reply.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Person.Password, reply.Text, StringComparison.Ordinal);

        stranger.Token = reply["token"].GetValue<string>();
        Assert.Equal(reply["user"]["id"]!.GetValue<string>(), (await stranger.Get("api/me")).Expect(200)["id"].GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task An_organizer_says_so_when_registering(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        Assert.Equal("organizer", (await Register(stranger, ("role", "organizer"))).Expect(201)["user"]["role"]!.GetValue<string>());
        Assert.Equal("attendee", (await Register(stranger, ("role", "attendee"))).Expect(201)["user"]["role"]!.GetValue<string>());
        Assert.Equal("attendee", (await Register(stranger, ("role", null))).Expect(201)["user"]["role"]!.GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task Nobody_registers_as_admin_or_as_anything_unheard_of(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        foreach (var role in (string[])["admin", "Admin", "ADMIN", "Organizer", "superuser", "", "attendee,admin", "2"])
            (await Register(stranger, ("role", role))).ExpectErrors("role_not_allowed", "role");
        foreach (var role in (object[])[2, true, new[] { "admin" }])
            (await Register(stranger, ("role", role))).ExpectErrors("validation_failed", "role");
    }

    [Theory, OnBothEngines]
    public async Task Usernames_have_3_to_40_letters_digits_dots_hyphens_underscores(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        foreach (var bad in (object?[])[null, "", "ab", new string('a', 41), "with space", "ümlaut", "a@b", "a/b", "a\nbc", "a bc", "a\u200bbc", "ａｂｃ", 12345, true, new[] { "abc" }])
            (await Register(stranger, ("username", bad))).ExpectErrors("validation_failed", "username");
        (await stranger.Post("api/auth/register", Sample.Account().Without("username"))).ExpectErrors("validation_failed", "username");

        var word = Sample.Word();
        foreach (var good in (string[])[$"{Random.Shared.Next(36 * 36 * 36):x3}"[..3], $"a.b-C_9{word}", word + new string('Z', 40 - word.Length)])
            Assert.Equal(good, (await Register(stranger, ("username", good))).Expect(201)["user"]["username"]!.GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task Blanks_around_an_address_or_a_name_are_nobodys(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        foreach (var (before, after) in ((string, string)[])[("", " "), ("\t", "\r\n"), ("\u00A0", "\u3000"), ("\uFEFF", "\u200B"), ("\u202A", "\u202C"), ("\u200E \u2060", "\u2009\u00AD")])
        {
            var (name, address) = (Sample.Word(), $"{Sample.Word()}@example.com");
            string Around(string text) => $"{before}{text}{after}";
            var account = (await Register(stranger, ("username", Around(name)), ("email", Around(address)))).Expect(201)["user"];
            Assert.Equal((name, address), (account["username"]!.GetValue<string>(), account["email"]!.GetValue<string>()));
            (await Register(stranger, ("email", address))).Expect(409, "email_taken");
            foreach (var by in (object[])[new { email = Around(address), password = Person.Password }, new { username = Around(name), password = Person.Password }, new { email = Around(name), password = Person.Password }])
                stranger.Token = (await stranger.Post("api/auth/login", by)).Expect(200)["accessToken"].GetValue<string>();

            var (newName, newAddress) = (Sample.Word(), $"{Sample.Word()}@example.com");
            Assert.Equal(newName, (await stranger.Patch("api/me", new { username = Around(newName) })).Expect(200)["username"].GetValue<string>());
            Assert.Equal(newAddress, (await stranger.Patch("api/me", new { email = Around(newAddress), currentPassword = Person.Password })).Expect(200)["email"].GetValue<string>());
            (await stranger.Post("api/auth/forgot-password", new { email = Around(newAddress) })).Expect(202);
        }
        foreach (var blank in (string[])[" ", "\u200B\uFEFF"])
            (await Register(stranger, ("username", blank), ("email", blank))).ExpectErrors("validation_failed", "username", "email");
        (await Register(stranger, ("username", "a\u200Bbc"), ("email", "a\u00A0b@example.com"))).ExpectErrors("validation_failed", "username", "email");
        Assert.Equal("Zo\u00EB", (await stranger.Patch("api/me", new { displayName = "\u00A0 Zo\u00EB\t\u200B\n" })).Expect(200)["displayName"].GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task Addresses_are_a_dot_atom_at_a_host(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        object?[] wrong =
        [
            null, "", "plain", "a@b", "@example.com", "a@", "a b@example.com", "Ann <a@example.com>", "a..b@example.com", ".a@example.com", "a.@example.com",
            "a@-example.com", "a@example..com", "a@example.com.", "a@exam_ple.com", "a@@example.com", "a@b@example.com", "a@example.com, b@example.com", "a\n@example.com",
            "a\u200b@example.com", "a@[127.0.0.1]", "a@127.0.0.1", "\"a\"@example.com", new string('a', 65) + "@example.com", Long(255), 5, new { at = "example.com" },
        ];
        foreach (var bad in wrong)
            (await Register(stranger, ("email", bad))).ExpectErrors("validation_failed", "email");
        (await stranger.Post("api/auth/register", Sample.Account().Without("email"))).ExpectErrors("validation_failed", "email");

        foreach (var good in (string[])[Long(254), $"{Sample.Word()}+tag@sub.example.co.uk", $"O'{Sample.Word()}@example.com"])
            Assert.Equal(good, (await Register(stranger, ("email", good))).Expect(201)["user"]["email"]!.GetValue<string>());

        static string Long(int length)
        {
            var start = $"{Sample.Word().PadRight(64, 'a')}@{new string('b', 63)}.{new string('c', 63)}.";
            return $"{start}{new string('d', length - start.Length - 4)}.com";
        }
    }

    [Theory, OnBothEngines]
    public async Task Passwords_have_8_to_128_characters_and_no_rules_of_composition(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        foreach (var weak in (string[])["", "kx4mvqz", Letters(129), "password", "Password1", "12345678", "qwertyuiop", "aaaaaaaaaaaa", "usher-box-office"])
            (await Register(stranger, ("password", weak))).ExpectErrors("weak_password", "password");
        foreach (var wrong in (object?[])[null, 12345678, true])
            (await Register(stranger, ("password", wrong))).ExpectErrors("validation_failed", "password");
        (await stranger.Post("api/auth/register", Sample.Account().Without("password"))).ExpectErrors("validation_failed", "password");

        foreach (var good in (string[])["kx4mvqzt", Letters(128), "only small letters here", "пароль из слов", "🦊🐢🐳🦉🐝🦔🐌🐙"])
            (await Register(stranger, ("password", good))).Expect(201);

        static string Letters(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i * 7 % 26))));
    }

    [Theory, OnBothEngines]
    public async Task A_password_says_neither_the_name_nor_the_address(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        var account = Sample.Account();
        account["email"] = $"{Sample.Word()}@example.com";
        var (name, address) = (account["username"]!.GetValue<string>(), account["email"]!.GetValue<string>());
        foreach (var weak in (string[])[$"{name}-99", name.ToUpperInvariant(), address, $"xx{address.Split('@')[0]}"])
            (await stranger.Post("api/auth/register", account.With(("password", weak)))).Expect(400, "weak_password");
    }

    [Theory, OnBothEngines]
    public async Task No_character_of_a_long_password_is_cut_off(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        var password = string.Concat(Enumerable.Range(0, 128).Select(i => (char)('a' + (i * 11 % 26))));
        var account = Sample.Account(("password", password));
        (await stranger.Post("api/auth/register", account)).Expect(201);
        (await stranger.Post("api/auth/login", new { email = account["email"], password = password[..127] })).Expect(401, "invalid_credentials");
        (await stranger.Post("api/auth/login", new { email = account["email"], password })).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task An_address_is_taken_in_any_case(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        foreach (var taken in (string[])[person.Email, person.Email.ToUpperInvariant(), person.Email.Replace("example", "Example", StringComparison.Ordinal)])
            (await Register(person, ("email", taken))).Expect(409, "email_taken");
    }

    [Theory, OnBothEngines]
    public async Task A_username_is_taken_in_any_case(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        foreach (var taken in (string[])[person.Username, person.Username.ToUpperInvariant()])
            (await Register(person, ("username", taken))).Expect(409, "username_taken");
    }

    [Theory, OnBothEngines]
    public async Task Of_several_who_register_one_address_at_once_one_gets_it(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        var email = $"{Sample.Word()}@example.com";
        var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Register(stranger, ("email", i % 2 == 0 ? email : email.ToUpperInvariant()))));
        Assert.Single(replies, reply => reply.Status == HttpStatusCode.Created);
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.Created), reply => reply.Expect(409, "email_taken"));

        var username = Sample.Word();
        replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Register(stranger, ("username", username))));
        Assert.Single(replies, reply => reply.Status == HttpStatusCode.Created);
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.Created), reply => reply.Expect(409, "username_taken"));
    }

    [Theory, OnBothEngines]
    public async Task A_race_that_was_lost_is_no_error_in_the_log(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var account = Sample.Account();
        var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => new Person(server).Post("api/auth/register", account)));
        Assert.Equal(5, replies.Count(reply => (int)reply.Status == 409));
        Assert.DoesNotContain(server.Output, line => line.StartsWith("Error", StringComparison.Ordinal) || line.Contains(" Microsoft.EntityFrameworkCore.Update", StringComparison.Ordinal));
    }

    [Theory, OnBothEngines]
    public async Task What_the_server_owns_cannot_be_brought_along(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        var id = Guid.CreateVersion7();
        var reply = (await Register(stranger, ("id", id), ("emailVerified", true), ("createdAt", "2001-01-01T00:00:00Z"), ("passwordHash", "x"), ("version", 77),
            ("Role", "admin"), ("isAdmin", true), ("usernameKey", "x"), ("emailKey", "x"), ("somethingElse", 5))).Expect(201);
        Assert.NotEqual(id, reply["user"]["id"]!.GetValue<Guid>());
        Assert.False(reply["user"]["emailVerified"]!.GetValue<bool>());
        Assert.Equal("attendee", reply["user"]["role"]!.GetValue<string>());
        Assert.True(reply["user"]["createdAt"]!.GetValue<DateTimeOffset>() > Sample.InDays(-1));
    }

    [Theory, OnBothEngines]
    public async Task All_that_is_wrong_is_said_at_once(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        (await stranger.Post("api/auth/register", "{}")).ExpectErrors("validation_failed", "username", "email", "password");
        (await stranger.Post("api/auth/register", new { username = 1, email = "nowhere", password = false, role = 4 }))
            .ExpectErrors("validation_failed", "username", "email", "password", "role");
    }

    private static Task<Reply> Register(Person person, params (string Name, object? Value)[] changes) =>
        new Person(person.Server).Post("api/auth/register", Sample.Account(changes));

    private static IEnumerable<string> Members(JsonNode node) => node.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal);
}
