using System.Globalization;
using Ical.Net.CalendarComponents;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>An event as a calendar sees it, read back as a calendar would.</summary>
public sealed class CalendarTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task A_calendar_is_told_when_and_where_on_the_clock_of_the_place(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        foreach (var (zone, local, utc) in ((string, string, string)[])[
            ("Europe/Vienna", "2035-07-12T19:30:00", "2035-07-12T17:30:00"), ("Europe/Vienna", "2035-12-12T19:30:00", "2035-12-12T18:30:00"),
            ("America/New_York", "2035-03-11T03:00:00", "2035-03-11T07:00:00"), ("Australia/Lord_Howe", "2035-01-05T10:00:00", "2035-01-04T23:00:00"),
            ("Asia/Kolkata", "2035-01-05T10:00:00", "2035-01-05T04:30:00"), ("UTC", "2035-01-05T10:00:00", "2035-01-05T10:00:00")])
        {
            var show = await organizer.Announce(more: new { date = local, timeZone = zone, endDate = (string?)null, venue = "Hall", city = "Vienna", category = "music" });
            var reply = await Calendar(organizer, show.Id);
            var entry = Entry(reply);
            Assert.Equal(DateTime.Parse(utc, CultureInfo.InvariantCulture), entry.Start!.AsUtc);
            Assert.Equal(DateTime.Parse(local, CultureInfo.InvariantCulture), entry.Start.Value);
            Assert.Equal(show.Reply["name"].GetValue<string>(), entry.Summary);
            Assert.Equal("Small Hall, Vienna", entry.Location);
            if (zone != "UTC")
                Assert.Contains($"DTSTART;TZID={zone}:", reply.Text, StringComparison.Ordinal);
            Assert.Equal(zone != "UTC", reply.Text.Contains($"BEGIN:VTIMEZONE\r\nTZID:{zone}\r\n", StringComparison.Ordinal));
        }
    }

    [Theory, OnBothEngines]
    public async Task Each_of_two_equal_hours_is_told_by_its_instant(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var second = await organizer.Announce(more: new { date = "2035-10-28T02:30:00+01:00", timeZone = "Europe/Vienna" });
        Assert.Contains("DTSTART:20351028T013000Z", (await Calendar(organizer, second.Id)).Text, StringComparison.Ordinal);
        var first = await organizer.Announce(more: new { date = "2035-10-28T02:30:00+02:00", timeZone = "Europe/Vienna" });
        Assert.Contains("DTSTART:20351028T003000Z", (await Calendar(organizer, first.Id)).Text, StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task An_edit_keeps_the_uid_and_raises_the_sequence_and_a_cancelled_event_says_so(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        var show = await organizer.Announce();
        var before = await Calendar(organizer, show.Id);
        Assert.Equal("CONFIRMED", Entry(before).Status);
        (await organizer.Get($"api/events/{show.Id}/calendar.ics", ("If-None-Match", before.ETag!))).Expect(304);

        (await organizer.Patch($"api/events/{show.Id}", new { name = "Another evening" })).Expect(200);
        var after = (await organizer.Get($"api/events/{show.Id}/calendar.ics", ("If-None-Match", before.ETag!))).Expect(200);
        Assert.Equal(Entry(before).Uid, Entry(after).Uid);
        Assert.True(Entry(after).Sequence > Entry(before).Sequence);
        Assert.Equal("Another evening", Entry(after).Summary);

        (await organizer.Put($"api/events/{show.Id}/cancel", new { reason = "The singer is ill." })).Expect(200);
        var cancelled = Entry(await Calendar(organizer, show.Id));
        Assert.Equal("CANCELLED", cancelled.Status);
        Assert.Equal(Entry(before).Uid, cancelled.Uid);
        Assert.True(cancelled.Sequence > Entry(after).Sequence);
        Assert.Contains("The singer is ill.", cancelled.Description, StringComparison.Ordinal);
    }

    [Theory, OnBothEngines]
    public async Task Text_stays_text(Engine engine)
    {
        var organizer = await Person.Organizer(await servers.Shared(engine));
        const string Name = "Semi;colon, back\\slash: \"Quotes\" and a very long name that has to be folded – Škoda, 弦楽四重奏, 🎻🎻🎻🎻🎻🎻🎻🎻🎻🎻";
        const string Description = "One line\nand another\nEND:VEVENT\nBEGIN:VALARM\nATTENDEE:mailto:someone@example.org";
        var show = await organizer.Announce(more: new { name = Name, description = Description });
        var reply = await Calendar(organizer, show.Id);
        Assert.Equal(Name, Entry(reply).Summary);
        Assert.Equal(Description, Entry(reply).Description);
        Assert.Empty(Entry(reply).Alarms);
        Assert.All(reply.Text.Split("\r\n"), line => Assert.True(System.Text.Encoding.UTF8.GetByteCount(line) <= 75 && !line.Contains('\n', StringComparison.Ordinal), line));
    }

    [Theory, OnBothEngines]
    public async Task A_draft_is_in_nobody_elses_calendar(Engine engine)
    {
        var server = await servers.Shared(engine);
        var organizer = await Person.Organizer(server);
        var show = await organizer.Announce(more: new { publication = "draft" });
        Assert.Equal("no-store", (await Calendar(organizer, show.Id)).Header("Cache-Control"));
        foreach (var other in (Person[])[new(server), await Person.Attendee(server), await Person.Organizer(server)])
            Assert.Equal(
                (await other.Get($"api/events/{Guid.CreateVersion7()}/calendar.ics")).Expect(404, "not_found").Bytes,
                (await other.Get($"api/events/{show.Id}/calendar.ics")).Expect(404, "not_found").Bytes);
        (await organizer.Get("api/events/1/calendar.ics")).Expect(404, "not_found");
    }

    private static async Task<Reply> Calendar(Person reader, Guid id)
    {
        var reply = (await reader.Get($"api/events/{id}/calendar.ics")).Expect(200);
        Assert.Equal("text/calendar; charset=utf-8", reply.ContentHeaders.ContentType?.ToString());
        Assert.Equal($"attachment; filename=\"event-{id}.ics\"", reply.Header("Content-Disposition"));
        return reply;
    }

    private static CalendarEvent Entry(Reply reply)
    {
        var calendar = Ical.Net.Calendar.Load(reply.Text)!;
        Assert.Equal("PUBLISH", calendar.Method);
        return Assert.Single(calendar.Events);
    }
}
