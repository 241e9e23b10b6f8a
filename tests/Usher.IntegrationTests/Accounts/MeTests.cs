using System.Text;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Accounts;

public sealed class MeTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task One_sees_ones_own_account(Engine engine)
    {
        var person = await Person.Organizer(await servers.Shared(engine));
        var me = (await person.Get("api/me")).Expect(200);
        Assert.Equal((person.Id, person.Username, person.Email, "organizer"),
            (me["id"].GetValue<Guid>(), me["username"].GetValue<string>(), me["email"].GetValue<string>(), me["role"].GetValue<string>()));
        Assert.True(me.Json!.AsObject().ContainsKey("displayName"), "An absent value is null, never omitted.");
        Assert.Equal("no-store", me.Header("Cache-Control"));
        var unauthenticated = (await new Person(person.Server).Get("api/me")).Expect(401, "unauthenticated");
        Assert.Equal("Bearer", unauthenticated.Header("WWW-Authenticate"));
    }

    [Theory, OnBothEngines]
    public async Task A_patch_changes_what_it_sends_and_null_clears(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var changed = (await person.Patch("api/me", new { displayName = "  Zoë Ångström ", timeZone = "Europe/Vienna" })).Expect(200);
        Assert.Equal("Zoë Ångström", changed["displayName"].GetValue<string>());
        Assert.Equal("Europe/Vienna", changed["timeZone"].GetValue<string>());
        Assert.Equal(person.Username, changed["username"].GetValue<string>());
        Assert.Equal(changed.Text, (await person.Get("api/me")).Text);

        (await person.Patch("api/me", "{}")).Expect(200);
        var cleared = (await person.Patch("api/me", new { displayName = (string?)null })).Expect(200);
        Assert.Null(cleared.Json!["displayName"]);
        Assert.Equal("Europe/Vienna", cleared["timeZone"].GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task A_merge_patch_may_be_called_by_its_name(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        using var patch = new StringContent("""{"displayName":"Ann"}""", Encoding.UTF8, "application/merge-patch+json");
        Assert.Equal("Ann", (await person.Patch("api/me", patch)).Expect(200)["displayName"].GetValue<string>());
        using var text = new StringContent("""{"displayName":"Bob"}""", Encoding.UTF8, "text/plain");
        (await person.Patch("api/me", text)).Expect(415, "unsupported_media_type");
        using var list = new StringContent("""[{"op":"replace","path":"/displayName","value":"Eve"}]""", Encoding.UTF8, "application/json-patch+json");
        (await person.Patch("api/me", list)).Expect(400, "malformed_request");
        (await person.Patch("api/me", "[]")).Expect(400, "malformed_request");
    }

    [Theory, OnBothEngines]
    public async Task What_cannot_be_is_refused_member_by_member(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        (await person.Patch("api/me", new { username = "a b", email = "nowhere", displayName = "line\nbreak", timeZone = "Mars/Olympus" }))
            .ExpectErrors("validation_failed", "username", "email", "displayName", "timeZone");
        (await person.Patch("api/me", new { username = 5, email = true, displayName = new { }, timeZone = 1.5 }))
            .ExpectErrors("validation_failed", "username", "email", "displayName", "timeZone");
        foreach (var name in (string[])["username", "email", "timeZone"])
            (await person.Patch("api/me", $$"""{"{{name}}":null}""")).ExpectErrors("validation_failed", name);
        foreach (var hidden in (string[])["", "   ", "\u200b\u200b", "evil\u202Etxt", "bell\u0007", new('x', 101)])
            (await person.Patch("api/me", new { displayName = hidden })).ExpectErrors("validation_failed", "displayName");
        foreach (var zone in (string[])["", "europe/vienna", "+02:00", "W. Europe Standard Time", "../../etc/passwd", "local"])
            (await person.Patch("api/me", new { timeZone = zone })).ExpectErrors("validation_failed", "timeZone");
        Assert.Null((await person.Get("api/me")).Json!["displayName"]);
    }

    [Theory, OnBothEngines]
    public async Task What_the_server_owns_stays_its_own(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var before = await person.Get("api/me");
        var after = (await person.Patch("api/me", new
        {
            id = Guid.CreateVersion7(),
            role = "admin",
            emailVerified = true,
            createdAt = "2001-01-01T00:00:00Z",
            passwordHash = "x",
            password = "x",
            version = 99,
        })).Expect(200);
        Assert.Equal(before.Text, after.Text);
        await person.LogIn();
        Assert.Equal("attendee", (await person.Get("api/me"))["role"].GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task With_the_password_an_address_that_nobody_verified_is_replaced_at_once_and_told_of_nothing(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        var email = $"{Sample.Word()}@example.com";
        var pending = (await person.Patch("api/me", new { email })).Expect(200);
        Assert.Equal((person.Email, false, email), (pending["email"].GetValue<string>(), pending["emailVerified"].GetValue<bool>(), pending["pendingEmail"].GetValue<string>()));
        var changed = (await person.Patch("api/me", new { email, currentPassword = Person.Password })).Expect(200);
        Assert.Equal((email, false, null), (changed["email"].GetValue<string>(), changed["emailVerified"].GetValue<bool>(), changed.Json!["pendingEmail"]?.GetValue<string>()));
        (await person.Post("api/auth/login", new { email, password = Person.Password })).Expect(200);
        (await person.Post("api/auth/login", new { email = person.Email, password = Person.Password })).Expect(401, "invalid_credentials");
        // The link to the new one is delivered after whatever would go to the old one.
        await Letterbox.Wait(server, Person.At(server, email), 1, "verify-email");
        Assert.Empty(Letterbox.Read(server, person, "email-changed"));
        Assert.Equal(0, await server.Database.Count("SELECT count(*) FROM former_addresses WHERE user_id = @user", ("user", person.Id)));
    }

    [Theory, OnBothEngines]
    public async Task Names_of_others_are_taken_ones_own_in_another_case_is_not(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (person, other) = (await Person.Attendee(server), await Person.Attendee(server));
        (await person.Patch("api/me", new { email = other.Email.ToUpperInvariant() })).Expect(409, "email_taken");
        (await person.Patch("api/me", new { username = other.Username.ToUpperInvariant() })).Expect(409, "username_taken");
        var shouted = (await person.Patch("api/me", new { username = person.Username.ToUpperInvariant() })).Expect(200);
        Assert.Equal(person.Username.ToUpperInvariant(), shouted["username"].GetValue<string>());

        var wanted = Sample.Word();
        var replies = await Task.WhenAll(person.Patch("api/me", new { username = wanted }), other.Patch("api/me", new { username = wanted }));
        Assert.Equal([200, 409], replies.Select(reply => (int)reply.Status).Order());
    }

    [Theory, OnBothEngines]
    public async Task An_account_has_an_ETag(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var first = (await person.Get("api/me")).ETag!;
        Assert.Equal("", (await person.Get("api/me", ("If-None-Match", first))).Expect(304).Text);
        (await person.Patch("api/me", new { displayName = "Ann" }, ("If-Match", first))).Expect(200);
        (await person.Patch("api/me", new { displayName = "Bob" }, ("If-Match", first))).Expect(412, "precondition_failed");
        (await person.Get("api/me", ("If-None-Match", first))).Expect(200);
    }
}
