using System.Text;
using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Accounts;

/// <summary>That an address is its account's own.</summary>
public sealed class VerificationTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task The_welcome_has_a_link_that_verifies_the_address_once(Engine engine)
    {
        var person = await Person.Attendee(await servers.Shared(engine));
        Assert.False(await IsVerified(person));
        var welcome = Assert.Single(await Letterbox.Wait(person.Server, person, 1, "welcome"));
        var token = PasswordTests.TokenIn(welcome.TextBody);
        Assert.Contains($"/account/verify-email#{token}", welcome.HtmlBody, StringComparison.Ordinal);

        var stranger = new Person(person.Server);
        (await stranger.Post("api/auth/verify-email", "{}")).ExpectErrors("validation_failed", "token");
        (await stranger.Post("api/auth/reset-password", new { token, newPassword = "harbour-lantern-quill-4" })).Expect(410, "link_expired");
        (await stranger.Post("api/auth/verify-email", new { token })).Expect(204);
        Assert.True(await IsVerified(person));
        (await stranger.Post("api/auth/verify-email", new { token })).Expect(410, "link_expired");
        // Nothing is left to verify.
        (await person.Post("api/auth/resend-verification", null)).Expect(202);
        Assert.Equal(1, await person.Server.Database.Count("SELECT count(*) FROM account_links WHERE user_id = @user", ("user", person.Id)));
    }

    [Theory, OnBothEngines]
    public async Task A_link_is_good_for_the_address_it_was_sent_to_and_no_other(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Accounts:LinkEverySeconds", "0"));
        var person = await Person.Attendee(server);
        var stranger = new Person(server);
        var old = PasswordTests.TokenIn((await Letterbox.Wait(server, person, 1, "welcome"))[0].TextBody);
        var moved = await person.MoveTo($"{Sample.Word()}@example.net");
        (await stranger.Post("api/auth/verify-email", new { token = old })).Expect(410, "link_expired");
        Assert.False(await IsVerified(moved));

        var sent = Assert.Single(await Letterbox.Wait(server, moved, 1, "verify-email"));
        (await moved.Post("api/auth/resend-verification", null)).Expect(202);
        var again = await Letterbox.Wait(server, moved, 2, "verify-email");
        Assert.NotEqual(sent.MessageId, again.Single(mail => mail.MessageId != sent.MessageId).MessageId);
        (await stranger.Post("api/auth/verify-email", new { token = PasswordTests.TokenIn(sent.TextBody) })).Expect(204);
        Assert.True(await IsVerified(moved));
        // The other links of the same purpose went with it.
        foreach (var mail in again)
            (await stranger.Post("api/auth/verify-email", new { token = PasswordTests.TokenIn(mail.TextBody) })).Expect(410, "link_expired");
        (await new Person(server).Post("api/auth/resend-verification", null)).Expect(401, "unauthenticated");
    }

    [Theory, OnBothEngines]
    public async Task Where_it_is_required_nobody_books_or_publishes_before_the_address_is_verified(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Auth:RequireVerifiedEmail", "true"));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        (await organizer.Post("api/events", Sample.Event())).Expect(403, "email_not_verified");
        (await organizer.Post("api/events", Sample.Event(("totalCapacity", -1)))).ExpectErrors("validation_failed", "totalCapacity");
        var draft = await organizer.Announce(more: new { publication = "draft" });
        (await organizer.Patch($"api/events/{draft.Id}", new { description = "With an interval." })).Expect(200);
        foreach (var method in (string[])["PUT", "PATCH"])
            (await organizer.Send(method, $"api/events/{draft.Id}", new { publication = "published" })).Expect(403, "email_not_verified");
        (await Import(organizer, Sample.Event(("publication", "draft")))).Expect(200);
        (await Import(organizer, Sample.Event(("publication", "draft")), Sample.Event())).Expect(403, "email_not_verified");
        Assert.Equal(0, await server.Database.Count("SELECT count(*) FROM events e WHERE publication = 1 AND NOT EXISTS (SELECT 1 FROM imports i WHERE e.id BETWEEN i.first_id AND i.last_id)"));

        await Verify(organizer);
        (await organizer.Patch($"api/events/{draft.Id}", new { publication = "published" })).Expect(200);
        (await Import(organizer, Sample.Event())).Expect(200);
        var show = await organizer.Announce();
        (await buyer.Book(show)).Expect(403, "email_not_verified");
        (await buyer.Book(show, hold: true, key: "k")).Expect(403, "email_not_verified");
        (await buyer.Post("api/bookings", "{}")).Expect(400, "validation_failed");
        (await new Person(server).Post("api/bookings", "{}")).Expect(401);
        // From then on, with the token of before.
        await Verify(buyer);
        (await buyer.Book(show, key: "k")).Expect(201);
        // The address that is verified stays in force while another one is not.
        await buyer.MoveTo($"{Sample.Word()}@example.net");
        (await buyer.Book(show)).Expect(201);
    }

    private static async Task Verify(Person person)
    {
        var token = PasswordTests.TokenIn((await Letterbox.Wait(person.Server, person, 1, "welcome"))[0].TextBody);
        (await new Person(person.Server).Post("api/auth/verify-email", new { token })).Expect(204);
    }

    private static Task<Reply> Import(Person organizer, params JsonObject[] rows) =>
        organizer.Post("api/events/import", new StringContent(string.Join('\n', rows.Select(row => row.ToJsonString())), Encoding.UTF8, "application/x-ndjson"));

    [Theory, OnBothEngines]
    public async Task The_pages_of_the_links_run_nothing_but_their_own_script(Engine engine)
    {
        var stranger = new Person(await servers.Shared(engine));
        foreach (var page in (string[])["account/verify-email", "account/reset-password", "account/undo-email-change"])
        {
            var reply = (await stranger.Get(page)).Expect(200);
            Assert.Equal("text/html; charset=utf-8", reply.ContentHeaders.ContentType!.ToString());
            Assert.Equal("no-referrer", reply.Header("Referrer-Policy"));
            var policy = reply.Header("Content-Security-Policy")!;
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        }
    }

    private static async Task<bool> IsVerified(Person person) => (await person.Get("api/me")).Expect(200)["emailVerified"]!.GetValue<bool>();
}
