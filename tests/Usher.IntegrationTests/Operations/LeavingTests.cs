using System.Net;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Operations;

/// <summary>How a server goes, so that nobody finds its door closed.</summary>
public sealed class LeavingTests(Servers servers)
{
    [Fact]
    public async Task A_server_that_is_told_to_leave_says_so_and_answers_until_its_proxies_have_heard()
    {
        await using var server = await servers.StartProcess(Engine.Sqlite, ("Transport:DrainSeconds", "4"));
        var show = await (await Person.Organizer(server)).Announce();
        var buyer = await Person.Attendee(server);
        Assert.NotEqual(true, (await buyer.Book(show)).Expect(201).Headers.ConnectionClose);

        server.Leave();
        await Eventually.IsTrue(async () => (await buyer.Get("health/ready")).Status == HttpStatusCode.ServiceUnavailable);
        Assert.Equal("unhealthy", (await buyer.Get("health/ready"))["checks"]["leaving"]!["status"]!.GetValue<string>());
        (await buyer.Get("health/live")).Expect(200);
        Assert.True((await buyer.Book(show)).Expect(201).Headers.ConnectionClose);
        Assert.True((await buyer.Get("nowhere")).Expect(404).Headers.ConnectionClose);
        Assert.Equal(0, await server.Gone());
        Assert.Equal(2, await server.Database.Count("SELECT count(*) FROM bookings"));
    }

    [Fact]
    public async Task Where_nobody_looks_it_goes_at_once()
    {
        await using var server = await servers.StartProcess(Engine.Sqlite);
        var since = System.Diagnostics.Stopwatch.StartNew();
        server.Leave();
        Assert.Equal(0, await server.Gone());
        Assert.InRange(since.Elapsed.TotalSeconds, 0, 2.5);
    }

    [Fact]
    public async Task Told_while_it_still_starts_it_goes_without_a_word()
    {
        var database = await servers.NewDatabase(Engine.Postgres);
        await using var held = await database.Hold("LOCK TABLE users");
        await using var server = ServerProcess.Begin(database, [], ("Demo:Seed", "true"));
        // The demo's accounts are looked for before the first request is served.
        await Eventually.IsTrue(async () => await database.Count("SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") > 0, withinSeconds: 60);
        server.Leave();
        Assert.Equal(0, await server.Gone());
        Assert.DoesNotContain(server.Output, line => line.Contains("Exception", StringComparison.Ordinal) || line.Contains(" ERR ", StringComparison.Ordinal));
    }
}
