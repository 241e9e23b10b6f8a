using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.BoxOffice.Verification;

public sealed class VerifyTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task The_verb_says_that_all_is_well_and_finds_each_promise_that_is_broken(Engine engine)
    {
        await using var server = await servers.Start(engine, ("Bookings:SweepSeconds", "60"));
        var show = await (await Person.Organizer(server)).Announce(capacity: 10, more: new { maxPerUser = 5 });
        var buyer = await Person.Attendee(server);
        (await buyer.Book(show, 2, key: "k")).Expect(201);
        await buyer.Hold(show);

        var (exitCode, output) = await ServerProcess.RunVerb(server.Database, ["verify"]);
        Assert.True(exitCode == 0, output);
        foreach (var id in (string[])["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I11", "I20", "I21"])
            Assert.Contains($"{id}  ok", output, StringComparison.Ordinal);

        // One row of each kind put wrong behind the program's back, where the database's own checks let it through.
        foreach (var (wrong, right, broken) in ((string, string, string)[])[
            ("UPDATE ticket_stock SET sold = sold + 1", "UPDATE ticket_stock SET sold = sold - 1", "I1"),
            ("UPDATE event_stock SET held = held - 1", "UPDATE event_stock SET held = held + 1", "I1"),
            ("UPDATE booking_items SET quantity = quantity + 1 WHERE quantity = 2", "UPDATE booking_items SET quantity = 2 WHERE quantity = 3", "I1"),
            ("UPDATE events SET max_per_user = 1", "UPDATE events SET max_per_user = 5", "I2"),
            ("UPDATE events SET sold_out = NOT sold_out", "UPDATE events SET sold_out = NOT sold_out", "I3"),
            ("UPDATE bookings SET confirmed_at = NULL WHERE status = 1", "UPDATE bookings SET confirmed_at = booked_at WHERE status = 1", "I6"),
            ("UPDATE bookings SET captured_minor = 0 WHERE status = 1", "UPDATE bookings SET captured_minor = total_minor WHERE status = 1", "I7"),
            ("INSERT INTO outbox (type, booking_id, created_at, dead_reason) SELECT 'booking.held.v1', user_id, booked_at, 'It broke.' FROM bookings", "DELETE FROM outbox", "I8 every message"),
            ("INSERT INTO outbox (type, created_at, dead_reason) SELECT 'booking.held.v1', booked_at, 'It broke.' FROM bookings", "DELETE FROM outbox", "I8 no message"),
            ("UPDATE events SET cancelled_at = created_at", "UPDATE events SET cancelled_at = NULL", "I11 a cancelled event sells nothing"),
            ("INSERT INTO event_cancellations (event_id, requested_at, bookings, finished_at) SELECT id, created_at, 0, created_at FROM events",
                "DELETE FROM event_cancellations", "I11 when that has ended"),
            ($"UPDATE users SET erased_at = created_at, username = '~', username_key = '~', email = '~@erased.invalid', email_key = '~', password_hash = '' WHERE id IN (SELECT user_id FROM bookings)",
                $"UPDATE users SET erased_at = NULL, username = '{buyer.Username}', username_key = '{buyer.Username}', email = '{buyer.Email}', email_key = '{buyer.Email}' WHERE erased_at IS NOT NULL", "I20"),
        ])
        {
            Assert.True(await server.Database.Run(wrong) > 0, wrong);
            var failure = await Assert.ThrowsAnyAsync<Exception>(server.Verify);
            Assert.StartsWith(broken, failure.Message, StringComparison.Ordinal);
            await server.Database.Run(right);
            await server.Verify();
        }
        // Nothing of it is live, and still it has a name.
        var gone = await Person.Attendee(server);
        (await gone.Delete("api/me", new { password = Person.Password })).Expect(204);
        await server.Verify();
        await server.Database.Run("UPDATE users SET display_name = 'Ann' WHERE id = @id", ("id", gone.Id));
        Assert.StartsWith("I21", (await Assert.ThrowsAnyAsync<Exception>(server.Verify)).Message, StringComparison.Ordinal);
        await server.Database.Run("UPDATE users SET display_name = NULL WHERE id = @id", ("id", gone.Id));

        // An item that points where it should not: on PostgreSQL there is no foreign key that would notice.
        var other = await (await Person.Organizer(server)).Announce(capacity: 10);
        await server.Database.Run("UPDATE booking_items SET ticket_type_id = (SELECT ticket_type_id FROM ticket_stock WHERE quantity_total = 10 AND sold = 0) WHERE quantity = 2");
        var (_, astray) = await ServerProcess.RunVerb(server.Database, ["verify"]);
        Assert.Contains($" and ticket type {other.Types[0]}", astray, StringComparison.OrdinalIgnoreCase);
        await server.Database.Run("UPDATE booking_items SET ticket_type_id = (SELECT ticket_type_id FROM ticket_stock WHERE quantity_total = 10 AND sold > 0) WHERE quantity = 2");
        await server.Verify();

        await server.Database.Run("UPDATE ticket_stock SET sold = sold + 1 WHERE sold > 0");
        var (broke, report) = await ServerProcess.RunVerb(server.Database, ["verify"]);
        Assert.Equal(1, broke);
        Assert.Contains("BROKEN", report, StringComparison.Ordinal);
        Assert.Contains("stored sold 3 held 1, booked sold 2 held 1", report, StringComparison.Ordinal);
    }
}
