using System.Collections.Concurrent;
using System.Security.Cryptography;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Security;

/// <summary>A signing key comes and another goes while everybody is busy, and nobody notices.</summary>
public sealed class KeyRotationTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Keys_change_under_load_without_a_failed_request(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        var file = Path.Combine(database.DataDirectory, "keys.pem");
        var (old, next) = (NewKey(), NewKey());
        Write(file, old);
        await using var server = await HostedServer.Start(database, ("Auth:SigningKeyFile", file));
        // Whoever signs in at one process goes on at the other, which may not have looked into the file since.
        await using var second = engine == Engine.Postgres ? await ServerProcess.Start(database, ("Auth:SigningKeyFile", file)) : null;
        UsherServer[] processes = second is null ? [server] : [server, second];

        var organizer = await Person.Organizer(server);
        var (show, people) = (await organizer.Announce(100_000), await Person.Attendees(server, 8));
        var firstKey = Assert.Single(await Published(server));
        Assert.All(people, person => Assert.Equal(firstKey, KeyOf(person)));
        await organizer.Announce();
        var cursor = (await organizer.Get("api/events?status=all&sortBy=createdAt&limit=1")).Expect(200)["pagination"]["nextCursor"]!.GetValue<string>();

        // These keep the token they have, and those get a new one each time: it is used at once, where nobody may have heard of its key.
        var (keepers, refreshers, keys) = (new Load(), new Load(), new ConcurrentQueue<string>());
        foreach (var (person, i) in people.Select((person, i) => (person, i)))
        {
            var there = person.At(processes[i / 4 % processes.Length]);
            if (i % 4 < 2)
                keepers.Start(i % 4 == 0 ? () => there.Get("api/me") : () => there.Book(show), status => status is 200 or 201);
            else
                refreshers.Start(() => RefreshAndGo(person, processes[^1], keys), status => status == 200);
        }
        await keepers.Answers(100);
        await refreshers.Answers(50);

        var lost = organizer.At(server);
        (await organizer.Refresh()).Expect(200);
        Write(file, next, old);
        await Eventually.IsTrue(async () => (await Published(server)).Length == 2);
        var newKey = (await Published(server))[0];
        await Eventually.IsTrue(() => Task.FromResult(keys.Contains(newKey)));
        foreach (var process in processes)
            await Eventually.IsTrue(async () => (await Published(process)).SequenceEqual([newKey, firstKey]));

        (await lost.Refresh()).Expect(200);
        Assert.Equal(organizer.RefreshToken, lost.RefreshToken);
        Assert.Equal(newKey, KeyOf(lost));
        (await organizer.Get($"api/events?status=all&sortBy=createdAt&limit=1&cursor={cursor}")).Expect(200);
        await keepers.Answers(100);
        await refreshers.Answers(50);

        // What the old key signed may have expired by now; the newer tokens have to be good on and on.
        await keepers.Stop();
        Write(file, next);
        foreach (var process in processes)
        {
            await Eventually.IsTrue(async () => (await Published(process)).SequenceEqual([newKey]));
            var keeper = people[0].At(process);
            (await keeper.Get("api/me")).Expect(401, "unauthenticated");
            (await keeper.Get("api/me")).Expect(401, "unauthenticated");
            (await keeper.Book(show)).Expect(401, "unauthenticated");
            (await keeper.Get("")).Expect(200);
        }
        await refreshers.Answers(50);
        await refreshers.Stop();
        Assert.Equal([firstKey, newKey], keys.Distinct());
    }

    [Fact]
    public async Task The_published_keys_may_be_kept_for_a_while()
    {
        var server = await servers.Shared(Engine.Sqlite);
        var reply = (await new Person(server).Get(".well-known/jwks.json")).Expect(200);
        Assert.Equal("public, max-age=300", reply.Header("Cache-Control"));
        (await new Person(server).Get(".well-known/jwks.json", ("If-None-Match", reply.ETag!))).Expect(304);
    }

    private static async Task<Reply> RefreshAndGo(Person person, UsherServer elsewhere, ConcurrentQueue<string> keys)
    {
        var reply = await person.Refresh();
        if ((int)reply.Status != 200)
            return reply;
        keys.Enqueue(KeyOf(person));
        return await person.At(elsewhere).Get("api/me");
    }

    private static async Task<string[]> Published(UsherServer server) =>
        [.. (await new Person(server).Get(".well-known/jwks.json")).Expect(200)["keys"].AsArray().Select(key => key!["kid"]!.GetValue<string>())];

    private static string KeyOf(Person person) => Jwt.Parse(person.Token!).Header["kid"]!.GetValue<string>();

    /// <summary>In one step, as the procedure says.</summary>
    private static void Write(string file, params string[] keys)
    {
        File.WriteAllText($"{file}.new", string.Concat(keys));
        File.Move($"{file}.new", file, overwrite: true);
    }

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return $"{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>Asks again and again until it is stopped; none of the answers may be another than it should be.</summary>
    private sealed class Load
    {
        private readonly CancellationTokenSource _enough = new();
        private readonly ConcurrentQueue<string> _failures = [];
        private readonly List<Task> _running = [];
        private int _answers;

        public void Start(Func<Task<Reply>> ask, Func<int, bool> isGood) => _running.Add(Task.Run(async () =>
        {
            while (!_enough.IsCancellationRequested)
            {
                var reply = await ask();
                if (!isGood((int)reply.Status))
                    _failures.Enqueue($"{(int)reply.Status} {reply.Text}");
                Interlocked.Increment(ref _answers);
            }
        }));

        /// <summary>Waits for so many more.</summary>
        public async Task Answers(int more)
        {
            var until = Volatile.Read(ref _answers) + more;
            await Eventually.IsTrue(() => Task.FromResult(Volatile.Read(ref _answers) >= until));
        }

        public async Task Stop()
        {
            await _enough.CancelAsync();
            await Task.WhenAll(_running);
            Assert.True(_failures.IsEmpty, string.Join('\n', _failures.Take(20)));
        }
    }
}
