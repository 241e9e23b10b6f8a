using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.BoxOffice;

/// <summary>A long answer is read as slowly as somebody likes, and nobody waits for them.</summary>
public sealed class DownloadTests(Servers servers)
{
    private const int Bookings = 20_000;

    [Theory, OnBothEngines]
    public async Task A_slow_reader_gets_everything_and_holds_no_connection(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        if (engine == Engine.Postgres)
            database = database with { ConnectionString = $"{database.ConnectionString};Maximum Pool Size=8" };
        await using var server = await HostedServer.Start(database, ("Database:StatementTimeoutSeconds", "2"));
        var (organizer, buyer) = (await Person.Organizer(server), await Person.Attendee(server));
        (await buyer.Patch("api/me", new { displayName = new string('D', 100) })).Expect(200);
        var show = await organizer.Announce(capacity: 1_000_000, more: new { maxPerUser = 1_000_000 });
        (await buyer.Book(show)).Expect(201);
        await Multiply(database);
        var admins = await Person.Attendees(server, 4);
        await database.Run("UPDATE users SET role = 2 WHERE username LIKE 'attendee-%' AND id <> @buyer", ("buyer", buyer.Id));
        foreach (var admin in admins)
            await admin.LogIn();

        // As many as there are connections, and more.
        var table = $"api/events/{show.Id}/bookings?format=csv";
        var slow = new List<SlowReader>();
        foreach (var (person, path) in (((Person, string)[])[(organizer, table), (organizer, table), (buyer, "api/me/export")]).Concat(admins.SelectMany(admin => new[] { (admin, table), (admin, table) })))
            slow.Add(await SlowReader.Begin(person, path));
        var trickling = Task.WhenAll(slow.Select(reader => reader.Trickle(seconds: 5)));
        var another = buyer.Get("api/me/export");

        (await organizer.Get(table)).Expect(503, "overloaded");
        Assert.Equal("5", (await admins[0].Get(table)).Expect(503, "overloaded").Header("Retry-After"));
        for (var i = 0; i < 5; i++)
            (await new Person(server) { Token = buyer.Token }.Get("api/me").WaitAsync(TimeSpan.FromSeconds(10))).Expect(200);
        // Whoever reads keeps SQLite's log from being begun anew.
        if (engine == Engine.Sqlite)
            Assert.Equal(0, await database.Count("PRAGMA wal_checkpoint(TRUNCATE)"));
        await trickling;
        Assert.False(another.IsCompleted, "Two exports of one account at once.");

        foreach (var reader in slow)
        {
            var text = await reader.ReadToEnd();
            Assert.Contains("200 OK", text.Split('\r')[0], StringComparison.Ordinal);
            Assert.Equal(Bookings + 1, Count(text, "X0"));
            reader.Dispose();
        }
        (await organizer.Get(table)).Expect(200);
        Assert.Equal(Bookings + 1, (await another).Expect(200)["data"]["bookings"]!.AsArray().Count);
    }

    [Theory, OnBothEngines]
    public async Task Whoever_asks_for_many_exports_at_once_gets_all_of_them(Engine engine)
    {
        await using var server = await servers.Start(engine);
        var buyer = await Person.Attendee(server);
        var show = await (await Person.Organizer(server)).Announce();
        (await buyer.Book(show)).Expect(201);
        foreach (var reply in await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => buyer.Get("api/me/export"))))
            Assert.Single(reply.Expect(200)["data"]["bookings"]!.AsArray());
        Assert.Equal("", (await buyer.Send("HEAD", "api/me/export", null)).Expect(200).Text);
    }

    private static int Count(string text, string what) => (text.Length - text.Replace(what, "", StringComparison.Ordinal).Length) / what.Length;

    /// <summary>Copies of the one booking there is, by codes that begin with X0.</summary>
    private static async Task Multiply(TestDatabase database)
    {
        await using var db = TestDatabase.Model(database.NewEngine());
        var columns = db.Model.FindEntityType(typeof(Booking))!.GetProperties().Select(p => p.GetColumnName()).ToList();
        var onSqlite = database.Engine == Engine.Sqlite;
        await database.Run("UPDATE bookings SET code = 'X0000000'");
        await database.Run(string.Create(CultureInfo.InvariantCulture, $"""
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Bookings})
            INSERT INTO bookings ({string.Join(", ", columns)}) SELECT {string.Join(", ", columns.Select(column => column switch
            {
                "id" => onSqlite ? "upper(printf('%08x-0000-7000-8000-000000000000', n))" : "CAST(lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000' AS uuid)",
                "code" => onSqlite ? "printf('X0%06d', n)" : "'X0' || lpad(CAST(n AS text), 6, '0')",
                _ => column,
            }))} FROM bookings, numbers
            """));
    }

    /// <summary>A client with a window as small as the system gives.</summary>
    private sealed class SlowReader : IDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        private readonly MemoryStream _read = new();
        private readonly byte[] _some = new byte[2_048];

        public static async Task<SlowReader> Begin(Person person, string path)
        {
            var reader = new SlowReader();
            await reader._socket.ConnectAsync(IPAddress.Loopback, person.Server.Address.Port);
            await reader._socket.SendAsync(Encoding.ASCII.GetBytes($"GET /{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {person.Token}\r\n\r\n"));
            await reader.Read();
            return reader;
        }

        public async Task Trickle(int seconds)
        {
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
            for (var i = 0; i < 2 * seconds && await pause.WaitForNextTickAsync(); i++)
                await Read();
        }

        public async Task<string> ReadToEnd()
        {
            var buffer = new byte[64 * 1024];
            for (var count = 1; count > 0; _read.Write(buffer, 0, count))
                count = await _socket.ReceiveAsync(buffer);
            return Encoding.UTF8.GetString(_read.ToArray());
        }

        private async Task Read() => _read.Write(_some, 0, await _socket.ReceiveAsync(_some));

        public void Dispose() => _socket.Dispose();
    }
}
