using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Notifications;

/// <summary>Sending through a real SMTP server, good and bad ones, and what the organizer sees of it.</summary>
public sealed class SmtpTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_mail_goes_out_over_TLS_and_its_state_is_there_to_see(Engine engine)
    {
        await using var sink = new SmtpSink(tls: true);
        var database = await servers.NewDatabase(engine);
        var trusted = Path.Combine(database.DataDirectory, "trusted.pem");
        await File.WriteAllTextAsync(trusted, sink.Certificate);
        await using var server = await ServerProcess.Start(database, Letterbox.To(sink, ("Mail:Smtp:Security", "StartTls"), ("SSL_CERT_FILE", trusted)));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        var booked = (await buyer.Book(show)).Expect(201);

        var mail = await State(organizer, show, "sent");
        Assert.Equal("booking_confirmed", mail["kind"]!.GetValue<string>());
        Assert.Equal(booked["id"].GetValue<Guid>(), mail["bookingId"]!.GetValue<Guid>());
        Assert.Equal(buyer.Email, mail["recipient"]!["email"]!.GetValue<string>());
        Assert.Equal(mail["messageId"]!.GetValue<string>(), Assert.Single(sink.Mails, m => m.Recipient == buyer.Email && m.Text.Contains("booking-confirmed", StringComparison.Ordinal)).MessageId);
        Assert.NotNull(mail["sentAt"]);
        Assert.Null(mail["nextAttemptAt"]);
    }

    [Theory, OnBothEngines]
    public async Task A_certificate_that_nobody_vouches_for_gets_no_mail(Engine engine)
    {
        await using var sink = new SmtpSink(tls: true);
        await using var server = await servers.Start(engine, Letterbox.To(sink, ("Mail:Smtp:Security", "StartTls")));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        (await buyer.Book(show)).Expect(201);
        await State(organizer, show, "retrying");
        Assert.Empty(sink.Mails);
    }

    [Theory, OnBothEngines]
    public async Task With_the_mail_server_down_bookings_go_on_and_every_mail_arrives_once_when_it_is_back(Engine engine)
    {
        var port = LocalPostgres.FreePort();
        await using var server = await servers.Start(engine, Letterbox.ToPort(port));
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var buyers = await Person.Attendees(server, 5);
        foreach (var buyer in buyers)
            (await buyer.Book(show)).Expect(201);
        await Eventually.IsTrue(async () => (await organizer.Get($"api/events/{show.Id}/mails?state=retrying,queued")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>() == 5, 30);
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT COUNT(*) FROM mails WHERE state = 1") > 0, 30);

        await using var sink = new SmtpSink(port: port);
        await Eventually.IsTrue(() => Task.FromResult(Confirmations(sink).Count == 5), 90);
        await Eventually.IsTrue(async () => (await organizer.Get($"api/events/{show.Id}/mails?state=sent")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>() == 5);
        await organizer.ExpectPages($"api/events/{show.Id}/mails", 5);
        Assert.Equal(5, Confirmations(sink).Select(m => m.MessageId).Distinct().Count());
    }

    [Theory, OnBothEngines]
    public async Task A_refused_recipient_is_undeliverable_at_once_and_can_be_sent_to_again(Engine engine)
    {
        await using var sink = new SmtpSink { Mood = _ => SmtpMood.Refuses };
        await using var server = await servers.Start(engine, Letterbox.To(sink, ("Mail:ResendEverySeconds", "0")));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        (await buyer.Book(show)).Expect(201);

        var mail = await State(organizer, show, "undeliverable");
        Assert.StartsWith("550", mail["lastError"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain(buyer.Email, mail["lastError"]!.GetValue<string>(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, mail["attempts"]!.GetValue<int>());

        sink.Mood = _ => SmtpMood.Takes;
        var again = $"api/events/{show.Id}/mails/{mail["id"]}/resend";
        Assert.Equal("queued", (await organizer.Post(again, null)).Expect(202)["state"].GetValue<string>());
        var sent = await State(organizer, show, "sent");
        Assert.Single(Confirmations(sink));
        // What was sent is sent again as another message: the same Message-ID would be hidden as a duplicate.
        (await organizer.Post(again, null)).Expect(202);
        await Eventually.IsTrue(() => Task.FromResult(Confirmations(sink).Count == 2));
        Assert.Equal(2, Confirmations(sink).Select(m => m.MessageId).Distinct().Count());
        Assert.NotEqual(sent["messageId"]!.GetValue<string>(), (await State(organizer, show, "sent"))["messageId"]!.GetValue<string>());

        foreach (var (person, status, code) in ((Person, int, string)[])[(buyer, 403, "role_not_allowed"), (await Person.Organizer(server), 403, "forbidden"), (new Person(server), 401, "unauthenticated")])
        {
            (await person.Post(again, null)).Expect(status, code);
            (await person.Get($"api/events/{show.Id}/mails")).Expect(status, code);
        }
        (await organizer.Post($"api/events/{show.Id}/mails/{Guid.CreateVersion7()}/resend", null)).Expect(404, "not_found");
        (await organizer.Post($"api/events/{(await organizer.Announce()).Id}/mails/{mail["id"]}/resend", null)).Expect(404, "not_found");
        (await organizer.Get($"api/events/{show.Id}/mails?state=lost")).ExpectErrors("invalid_parameter", "state");
        (await organizer.Get($"api/events/{show.Id}/mails?stat=sent")).Expect(400, "unknown_parameter");
    }

    [Theory, OnBothEngines]
    public async Task What_is_put_off_is_tried_again_until_it_is_given_up(Engine engine)
    {
        await using var sink = new SmtpSink { Mood = _ => SmtpMood.Defers };
        await using var server = await servers.Start(engine, Letterbox.To(sink, ("Mail:GiveUpAfterHours", "0.0002"), ("Mail:HostPauseSeconds", "0.01")));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        (await buyer.Book(show)).Expect(201);
        // 0.2 + 0.4 + 0.8 seconds are more than 0.72.
        Assert.Equal(4, (await State(organizer, show, "undeliverable", 40))["attempts"]!.GetValue<int>());
        Assert.Empty(sink.Mails);
    }

    [Theory, OnBothEngines]
    public async Task One_host_that_takes_no_mail_does_not_hold_up_the_others(Engine engine)
    {
        await using var sink = new SmtpSink { Mood = to => to.EndsWith("@slow.example", StringComparison.Ordinal) ? SmtpMood.Tarpits : SmtpMood.Takes };
        await using var server = await servers.Start(engine, Letterbox.To(sink, ("Mail:Senders", "2")));
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var buyers = await Person.Attendees(server, 12);
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT COUNT(*) FROM mails WHERE state = 2") == 13, 30);
        foreach (var buyer in buyers.Take(8))
            await server.Database.Run("UPDATE users SET email = @email, email_key = @email WHERE id = @id", ("email", $"{buyer.Username}@slow.example"), ("id", buyer.Id));
        // Forty that nobody takes come first.
        foreach (var buyer in buyers.SelectMany((buyer, at) => Enumerable.Repeat(buyer, at < 8 ? 5 : 1)))
            (await buyer.Book(show)).Expect(201);

        await Eventually.IsTrue(() => Task.FromResult(Confirmations(sink).Count == 4), 60);
        // Two senders and three tries in a row, each again on a new connection where the old one fell silent.
        Assert.InRange(sink.Tries.Count(to => to.EndsWith("@slow.example", StringComparison.Ordinal)), 1, 10);
        Assert.Equal(40, await server.Database.Count("SELECT COUNT(*) FROM mails WHERE domain = 'slow.example' AND kind = 0 AND state < 2"));
    }

    [Theory, OnBothEngines]
    public async Task A_mail_server_that_dies_after_each_mail_gets_each_mail_once(Engine engine)
    {
        await using var sink = new SmtpSink { Mood = _ => SmtpMood.DiesAfterTaking };
        await using var server = await servers.Start(engine, Letterbox.To(sink));
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var buyers = await Person.Attendees(server, 10);
        foreach (var buyer in buyers)
            (await buyer.Book(show)).Expect(201);
        await Eventually.IsTrue(async () => (await organizer.Get($"api/events/{show.Id}/mails?state=sent")).Expect(200)["pagination"]["totalItems"]!.GetValue<int>() == 10, 20);
        Assert.Equal(10, Confirmations(sink).Count);
        Assert.Equal(10, Confirmations(sink).Select(m => m.Recipient).Distinct().Count());
    }

    [Theory, OnBothEngines]
    public async Task One_connection_carries_many_mails(Engine engine)
    {
        await using var sink = new SmtpSink();
        await using var server = await servers.Start(engine, Letterbox.To(sink, ("Mail:Senders", "1")));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => buyer.Book(show)));
        await Eventually.IsTrue(() => Task.FromResult(Confirmations(sink).Count == 40), 20);
        Assert.InRange(sink.Connections, 1, 10);
    }

    [Theory, OnBothEngines]
    public async Task A_server_killed_while_it_sends_loses_no_mail_and_repeats_only_what_it_could_not_mark(Engine engine)
    {
        const int Mails = 200;
        await using var sink = new SmtpSink();
        var database = await servers.NewDatabase(engine);
        var settings = Letterbox.To(sink, ("Mail:LeaseSeconds", "2"), ("Mail:MostPerSecond", "100"));
        var server = await ServerProcess.Start(database, settings);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        await Task.WhenAll(Enumerable.Range(0, Mails).Select(_ => buyer.Book(show)));
        const int Kills = 2;
        for (var kill = 1; kill <= Kills; kill++)
        {
            await Eventually.IsTrue(() => Task.FromResult(Confirmations(sink).Count >= kill * 30), 30);
            await server.Kill();
            await server.DisposeAsync();
            server = await ServerProcess.Start(database, settings);
        }
        await using var last = server;
        await Eventually.IsTrue(async () => await database.Count("SELECT COUNT(*) FROM mails WHERE kind = 0 AND state = 2") == Mails, 60);
        var ids = Confirmations(sink).Select(m => m.MessageId).ToList();
        Assert.Equal(Mails, ids.Distinct().Count());
        // Each of four senders can be between an answer and its mark, or one mark further.
        Assert.InRange(ids.Count - Mails, 0, Kills * 8);
    }

    private static List<SunkMail> Confirmations(SmtpSink sink) => [.. sink.Mails.Where(m => m.Text.Contains("X-Usher-Kind: booking-confirmed", StringComparison.Ordinal))];

    private static async Task<JsonNode> State(Person organizer, Show show, string state, double withinSeconds = 20)
    {
        JsonNode? found = null;
        await Eventually.IsTrue(async () =>
        {
            var reply = (await organizer.Get($"api/events/{show.Id}/mails?state={state}")).Expect(200);
            found = reply["data"].AsArray().SingleOrDefault();
            return found is not null;
        }, withinSeconds);
        return found!;
    }
}
