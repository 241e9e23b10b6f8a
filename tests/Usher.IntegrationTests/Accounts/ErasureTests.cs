using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;

namespace Usher.IntegrationTests.Accounts;

/// <summary>An erasure beside other requests: what it says is gone is gone, and nothing comes after it.</summary>
public sealed class ErasureTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Nobody_can_take_the_name_that_an_erasure_will_give(Engine engine)
    {
        var server = await servers.Shared(engine);
        var (person, stranger) = (await Person.Organizer(server), new Person(server));
        var id = $"{person.Id:N}";
        foreach (var (username, email, status) in ((string, string, int)[])[
            ($"erased-{id}", $"erased-{id}@erased.invalid", 201), ($"~{id}", $"{Sample.Word()}@example.com", 400), (Sample.Word(), $"~{id}@erased.invalid", 201), (Sample.Word(), $"~{id}", 400)])
            (await stranger.Post("api/auth/register", new { username, email, password = Person.Password })).Expect(status);
        (await person.Delete("api/me", new { password = Person.Password })).Expect(204);
        Assert.Equal(1, await server.Database.Count("SELECT count(*) FROM users WHERE id = @id AND username = @name", ("id", person.Id), ("name", $"~{id}")));
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Bookings_and_events_under_way_are_before_the_erasure_or_not_at_all(Engine engine)
    {
        var server = await servers.Shared(engine);
        var show = await (await Person.Organizer(server)).Announce(types: [("Free", 0m, 1000)]);
        for (var round = 0; round < 6; round++)
        {
            var person = await Person.Organizer(server);
            var others = Enumerable.Range(0, 12).Select(i => i % 3 == 2 ? person.Post("api/events", Sample.Event()) : person.Book(show)).ToList();
            var erased = await person.Delete("api/me", new { password = Person.Password });
            foreach (var reply in await Task.WhenAll(others))
                Assert.True((int)reply.Status is 201 or 401, reply.Text);
            Assert.True((int)erased.Status is 204 or 409, erased.Text);
        }
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task Another_process_that_has_not_heard_of_it_writes_nothing_into_an_erased_account(Engine engine)
    {
        var server = await servers.Shared(engine);
        // SQLite's file belongs to one process, so there it is the same one.
        await using var other = engine == Engine.Postgres ? await HostedServer.Start(server.Database) : null;
        var person = await Person.Organizer(server);
        var (there, show) = (person.At(other ?? server), await (await Person.Organizer(server)).Announce(types: [("Free", 0m, 1000)]));
        Assert.True(await there.IsSignedIn());
        (await person.Delete("api/me", new { password = Person.Password })).Expect(204);
        foreach (var reply in (Reply[])[
            await there.Patch("api/me", new { username = Sample.Word(), email = $"{Sample.Word()}@example.com", displayName = "Ann" }),
            await there.Put("api/me/password", new { currentPassword = Person.Password, newPassword = "harbour-lantern-quill-4" }),
            await there.Book(show), await there.Post("api/events", Sample.Event()), await there.Post("api/auth/resend-verification", null)])
            Assert.Equal(401, (int)reply.Status);
        await server.Verify();
    }

    [Theory, OnBothEngines]
    public async Task No_mail_is_left_that_was_due_when_its_reader_was_erased(Engine engine)
    {
        var server = await servers.Shared(engine);
        var people = await Person.Attendees(server, 12);
        await Task.WhenAll(people.Select(async person => (await person.Delete("api/me", new { password = Person.Password })).Expect(204)));
        await Eventually.IsTrue(async () => await server.Database.Count("SELECT count(*) FROM outbox") == 0);
        // The mails of somebody who came after are sent after theirs.
        await Letterbox.Wait(server, await Person.Attendee(server), 1, "welcome");
        await Eventually.IsTrue(() => Task.FromResult(people.Sum(person => Letterbox.Read(server, person).Count) == 0));
        await server.Verify();
    }

    [Fact]
    public async Task A_booking_waits_for_an_erasure_that_is_under_way_and_is_refused_after_it()
    {
        var server = await servers.Shared(Engine.Postgres);
        var (person, show) = (await Person.Attendee(server), await (await Person.Organizer(server)).Announce());
        Task<Reply> booking;
        await using (var erasure = await server.Database.Hold($"SELECT pg_advisory_xact_lock(1970496882, {person.Id.ToByteArray()[15]}); UPDATE users SET suspended_at = now() WHERE id = '{person.Id}'"))
        {
            booking = person.Book(show);
            await Eventually.IsTrue(async () => await server.Database.Count("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") > 0);
            await using var commit = new Npgsql.NpgsqlCommand("COMMIT", erasure);
            await commit.ExecuteNonQueryAsync();
        }
        (await booking).Expect(401, "token_expired");
    }

    [Fact]
    public async Task SQLite_keeps_no_erased_name_in_its_file()
    {
        await using var server = await servers.Start(Engine.Sqlite);
        var person = await Person.Attendee(server);
        (await person.Patch("api/me", new { displayName = "Zebedee Quillfeather" })).Expect(200);
        await Letterbox.Wait(server, person, 1, "welcome");
        (await person.Delete("api/me", new { password = Person.Password })).Expect(204);
        await Eventually.IsTrue(async () =>
        {
            // As the log does by itself in its turn, when nobody reads.
            await server.Database.Run("PRAGMA wal_checkpoint(TRUNCATE)");
            var file = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(server.Database.DataDirectory, "usher.db")));
            return !Array.Exists((string[])[person.Username, person.Email, "Zebedee Quillfeather"], name => file.Contains(name, StringComparison.OrdinalIgnoreCase));
        });
    }
}
