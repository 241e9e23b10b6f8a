using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Faults;

/// <summary>
/// Two servers on one PostgreSQL, one of which has a clock ten minutes off: what is on sale and what has lapsed is the
/// database's to say. An SQLite file has no clock but that of its one process, so there is nothing to be off from.
/// </summary>
public sealed class WrongClockTests(Servers servers)
{
    [Theory, InlineData(600), InlineData(-600)]
    public async Task A_server_with_a_wrong_clock_sells_and_expires_by_the_databases(int secondsOff)
    {
        await using var right = await servers.Start(Engine.Postgres, ("Bookings:HoldMinutes", "5"));
        await using var wrong = await ServerProcess.Start(right.Database,
            ("Bookings:HoldMinutes", "5"), ("LD_PRELOAD", Faketime()), ("FAKETIME", $"{secondsOff:+0;-0}"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("DONT_FAKE_MONOTONIC", "1"));
        Assert.InRange((await ClockOf(wrong) - await ClockOf(right)).TotalSeconds, secondsOff - 30, secondsOff + 30);

        var organizer = (await Person.Organizer(right)).At(wrong);
        var buyer = (await Person.Attendee(right)).At(wrong);
        var soon = Sample.InDays(0).AddMinutes(5);
        var closing = await organizer.Announce(more: new { salesEndAt = soon });
        var opening = await organizer.Announce(more: new { salesStartAt = soon });
        (await buyer.Book(closing)).Expect(201);
        (await buyer.Book(opening)).Expect(409, "sales_not_open");

        // A hold made there lasts five minutes of the database's, and its sweeper leaves those of the other alone.
        var made = (await buyer.Book(closing, hold: true)).Expect(201);
        Assert.InRange((made["expiresAt"].GetValue<DateTimeOffset>() - TimeProvider.System.GetUtcNow()).TotalSeconds, 270, 330);
        var other = await buyer.At(right).Hold(closing);
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.Equal("pending", (await buyer.Get($"api/bookings/{other}")).Expect(200)["status"].GetValue<string>());
        (await buyer.Put($"api/bookings/{other}/confirm", null)).Expect(200);

        // And one whose time is over by the database is over there, whatever its own clock says.
        await right.Database.Run("UPDATE bookings SET expires_at = clock_timestamp() - interval '1 second' WHERE status = 0");
        (await buyer.Put($"api/bookings/{made["id"]}/confirm", null)).Expect(410, "booking_expired");
        await right.Verify();
    }

    private static async Task<DateTimeOffset> ClockOf(UsherServer server)
    {
        using var reply = await server.Http.GetAsync("health/live");
        return reply.Headers.Date!.Value;
    }

    private static string Faketime() =>
        Directory.GetDirectories("/usr/lib", "faketime", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .Select(directory => Path.Combine(directory, "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("libfaketime was not found. Install it with `sudo apt-get install libfaketime`.");
}
