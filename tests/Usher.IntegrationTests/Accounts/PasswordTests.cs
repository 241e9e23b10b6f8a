using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Accounts;

/// <summary>Changing a password, and setting one that was forgotten.</summary>
public sealed partial class PasswordTests(Servers servers)
{
    private const string New = "harbour-lantern-quill-4";

    [Theory, OnBothEngines]
    public async Task A_changed_password_is_the_only_one_and_ends_the_other_sessions(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        await person.Verify();
        var elsewhere = await person.LogInAgain();
        (await person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = New })).Expect(204);

        Assert.True(await person.IsSignedIn());
        Assert.False(await elsewhere.IsSignedIn());
        (await elsewhere.Refresh()).Expect(401);
        (await LogIn(person, Person.Password)).Expect(401, "invalid_credentials");
        (await LogIn(person, New)).Expect(200);
        var told = Assert.Single(await Letterbox.Wait(person.Server, person, 1, "password-changed"));
        Assert.DoesNotContain(New, told.ToString(), StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task A_password_is_changed_only_by_who_knows_it_and_only_to_a_good_one(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        (await person.Put("api/me/password", new { currentPassword = New, newPassword = New })).Expect(401, "invalid_credentials");
        foreach (var weak in (string[])["short", "password123", $"my name is {person.Username}", new string('x', 129)])
            (await person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = weak })).ExpectErrors("weak_password", "newPassword");
        (await person.Put("api/me/password", "{}")).ExpectErrors("validation_failed", "currentPassword", "newPassword");
        (await new Person(person.Server).Put("api/me/password", new { currentPassword = Person.Password, newPassword = New })).Expect(401, "unauthenticated");
        (await LogIn(person, Person.Password)).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task A_forgotten_password_is_set_by_the_link_in_a_mail_once(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var stranger = new Person(person.Server);
        (await stranger.Post("api/auth/forgot-password", new { email = person.Email.ToUpperInvariant() })).Expect(202);
        var mail = Assert.Single(await Letterbox.Wait(person.Server, person, 1, "reset-password"));
        var token = TokenIn(mail.TextBody);
        Assert.Contains($"/account/reset-password#{token}", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(0, await person.Server.Database.Count("SELECT count(*) FROM account_links WHERE hash = @token", ("token", token)));

        (await stranger.Post("api/auth/reset-password", new { token, newPassword = "password123" })).ExpectErrors("weak_password", "newPassword");
        (await stranger.Post("api/auth/verify-email", new { token })).Expect(410, "link_expired");
        (await stranger.Post("api/auth/reset-password", new { token, newPassword = New })).Expect(204);
        Assert.False(await person.IsSignedIn());
        (await LogIn(person, Person.Password)).Expect(401);
        // Who has read the mail has the address.
        Assert.True((await LogIn(person, New)).Expect(200)["user"]["emailVerified"]!.GetValue<bool>());
        (await stranger.Post("api/auth/reset-password", new { token, newPassword = "another-good-one-77" })).Expect(410, "link_expired");
        (await LogIn(person, New)).Expect(200);
    }

    [Theory, OnBothEngines]
    public async Task Of_many_who_use_a_link_at_once_one_sets_the_password(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        var stranger = new Person(person.Server);
        (await stranger.Post("api/auth/forgot-password", new { email = person.Email })).Expect(202);
        var token = TokenIn((await Letterbox.Wait(person.Server, person, 1, "reset-password"))[0].TextBody);
        var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => stranger.Post("api/auth/reset-password", new { token, newPassword = $"good-password-number-{i}" })));
        Assert.Single(replies, reply => (int)reply.Status == 204);
        Assert.All(replies.Where(reply => (int)reply.Status != 204), reply => reply.Expect(410, "link_expired"));
    }

    [Theory, OnBothEngines]
    public async Task Asking_for_a_link_tells_nobody_who_has_an_account_and_sends_one_mail(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        await person.Verify();
        var stranger = new Person(person.Server);
        var known = (await stranger.Post("api/auth/forgot-password", new { email = person.Email })).Expect(202);
        var unknown = (await stranger.Post("api/auth/forgot-password", new { email = $"{Sample.Word()}@example.com" })).Expect(202);
        Assert.Equal(known.Bytes, unknown.Bytes);
        (await stranger.Post("api/auth/forgot-password", new { email = person.Email })).Expect(202);
        (await stranger.Post("api/auth/forgot-password", new { email = "no address" })).ExpectErrors("validation_failed", "email");

        // Where nobody has said what links begin with, it is the address that is served.
        Assert.Contains($"{person.Server.Address}account/reset-password#", (await Letterbox.Wait(person.Server, person, 1, "reset-password"))[0].TextBody, StringComparison.Ordinal);
        // The mail of a change that came after shows that the second asking would have been heard of by now.
        (await person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = New })).Expect(204);
        await Letterbox.Wait(person.Server, person, 1, "password-changed");
        Assert.Single(Letterbox.Read(person.Server, person, "reset-password"));
    }

    [Theory, OnBothEngines]
    public async Task Links_expire_and_forged_ones_were_never_good(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Accounts:ResetLinkMinutes", "0.12"), ("Accounts:PublicUrl", "https://tickets.example.com/"));
        var person = await Person.Attendee(server);
        var stranger = new Person(server);
        foreach (var forged in (string[])["x", "....", new string('A', 43), "' OR 1=1 --"])
            (await stranger.Post("api/auth/reset-password", new { token = forged, newPassword = New })).Expect(410, "link_expired");
        (await stranger.Post("api/auth/reset-password", new { token = new string('A', 201), newPassword = New })).ExpectErrors("validation_failed", "token");

        // A Host that somebody made up is in no mail.
        (await stranger.Post("api/auth/forgot-password", new { email = person.Email }, ("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"))).Expect(202);
        var mail = Assert.Single(await Letterbox.Wait(server, person, 1, "reset-password"));
        Assert.Contains("https://tickets.example.com/account/reset-password#", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", mail.ToString(), StringComparison.Ordinal);
        await Task.Delay(TimeSpan.FromSeconds(7.5));
        (await stranger.Post("api/auth/reset-password", new { token = TokenIn(mail.TextBody), newPassword = New })).Expect(410, "link_expired");
        (await LogIn(person, Person.Password)).Expect(200);
    }

    public static string TokenIn(string? text) => Link().Match(text!).Groups[1].Value;

    private static Task<Reply> LogIn(Person person, string password) => new Person(person.Server).Post("api/auth/login", new { email = person.Email, password });

    [GeneratedRegex("/account/[a-z-]+#([A-Za-z0-9_-]{43})")]
    private static partial Regex Link();
}
