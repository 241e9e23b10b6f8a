using MimeKit;
using Usher.IntegrationTests.Catalog.Events;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Notifications;

/// <summary>What people are told, as it lies in their letterbox.</summary>
public sealed class LetterTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_confirmed_booking_is_told_in_text_and_HTML_with_an_entry_for_the_calendar(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce(types: [("Stalls", 45.5m, 10), ("Balcony", 20m, 10)], more: new { date = "2031-07-05T19:30:00", timeZone = "Europe/Vienna" });
        var booked = (await buyer.Post("api/bookings", new { eventId = show.Id, items = new[] { new { ticketTypeId = show.Types[0], quantity = 2 }, new { ticketTypeId = show.Types[1], quantity = 1 } } })).Expect(201);

        var mail = Assert.Single(await Letterbox.Wait(server, buyer, 1, "booking-confirmed"));
        Assert.StartsWith("Confirmed: Evening", mail.Subject, StringComparison.Ordinal);
        Assert.Equal(buyer.Email, Assert.Single(mail.To.Mailboxes).Address);
        Assert.Empty(mail.Cc.Concat(mail.Bcc));
        foreach (var body in (string[])[mail.TextBody!, mail.HtmlBody!])
            foreach (var said in (string[])[booked["code"].GetValue<string>(), "Saturday, 5 July 2031, 19:30 (Europe/Vienna, UTC", "02:00)", "Small Hall, Vienna", "Stalls", "EUR 45.50", "EUR 91.00", "EUR 111.00"])
                Assert.Contains(said, body.Replace("&#x2B;", "+", StringComparison.Ordinal), StringComparison.Ordinal);

        var entry = Assert.IsType<TextPart>(Assert.Single(mail.Attachments));
        Assert.Equal("text/calendar", entry.ContentType.MimeType);
        Assert.Equal("PUBLISH", entry.ContentType.Parameters["method"]);
        Assert.Contains("DTSTART;TZID=Europe/Vienna:20310705T193000", entry.Text, StringComparison.Ordinal);
        Assert.Contains(booked["code"].GetValue<string>(), entry.Text, StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task What_people_type_is_shown_and_never_run(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        const string Name = "<script>alert('x')</script> & \"Söhne\" 🎻";
        var show = await organizer.Announce(types: [("<b>Stalls</b>", 5m, 10)], more: new { name = Name, location = "<img src=x onerror=alert(1)>" });
        // What could not be written through the API must not end a header either.
        await server.Database.Run("UPDATE users SET display_name = @name WHERE id = @id", ("name", "Eve\r\nBcc: all@example.com"), ("id", buyer.Id));
        (await buyer.Book(show)).Expect(201);

        var mail = Assert.Single(await Letterbox.Wait(server, buyer, 1, "booking-confirmed"));
        Assert.Equal($"Confirmed: {Name}", mail.Subject);
        Assert.Contains(Name, mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", mail.HtmlBody, StringComparison.Ordinal);
        foreach (var tag in (string[])["<script", "<b>", "<img src=x"])
            Assert.DoesNotContain(tag, mail.HtmlBody, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(mail.Bcc);
        Assert.Equal("Eve  Bcc: all@example.com", mail.To.Mailboxes.Single().Name);
    }

    [Theory, OnBothEngines]
    public async Task A_cancelled_booking_is_told_once_with_its_refund_and_a_let_go_hold_is_not(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        var booked = (await buyer.Book(show, 2)).Expect(201)["id"].GetValue<Guid>();
        (await buyer.Put($"api/bookings/{await buyer.Hold(show)}/cancel", null)).Expect(200);
        (await buyer.Put($"api/bookings/{booked}/cancel", null)).Expect(200);
        (await buyer.Put($"api/bookings/{booked}/cancel", null)).Expect(200);

        await Letterbox.Wait(server, buyer, 1, "booking-cancelled");
        await Task.Delay(500);
        var mail = Assert.Single(Letterbox.Read(server, buyer, "booking-cancelled"));
        Assert.Contains("cancelled", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("EUR 50.00", mail.TextBody, StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task A_calendar_gets_the_event_follows_its_change_and_loses_it_with_the_last_booking(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        var show = await organizer.Announce(more: new { date = "2031-07-05T19:30:00", endDate = "2031-07-05T22:00:00", timeZone = "Europe/Vienna" });
        var first = (await buyer.Book(show, 2)).Expect(201);
        var confirmed = Entry((await Letterbox.Wait(server, buyer, 1, "booking-confirmed"))[0]);
        Assert.Equal(("PUBLISH", "CONFIRMED"), (confirmed.Method, confirmed.Status));
        Assert.Equal((await organizer.Get($"api/events/{show.Id}/calendar.ics")).Text.Split("UID:")[1].Split("\r\n")[0], confirmed.Uid);

        var second = (await buyer.Book(show)).Expect(201);
        var both = (await Letterbox.Wait(server, buyer, 2, "booking-confirmed")).Select(Entry).MaxBy(entry => entry.Sequence)!;
        Assert.True(both.Sequence > confirmed.Sequence);
        foreach (var code in (string[])[first["code"].GetValue<string>(), second["code"].GetValue<string>(), "3 tickets"])
            Assert.Contains(code, both.Description, StringComparison.Ordinal);

        (await organizer.Patch($"api/events/{show.Id}", new { date = "2031-12-05T20:00:00", endDate = "2031-12-05T23:00:00", venue = "Large Hall" })).Expect(200);
        var letter = Assert.Single(await Letterbox.Wait(server, buyer, 1, "event-changed"));
        foreach (var said in (string[])["When: Friday, 5 December 2031, 20:00 (Europe/Vienna, UTC+01:00)", "before: Saturday, 5 July 2031, 19:30 (Europe/Vienna, UTC+02:00)",
            "Ends: Friday, 5 December 2031, 23:00", "before: Saturday, 5 July 2031, 22:00", "Where: Large Hall, Small Hall, Vienna", "before: Small Hall, Vienna"])
            Assert.Contains(said, letter.TextBody, StringComparison.Ordinal);
        Assert.Contains("<s>Saturday, 5 July 2031, 19:30", letter.HtmlBody, StringComparison.Ordinal);
        var moved = Entry(letter);
        Assert.Equal(("PUBLISH", confirmed.Uid, "2031-12-05T20:00:00"), (moved.Method, moved.Uid, moved.Start.Local));
        Assert.True(moved.Sequence > both.Sequence);

        // One of two bookings: the event stays, and the code goes.
        (await buyer.Put($"api/bookings/{first["id"]}/cancel", null)).Expect(200);
        var left = Entry((await Letterbox.Wait(server, buyer, 1, "booking-cancelled"))[0]);
        Assert.Equal(("PUBLISH", "CONFIRMED", confirmed.Uid), (left.Method, left.Status, left.Uid));
        Assert.True(left.Sequence > moved.Sequence);
        Assert.DoesNotContain(first["code"].GetValue<string>(), left.Description, StringComparison.Ordinal);
        (await buyer.Put($"api/bookings/{second["id"]}/cancel", null)).Expect(200);
        var gone = (await Letterbox.Wait(server, buyer, 2, "booking-cancelled")).Select(Entry).MaxBy(entry => entry.Sequence)!;
        Assert.Equal(("CANCEL", "CANCELLED", confirmed.Uid), (gone.Method, gone.Status, gone.Uid));
        Assert.True(gone.Sequence > left.Sequence);

        // Who books again has it again.
        (await buyer.Book(show)).Expect(201);
        var again = (await Letterbox.Wait(server, buyer, 3, "booking-confirmed")).Select(Entry).MaxBy(entry => entry.Sequence)!;
        Assert.Equal(("PUBLISH", "CONFIRMED"), (again.Method, again.Status));
        Assert.True(again.Sequence > gone.Sequence);
        (await organizer.Put($"api/events/{show.Id}/cancel", null)).Expect(200);
        var over = Entry(Assert.Single(await Letterbox.Wait(server, buyer, 1, "event-cancelled")));
        Assert.Equal(("CANCEL", "CANCELLED", confirmed.Uid), (over.Method, over.Status, over.Uid));
        Assert.True(over.Sequence > again.Sequence);
    }

    /// <summary>What libical makes of it; the part says the same method as the file.</summary>
    private static CalendarEntry Entry(MimeMessage mail)
    {
        var part = Assert.IsType<TextPart>(Assert.Single(mail.Attachments));
        var entry = Libical.Read(part.Text);
        Assert.Equal((entry.Method, "utf-8"), (part.ContentType.Parameters["method"], part.ContentType.Charset));
        return entry;
    }

    [Theory, OnBothEngines]
    public async Task A_cancelled_event_is_told_to_each_buyer_once_however_many_bookings_they_had(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce();
        var buyers = await Person.Attendees(server, 3);
        foreach (var buyer in buyers)
            for (var i = 0; i < 2; i++)
                (await buyer.Book(show, 2)).Expect(201);
        // Who gave their tickets back before gets no second mail about it.
        var former = await Person.Attendee(server);
        var given = (await former.Book(show)).Expect(201)["id"].GetValue<Guid>();
        (await former.Put($"api/bookings/{given}/cancel", null)).Expect(200);
        (await organizer.Put($"api/events/{show.Id}/cancel", new { reason = "The roof leaks." })).Expect(200);

        foreach (var buyer in buyers)
        {
            var mail = Assert.Single(await Letterbox.Wait(server, buyer, 1, "event-cancelled"));
            Assert.Contains("cancelled", mail.Subject, StringComparison.Ordinal);
            Assert.Contains("EUR 100.00", mail.TextBody, StringComparison.Ordinal);
            Assert.Contains("The roof leaks.", mail.TextBody, StringComparison.Ordinal);
            Assert.Equal("CANCEL", Entry(mail).Method);
        }
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT COUNT(*) FROM bookings WHERE event_id = @id AND status <> 2", ("id", show.Id)) == 0, 30);
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT COUNT(*) FROM outbox WHERE event_id = @id", ("id", show.Id)) == 0, 30);
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT COUNT(*) FROM mails WHERE event_id = @id AND state < 2", ("id", show.Id)) == 0, 30);
        Assert.All(buyers, buyer => Assert.Single(Letterbox.Read(server, buyer, "event-cancelled")));
        Assert.All(buyers, buyer => Assert.Empty(Letterbox.Read(server, buyer, "booking-cancelled")));
        Assert.Empty(Letterbox.Read(server, former, "event-cancelled"));
    }

    [Theory, OnBothEngines]
    public async Task A_changed_date_is_told_to_those_who_still_have_tickets_and_a_changed_text_to_nobody(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (organizer, buyer, former) = (await Person.Organizer(server), await Person.Attendee(server), await Person.Attendee(server));
        var show = await organizer.Announce(more: new { date = "2031-07-05T19:30:00", timeZone = "Europe/Vienna" });
        (await buyer.Book(show)).Expect(201);
        var given = (await former.Book(show)).Expect(201)["id"].GetValue<Guid>();
        (await former.Put($"api/bookings/{given}/cancel", null)).Expect(200);
        (await organizer.Patch($"api/events/{show.Id}", new { description = "With an encore." })).Expect(200);
        (await organizer.Patch($"api/events/{show.Id}", new { date = "2031-12-05T20:00:00" })).Expect(200);

        var mail = Assert.Single(await Letterbox.Wait(server, buyer, 1, "event-changed"));
        Assert.Contains("Friday, 5 December 2031, 20:00 (Europe/Vienna, UTC+01:00)", mail.TextBody, StringComparison.Ordinal);
        (await organizer.Patch($"api/events/{show.Id}", new { location = "Large Hall" })).Expect(200);
        // Both may be dated in the same second, so neither is known to be the later.
        Assert.Contains(await Letterbox.Wait(server, buyer, 2, "event-changed"), changed => changed.TextBody!.Contains("Large Hall", StringComparison.Ordinal));
        Assert.Empty(Letterbox.Read(server, former, "event-changed"));
    }

    [Theory, OnBothEngines]
    public async Task Whoever_opens_an_account_is_welcomed(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        var mail = Assert.Single(await Letterbox.Wait(server, person, 1, "welcome"));
        Assert.Contains(person.Username, mail.TextBody, StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task A_hold_about_to_end_is_reminded_of_only_where_that_is_wanted_and_only_while_it_stands(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Bookings:HoldMinutes", "0.07"), ("Mail:HoldReminderMinutes", "0.04"));
        var (organizer, waiting, quick) = (await Person.Organizer(server), await Person.Attendee(server), await Person.Attendee(server));
        var show = await organizer.Announce();
        var taken = await quick.Hold(show);
        await waiting.Hold(show);
        (await quick.Put($"api/bookings/{taken}/confirm", null)).Expect(200);

        var mail = Assert.Single(await Letterbox.Wait(server, waiting, 1, "hold-expiring"));
        Assert.Contains("held until", mail.Subject, StringComparison.Ordinal);
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT COUNT(*) FROM mails WHERE state < 2") == 0);
        Assert.Empty(Letterbox.Read(server, quick, "hold-expiring"));
    }
}
