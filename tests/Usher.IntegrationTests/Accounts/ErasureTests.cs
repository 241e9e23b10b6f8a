using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Notifications;
using Usher.Server.Features.Notifications;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;
using Usher.Testing;

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

    [Theory, OnBothEngines]
    public async Task What_an_erasure_cannot_delete_outside_the_database_fails_no_erasure_and_is_deleted_later(Engine engine)
    {
        await using var server = await HostedServer.Start(await servers.NewDatabase(engine), services => services.AddSingleton<IPersonalData>(new FailsAfterwards()));
        var (person, stays) = (await Person.Attendee(server), await Person.Attendee(server));
        var mail = (await Letterbox.Wait(server, person, 1, "welcome"))[0];
        await Letterbox.Wait(server, stays, 1, "welcome");
        var file = Directory.EnumerateFiles(Path.Combine(server.Database.DataDirectory, "mail"), $"*{mail.MessageId!.Split('@')[0]}*", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(file);
        (await person.Delete("api/me", new { password = Person.Password })).Expect(204);
        Assert.Contains(server.Output, line => line.Contains($"{person.Id} is erased, but not everything", StringComparison.Ordinal));

        // As a file would stay that could not be deleted.
        await File.WriteAllBytesAsync(file, bytes);
        using var job = ActivatorUtilities.CreateInstance<ForgetMails>(server.Services, new HurriedTime());
        await job.StartAsync(default);
        await Eventually.IsTrue(() => Task.FromResult(!File.Exists(file)));
        await job.StopAsync(default);
        Assert.Single(Letterbox.Read(server, stays));
    }

    private sealed class FailsAfterwards : IPersonalData
    {
        public string Name => "elsewhere";

        public Task Export(Guid userId, UsherDb db, Utf8JsonWriter json, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken) => Task.FromResult<Action?>(() => throw new IOException("It is in use."));
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SQLite_keeps_no_erased_name_in_its_files_also_while_it_sells(bool sells)
    {
        await using var server = await servers.Start(Engine.Sqlite);
        // What it does after a start is done.
        await Eventually.IsTrue(() => Task.FromResult(new FileInfo(Path.Combine(server.Database.DataDirectory, "usher.db-wal")).Length == 0), withinSeconds: 10);
        var (person, buyer, organizer) = (await Person.Attendee(server), await Person.Attendee(server), await Person.Organizer(server));
        var show = await organizer.Announce(types: [("Free", 0m, 1_000)], more: new { maxPerUser = 1_000 });
        (await person.Patch("api/me", new { displayName = "Zebedee Quillfeather" })).Expect(200);
        await Letterbox.Wait(server, person, 1, "welcome");
        Assert.NotEmpty(Named());
        using var over = new CancellationTokenSource();
        var others = !sells ? Task.CompletedTask : Task.WhenAll(Repeat(() => buyer.Book(show), 201), Repeat(() => buyer.Get("api/me/bookings"), 200), Repeat(() => new Person(server).Get($"api/events/{show.Id}"), 200));
        (await person.Delete("api/me", new { password = Person.Password })).Expect(204);
        await Eventually.IsTrue(() => Task.FromResult(Named().Count == 0), withinSeconds: 10);
        await over.CancelAsync();
        await others;
        await server.Verify();

        // The database, its log, and the mails that were written.
        List<string> Named() => [.. Directory.EnumerateFiles(server.Database.DataDirectory, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".part", StringComparison.Ordinal)).Where(file =>
        {
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var text = new StreamReader(stream, System.Text.Encoding.Latin1);
                var all = text.ReadToEnd();
                return Array.Exists((string[])[person.Username, person.Email, "Zebedee Quillfeather"], name => all.Contains(name, StringComparison.OrdinalIgnoreCase));
            }
            catch (FileNotFoundException)
            {
                return false;
            }
        })];

        async Task Repeat(Func<Task<Reply>> ask, int status)
        {
            while (!over.IsCancellationRequested)
                (await ask()).Expect(status);
        }
    }

    [Theory, OnBothEngines]
    public async Task A_half_written_mail_goes_with_its_reader(Engine engine)
    {
        var server = await servers.Shared(engine);
        var person = await Person.Attendee(server);
        await Letterbox.Wait(server, person, 1, "welcome");
        var folder = Path.Combine(server.Database.DataDirectory, "mail");
        var file = Directory.EnumerateFiles(folder, "welcome-*.eml", SearchOption.AllDirectories).Single(one => File.ReadAllText(one).Contains(person.Email, StringComparison.OrdinalIgnoreCase));
        // As a process that was killed leaves it.
        File.Copy(file, $"{file}.part");
        (await person.Delete("api/me", new { password = Person.Password })).Expect(204);
        await Eventually.IsTrue(() => Task.FromResult(!File.Exists(file) && !File.Exists($"{file}.part")));
    }

    [Theory, OnBothEngines]
    public async Task A_mail_under_way_when_its_reader_is_erased_leaves_nothing_here_whatever_becomes_of_it(Engine engine)
    {
        await using var sink = new SmtpSink();
        await using var server = await servers.Start(engine, Letterbox.To(sink, ("Mail:Smtp:TimeoutSeconds", "60"), ("Mail:Senders", "4")));
        foreach (var mood in (SmtpMood[])[SmtpMood.Takes, SmtpMood.Defers, SmtpMood.Refuses])
        {
            using var erased = new ManualResetEventSlim();
            sink.Mood = _ => erased.Wait(TimeSpan.FromSeconds(50)) ? mood : SmtpMood.Tarpits;
            var person = await Person.Attendee(server);
            // The mail server has been told the recipient, and has not answered yet.
            await Eventually.IsTrue(() => Task.FromResult(sink.Tries.Contains(person.Email, StringComparer.OrdinalIgnoreCase)), 30);
            (await person.Delete("api/me", new { password = Person.Password })).Expect(204);
            erased.Set();
            if (mood == SmtpMood.Takes)
                await Eventually.IsTrue(() => Task.FromResult(sink.Mails.Any(mail => mail.Recipient.Equals(person.Email, StringComparison.OrdinalIgnoreCase))), 30);
            // Somebody who comes after has their mail, so what became of the other has been written down.
            sink.Mood = _ => SmtpMood.Takes;
            var next = await Person.Attendee(server);
            await Eventually.IsTrue(async () => await server.Database.Count("SELECT count(*) FROM mails WHERE user_id = @id AND state = 2", ("id", next.Id)) > 0, 30);
            Assert.Equal(0, await server.Database.Count("SELECT count(*) FROM mails WHERE user_id = @id", ("id", person.Id)));
            foreach (var (table, column) in await server.Database.TextColumns())
                Assert.Equal(0, await server.Database.Count($"SELECT count(*) FROM {table} WHERE lower({column}) LIKE @name", ("name", $"%{person.Username.ToLowerInvariant()}%")));
            Assert.DoesNotContain(server.Output, line => line.Contains(person.Email, StringComparison.OrdinalIgnoreCase));
        }
    }
}
