using System.Globalization;
using System.Text;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Contract;

namespace Usher.IntegrationTests.Catalog.Events;

/// <summary>A calendar file as other people's calendars read it: ical.js, libical and Ical.Net. It takes no server to write one.</summary>
public sealed class CalendarFileTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_the_page_shows_is_what_the_file_says_in_every_zone_for_three_years()
    {
        var zones = Zones();
        Assert.InRange(zones.Count, 400, 700);
        var events = zones.SelectMany(zone => Instants(zone).Select(at => Event(zone.Id, at))).ToList();
        var files = events.ConvertAll(EventCalendar.Compose);
        foreach (var (of, file, read) in events.Zip(files, await IcalJs.Read(files)))
            Same(of, file, read, "ical.js");
        foreach (var (of, file) in events.Zip(files))
            Same(of, file, Libical.Read(file), "libical");

        static void Same(Event of, string file, CalendarEntry read, string reader)
        {
            var isLocal = file.Contains("DTSTART;TZID=", StringComparison.Ordinal);
            Assert.True(of.StartsAt.ToUnixTimeSeconds() == read.Start.Seconds, $"{reader}: {of.TimeZone} {of.StartsAt:O} is {read.Start.Seconds}\n{file}");
            Assert.True(of.StartsAt.AddHours(1).ToUnixTimeSeconds() == read.End.Seconds, $"{reader}: {of.TimeZone} {of.StartsAt:O} ends at {read.End.Seconds}\n{file}");
            var shown = isLocal ? of.LocalDate : of.StartsAt.UtcDateTime;
            Assert.Equal(shown.ToString("s", CultureInfo.InvariantCulture), read.Start.Local);
            // A local time is what no clock shows twice.
            if (isLocal)
                Assert.True(IsUnique(of.LocalDate, Usher.Domain.Catalog.Zones.Of(of.TimeZone)), $"{of.TimeZone} {of.LocalDate:s}");
        }
    }

    [Fact]
    public async Task Both_hours_of_the_change_in_autumn_are_told_by_their_instants()
    {
        var events = new[] { "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z" }.Select(at => Event("Europe/Vienna", DateTimeOffset.Parse(at, CultureInfo.InvariantCulture))).ToList();
        var files = events.ConvertAll(EventCalendar.Compose);
        Assert.Contains("DTSTART:20261025T003000Z\r\nDTEND:20261025T013000Z\r\n", files[0], StringComparison.Ordinal);
        Assert.Contains("DTSTART:20261025T013000Z\r\nDTEND:20261025T023000Z\r\n", files[1], StringComparison.Ordinal);
        Assert.Equal(events.ConvertAll(e => e.StartsAt.ToUnixTimeSeconds()), (await IcalJs.Read(files)).ConvertAll(read => read.Start.Seconds));
        Assert.Equal(events.ConvertAll(e => e.StartsAt.ToUnixTimeSeconds()), files.ConvertAll(file => Libical.Read(file).Start.Seconds));
        // What begins or ends in them, too; the hour before and the hour after are local.
        foreach (var (at, isLocal) in ((string, bool)[])[("2026-10-24T22:59:59Z", true), ("2026-10-24T23:00:01Z", false), ("2026-10-25T01:59:59Z", false), ("2026-10-25T02:00:00Z", true)])
            Assert.Equal(isLocal, EventCalendar.Compose(Event("Europe/Vienna", DateTimeOffset.Parse(at, CultureInfo.InvariantCulture))).Contains("DTSTART;TZID", StringComparison.Ordinal));
    }

    [Fact]
    public void There_is_always_an_end_after_the_beginning()
    {
        var start = new DateTimeOffset(2027, 5, 1, 18, 0, 0, TimeSpan.Zero);
        foreach (var (end, hours) in ((DateTimeOffset?, double)[])[(null, 1), (start, 1), (start.AddMilliseconds(400), 1), (start.AddHours(3), 3), (start.AddDays(3), 72)])
        {
            var of = Event("Europe/Vienna", start);
            of.EndsAt = end;
            var read = Libical.Read(EventCalendar.Compose(of));
            Assert.Equal(hours * 3600, read.End.Seconds - read.Start.Seconds);
        }
    }

    /// <summary>What is more than one unit of UTF-16 was cut in two by others, and what is more than one character should stay together in the end.</summary>
    [Theory]
    [InlineData("🎉")]
    [InlineData("𠮷")]
    [InlineData("𝔖")]
    [InlineData("🇦🇹")]
    [InlineData("👩‍👩‍👧")]
    [InlineData("ß")]
    [InlineData("大")]
    [InlineData("\\;,")]
    public async Task No_character_is_lost_at_a_fold(string character)
    {
        var texts = Enumerable.Range(1, 150).Select(offset => $"{new string('a', offset - 1)}{character}{new string('b', 160 - offset)}").ToList();
        var files = texts.ConvertAll(text =>
        {
            var of = Event("Europe/Vienna", Now.AddDays(90));
            (of.Name, of.Location, of.Description) = (text, text, text);
            return EventCalendar.Compose(of);
        });
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        foreach (var line in files.SelectMany(file => file.Split("\r\n")))
            Assert.True(strict.GetByteCount(line) <= 75, line);
        foreach (var (text, file, read) in texts.Zip(files, await IcalJs.Read(files)))
        {
            Assert.Equal((text, text, text), (read.Summary, read.Location, read.Description));
            var other = Libical.Read(file);
            Assert.Equal((text, text, text), (other.Summary, other.Location, other.Description));
            Assert.Equal(text, Assert.Single(Ical.Net.Calendar.Load(file)!.Events).Summary);
        }
    }

    [Theory]
    [InlineData("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour")]
    [InlineData("back\\slash\\n; \"quotes\", tab\there", "back\\slash\\n; \"quotes\", tab\there")]
    [InlineData("END:VEVENT\nBEGIN:VALARM", "END:VEVENT\nBEGIN:VALARM")]
    public async Task A_description_is_read_as_it_was_written(string written, string read)
    {
        var of = Event("Europe/Vienna", Now.AddDays(90));
        of.Description = written;
        var file = EventCalendar.Compose(of);
        Assert.Equal((read, read), ((await IcalJs.Read([file]))[0].Description, Libical.Read(file).Description));
        Assert.DoesNotContain(file.Split("\r\n"), line => line.Contains('\n', StringComparison.Ordinal) || line.Contains('\r', StringComparison.Ordinal));
    }

    private static Event Event(string zone, DateTimeOffset at)
    {
        var of = new Event
        {
            Id = Guid.CreateVersion7(Now),
            OrganizerId = Guid.Empty,
            Name = "Evening",
            StartsAt = at,
            TimeZone = zone,
            Location = "Hall",
            Currency = "EUR",
            CreatedAt = Now,
            UpdatedAt = Now,
            Stock = new EventStock { EventId = Guid.Empty },
        };
        of.LocalDate = LocalTime.ToLocal(of.StartsAt, Usher.Domain.Catalog.Zones.Of(of.TimeZone));
        of.Describe();
        return of;
    }

    /// <summary>All that the zone database has a file for, aliases too.</summary>
    private static List<TimeZoneInfo> Zones()
    {
        var folder = Environment.GetEnvironmentVariable("TZDIR") ?? "/usr/share/zoneinfo";
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)
            .Select(name => Usher.Domain.Catalog.Zones.TryFind(name, out var zone) ? zone : null).OfType<TimeZoneInfo>()];
    }

    /// <summary>Noon of a day in each month, and the seconds and hours around each change of the clocks.</summary>
    private static IEnumerable<DateTimeOffset> Instants(TimeZoneInfo zone)
    {
        for (var month = 0; month < 36; month++)
            yield return new DateTimeOffset(Now.Year, Now.Month, 15, 12, 0, 0, TimeSpan.Zero).AddMonths(month);
        for (var hour = Now; hour < Now.AddYears(3); hour = hour.AddHours(1))
            if (zone.GetUtcOffset(hour) != zone.GetUtcOffset(hour.AddHours(1)))
                foreach (var minutes in (int[])[-60, -30, 0, 30, 60, 90, 120])
                    yield return hour.AddMinutes(minutes);
    }

    private static bool IsUnique(DateTime local, TimeZoneInfo zone) =>
        Enumerable.Range(-56, 113).Count(quarters => LocalTime.ToLocal(new DateTimeOffset(local, TimeSpan.Zero).AddMinutes(quarters * 15), zone) == local) == 1;
}
