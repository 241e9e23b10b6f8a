using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Accounts;

/// <summary>Nobody is mailed at a stranger's will.</summary>
public sealed class MailBoundTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Going_to_and_fro_between_addresses_sends_a_few_links_and_nothing_else(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Accounts:LinkEverySeconds", "0"));
        var person = await Person.Attendee(server);
        var victim = Person.At(server, $"{Sample.Word()}@example.com");
        for (var i = 0; i < 12; i++)
            (await person.Patch("api/me", new { email = i % 2 == 0 ? victim.Email : person.Email })).Expect(200);
        (await person.Put("api/me/password", new { currentPassword = Person.Password, newPassword = "harbour-lantern-quill-4" })).Expect(204);
        await AllIsSent(server);
        Assert.Equal(5, await server.Database.Count("SELECT count(*) FROM account_links WHERE email_key = @email", ("email", victim.Email)));
        // What was due when the address had been dropped again is not sent at all.
        Assert.InRange(Letterbox.Read(server, victim).Count, 0, 5);
        Assert.All(Letterbox.Read(server, victim), mail => Assert.Equal("verify-email", mail.Kind()));
        Assert.Equal("welcome", Assert.Single(Letterbox.Read(server, person)).Kind());
    }

    [Theory, OnBothEngines]
    public async Task One_account_has_no_more_than_a_few_links_sent_in_a_day_to_whomever(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Accounts:LinksPerAccount", "4"));
        var person = await Person.Attendee(server);
        await person.Verify();
        var replies = new List<Reply>();
        for (var i = 0; i < 6; i++)
            replies.Add(await person.Patch("api/me", new { email = $"{Sample.Word()}@example.com" }));
        // The welcome was one.
        Assert.Equal([200, 200, 200, 429, 429, 429], replies.Select(reply => (int)reply.Status));
        Assert.NotNull(replies[^1].Expect(429, "too_many_mails").Header("Retry-After"));
        (await person.Post("api/auth/resend-verification", null)).Expect(202);
        await AllIsSent(server);
        Assert.Equal(4, await server.Database.Count("SELECT count(*) FROM account_links WHERE user_id = @id", ("id", person.Id)));
    }

    [Theory, OnBothEngines]
    public async Task Of_many_who_ask_for_a_link_at_once_one_is_heard(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        var stranger = new Person(server);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ => (await stranger.Post("api/auth/forgot-password", new { email = person.Email })).Expect(202)));
        Assert.Equal(1, await server.Database.Count("SELECT count(*) FROM account_links WHERE user_id = @id AND purpose = 1", ("id", person.Id)));
    }

    [Theory, OnBothEngines]
    public async Task Registering_and_erasing_again_and_again_welcomes_an_address_a_few_times(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Accounts:LinkEverySeconds", "0"), ("Accounts:LinksPerAddress", "2"));
        var email = $"{Sample.Word()}@example.com";
        for (var i = 0; i < 4; i++)
        {
            var registered = (await new Person(server).Post("api/auth/register", new { username = Sample.Word(), email, password = Person.Password })).Expect(201);
            var person = new Person(server) { Token = registered["accessToken"].GetValue<string>() };
            await AllIsSent(server);
            Assert.Equal(i < 2 ? 1 : 0, Letterbox.Read(server, Person.At(server, email)).Count);
            (await person.Delete("api/me", new { password = Person.Password })).Expect(204);
        }
    }

    [Theory, OnBothEngines]
    public async Task What_costs_nothing_is_told_a_few_times_to_an_address_that_nobody_verified_and_what_was_paid_for_always(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var (organizer, victim, reader) = (await Person.Organizer(server), await Person.Attendee(server), await Person.Attendee(server));
        await reader.Verify();
        var show = await organizer.Announce(types: [("Free", 0m, 500), ("Seat", 25m, 500)]);
        foreach (var buyer in (Person[])[victim, reader])
            await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await buyer.Book(show)).Expect(201)));
        (await victim.Book(show, type: 1)).Expect(201);
        await AllIsSent(server);
        Assert.Equal(6, Letterbox.Read(server, victim, "booking-confirmed").Count);
        Assert.Equal(8, Letterbox.Read(server, reader, "booking-confirmed").Count);
    }

    [Theory, OnBothEngines]
    public async Task A_mail_is_sent_again_once_a_minute(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Mail:ResendEverySeconds", "60"));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        (await buyer.Book(show)).Expect(201);
        await AllIsSent(server);
        var mail = (await organizer.Get($"api/events/{show.Id}/mails")).Expect(200)["data"][0]!["id"]!.GetValue<Guid>();
        var again = $"api/events/{show.Id}/mails/{mail}/resend";
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => organizer.Post(again, null)));
        await AllIsSent(server);
        for (var i = 0; i < 5; i++)
            Assert.NotNull((await organizer.Post(again, null)).Expect(429, "too_many_mails").Header("Retry-After"));
        await AllIsSent(server);
        Assert.Contains(replies, reply => (int)reply.Status == 202);
        Assert.Equal(2, Letterbox.Read(server, buyer, "booking-confirmed").Count);
    }

    [Theory, OnBothEngines]
    public async Task An_event_that_changes_all_the_time_is_told_of_a_few_times_and_then_once_an_hour(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Mail:EventChangesPerDay", "2"));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        (await buyer.Book(show)).Expect(201);
        for (var i = 0; i < 6; i++)
        {
            (await organizer.Patch($"api/events/{show.Id}", new { location = $"Hall {i}" })).Expect(200);
            await AllIsSent(server);
        }
        Assert.Equal(2, Letterbox.Read(server, buyer, "event-changed").Count);
        Assert.Equal(1, await server.Database.Count("SELECT count(*) FROM mails WHERE user_id = @id AND kind = 3 AND state = 0", ("id", buyer.Id)));
    }

    /// <summary>What is due: some is put off.</summary>
    private static Task AllIsSent(UsherServer server) => Eventually.IsTrue(async () =>
        await server.Database.Count("SELECT count(*) FROM outbox") == 0
        && await server.Database.Count("SELECT count(*) FROM mails WHERE state < 2 AND due_at <= @soon",
            ("soon", server.Database.Instant(TimeProvider.System.GetUtcNow().AddMinutes(10)))) == 0, 30);
}
