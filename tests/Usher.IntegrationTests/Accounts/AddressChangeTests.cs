using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Accounts;

/// <summary>A token that was stolen does not become the account: its address changes when the new one is verified, and the former one can take that back.</summary>
public sealed class AddressChangeTests(Servers servers)
{
    private const string New = "harbour-lantern-quill-4";

    [Theory, OnBothEngines]
    public async Task An_address_takes_the_place_of_a_verified_one_when_it_is_verified_itself(Engine engine)
    {
        var (server, person) = await Verified(engine);
        var (email, stranger) = ($"{Sample.Word()}@example.com", new Person(await servers.Shared(engine)));
        var changed = (await person.Patch("api/me", new { email, displayName = "Ann" })).Expect(200);
        Assert.Equal((person.Email, true, email), (changed["email"].GetValue<string>(), changed["emailVerified"].GetValue<bool>(), changed["pendingEmail"].GetValue<string>()));
        Assert.Equal(changed.Text, (await person.Get("api/me")).Text);

        // Nothing else has moved: one logs in with the old one, resets go to it, and the new one opens nothing.
        (await LogIn(server, person.Email, Person.Password)).Expect(200);
        (await LogIn(server, email, Person.Password)).Expect(401, "invalid_credentials");
        (await stranger.Post("api/auth/forgot-password", new { email })).Expect(202);
        (await stranger.Post("api/auth/forgot-password", new { email = person.Email })).Expect(202);
        var reset = PasswordTests.TokenIn((await Letterbox.Wait(server, person, 1, "reset-password"))[0].TextBody);
        var mover = Person.At(server, email);
        var verify = Assert.Single(await Letterbox.Wait(server, mover, 1, "verify-email"));
        Assert.Empty(Letterbox.Read(server, mover, "reset-password"));
        Assert.Empty(Letterbox.Read(server, person, "email-changed"));

        (await stranger.Post("api/auth/verify-email", new { token = PasswordTests.TokenIn(verify.TextBody) })).Expect(204);
        var me = (await person.Get("api/me")).Expect(200);
        Assert.Equal((email, true, null), (me["email"].GetValue<string>(), me["emailVerified"].GetValue<bool>(), me.Json!["pendingEmail"]?.GetValue<string>()));
        (await LogIn(server, email, Person.Password)).Expect(200);
        (await LogIn(server, person.Email, Person.Password)).Expect(401, "invalid_credentials");
        (await stranger.Post("api/auth/reset-password", new { token = reset, newPassword = New })).Expect(410, "link_expired");
        // Who reads the old one is told that there is another, and not which.
        var told = Assert.Single(await Letterbox.Wait(server, person, 1, "email-changed"));
        Assert.DoesNotContain(email, told.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("/account/undo-email-change#", told.HtmlBody, StringComparison.Ordinal);
        var known = (await person.Get("api/me/export")).Expect(200)["data"]["account"]!["formerAddresses"]!.AsArray();
        Assert.Equal(person.Email, Assert.Single(known)!["email"]!.GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task Whoever_reads_the_former_address_takes_the_account_back_from_who_changed_everything(Engine engine)
    {
        var (server, person) = await Verified(engine, organizer: true);
        var thief = person.At(server);
        var first = await Move(thief, $"{Sample.Word()}@example.com");
        (await thief.Put("api/me/password", new { currentPassword = Person.Password, newPassword = New })).Expect(204);
        // As if the thief had two mailboxes, and a second factor of their own.
        var second = await Move(thief, $"{Sample.Word()}@example.com");
        var begun = (await thief.Post("api/me/second-factor", new { password = New })).Expect(200);
        (await thief.Post("api/me/second-factor/confirm", new { code = await new Authenticator(begun["secret"].GetValue<string>()).Next() })).Expect(200);
        var own = PasswordTests.TokenIn((await Letterbox.Wait(server, first, 1, "email-changed"))[0].TextBody);
        var undo = PasswordTests.TokenIn((await Letterbox.Wait(server, person, 1, "email-changed"))[0].TextBody);
        // Nobody else gets the address meanwhile, and so stands in the way.
        var stranger = new Person(server);
        (await stranger.Post("api/auth/register", new { username = Sample.Word(), email = person.Email, password = Person.Password })).Expect(409, "email_taken");
        (await (await Person.Attendee(server)).Patch("api/me", new { email = person.Email })).Expect(409, "email_taken");

        foreach (var route in (string[])["verify-email", "reset-password"])
            (await stranger.Post($"api/auth/{route}", new { token = undo, newPassword = New })).Expect(410, "link_expired");
        (await stranger.Post("api/auth/undo-email-change", new { token = undo })).Expect(204);
        Assert.False(await thief.IsSignedIn());
        (await LogIn(server, person.Email, New)).Expect(401, "invalid_credentials");
        (await LogIn(server, second.Email, New)).Expect(401, "invalid_credentials");
        (await stranger.Post("api/auth/undo-email-change", new { token = undo })).Expect(410, "link_expired");
        // The thief was told, too, and by that way does not get it back.
        (await stranger.Post("api/auth/undo-email-change", new { token = own })).Expect(410, "link_expired");
        var reset = PasswordTests.TokenIn((await Letterbox.Wait(server, person, 1, "reset-password"))[0].TextBody);
        (await stranger.Post("api/auth/reset-password", new { token = reset, newPassword = "another-good-one-77" })).Expect(204);
        var back = (await LogIn(server, person.Email, "another-good-one-77")).Expect(200);
        Assert.True(back["user"]["emailVerified"]!.GetValue<bool>());
    }

    [Theory, OnBothEngines]
    public async Task Another_address_and_all_data_ask_for_more_than_a_token_that_was_left_lying_about(Engine engine)
    {
        foreach (var verified in (bool[])[true, false])
        {
            var server = await servers.Shared(engine);
            var person = await Person.Organizer(server);
            if (verified)
                await person.Verify();
            var email = $"{Sample.Word()}@example.com";
            await person.SignedInLongAgo();
            // Refreshing does not make a session younger.
            (await person.Refresh()).Expect(200);
            foreach (var refused in (Reply[])[await person.Patch("api/me", new { email }), await person.Get("api/me/export")])
                Assert.Equal("Bearer error=\"insufficient_user_authentication\"", refused.Expect(401, "reauthentication_required").Header("WWW-Authenticate"));
            Assert.Null((await person.Get("api/me")).Json!["pendingEmail"]);
            // What gives nothing away asks for nothing, and neither does the same address again.
            (await person.Patch("api/me", new { displayName = "Ann", email = person.Email.ToUpperInvariant() })).Expect(200);
            (await person.Patch("api/me", new { email, currentPassword = New })).Expect(401, "invalid_credentials");
            (await person.Patch("api/me", new { email, currentPassword = Person.Password })).Expect(200);
            person.Token = (await LogIn(server, verified ? person.Email : email, Person.Password)).Expect(200)["token"].GetValue<string>();
            (await person.Get("api/me/export")).Expect(200);
        }
    }

    [Theory, OnBothEngines]
    public async Task With_a_second_factor_another_address_asks_for_a_code_too(Engine engine)
    {
        var (_, person) = await Verified(engine, organizer: true);
        var codes = await person.TurnOnSecondFactor();
        await person.SignedInLongAgo();
        var email = $"{Sample.Word()}@example.com";
        (await person.Patch("api/me", new { email, currentPassword = Person.Password })).Expect(401, "second_factor_required");
        (await person.Patch("api/me", new { email, currentPassword = Person.Password, code = person.App!.Wrong() })).Expect(401, "invalid_code");
        Assert.Equal(email, (await person.Patch("api/me", new { email, currentPassword = Person.Password, code = codes[0] })).Expect(200)["pendingEmail"].GetValue<string>());
    }

    [Theory, OnBothEngines]
    public async Task The_address_in_force_drops_a_change_and_a_third_one_replaces_it(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Accounts:LinkEverySeconds", "0"));
        var (person, rival) = (await Person.Attendee(server), await Person.Attendee(server));
        await person.Verify();
        await rival.Verify();
        var (second, third) = (Person.At(server, $"{Sample.Word()}@example.com"), Person.At(server, $"{Sample.Word()}@example.com"));
        (await person.Patch("api/me", new { email = second.Email })).Expect(200);
        var token = PasswordTests.TokenIn((await Letterbox.Wait(server, second, 1, "verify-email"))[0].TextBody);
        (await person.Patch("api/me", new { displayName = "Ann" })).Expect(200);
        Assert.Equal(second.Email, (await person.Get("api/me"))["pendingEmail"].GetValue<string>());
        Assert.Null((await person.Patch("api/me", new { email = person.Email })).Expect(200).Json!["pendingEmail"]);
        (await new Person(server).Post("api/auth/verify-email", new { token })).Expect(410, "link_expired");
        Assert.Equal(third.Email, (await person.Patch("api/me", new { email = third.Email })).Expect(200)["pendingEmail"].GetValue<string>());
        (await new Person(server).Post("api/auth/verify-email", new { token })).Expect(410, "link_expired");
        // Of two accounts that want one address, the first to read its mail has it.
        (await rival.Patch("api/me", new { email = third.Email })).Expect(200);
        var tokens = (await Letterbox.Wait(server, third, 2, "verify-email")).ConvertAll(mail => PasswordTests.TokenIn(mail.TextBody));
        var replies = await Task.WhenAll(tokens.Select(one => new Person(server).Post("api/auth/verify-email", new { token = one })));
        Assert.Equal([204, 409], replies.Select(reply => (int)reply.Status).Order());
        Assert.Equal(1, await server.Database.Count("SELECT count(*) FROM users WHERE email_key = @email", ("email", third.Email)));
    }

    private async Task<(UsherServer Server, Person Person)> Verified(Engine engine, bool organizer = false)
    {
        var server = await servers.Shared(engine);
        var person = organizer ? await Person.Organizer(server) : await Person.Attendee(server);
        await person.Verify();
        return (server, person);
    }

    private static async Task<Person> Move(Person person, string email)
    {
        (await person.Patch("api/me", new { email })).Expect(200);
        var there = Person.At(person.Server, email);
        var token = PasswordTests.TokenIn((await Letterbox.Wait(person.Server, there, 1, "verify-email"))[0].TextBody);
        (await new Person(person.Server).Post("api/auth/verify-email", new { token })).Expect(204);
        return there;
    }

    private static Task<Reply> LogIn(UsherServer server, string email, string password) => new Person(server).Post("api/auth/login", new { email, password });
}
