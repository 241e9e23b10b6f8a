using System.Net;
using Npgsql;
using Usher.IntegrationTests.Harness;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Persistence.Postgres;

namespace Usher.IntegrationTests.Persistence;

/// <summary>PgBouncer between the program and PostgreSQL.</summary>
public sealed class PoolerTests(Servers servers)
{
    [Fact]
    public async Task In_transaction_mode_no_process_starts()
    {
        var database = await servers.NewDatabase(Engine.Postgres);
        await using var pool = await LocalPgBouncer.Start(database, "transaction");
        foreach (var verb in (string[][])[[], ["serve"], ["work"], ["migrate"], ["verify"]])
        {
            var (exitCode, output) = await ServerProcess.RunVerb(pool.Database, verb, ("urls", "http://127.0.0.1:0"));
            var line = Assert.Single(output.Split('\n'));
            Assert.True(exitCode == 1 && line.StartsWith("usher: ", StringComparison.Ordinal) && line.Contains("transaction mode", StringComparison.Ordinal), $"{exitCode} {output}");
        }
    }

    [Fact]
    public async Task In_session_mode_it_sells_and_when_that_is_changed_meanwhile_nothing_is_called_an_error_of_ours()
    {
        var database = await servers.NewDatabase(Engine.Postgres);
        await using var pool = await LocalPgBouncer.Start(database, "session");
        await using var server = await HostedServer.Start(pool.Database);
        var show = await (await Person.Organizer(server)).Announce();
        var buyers = await Person.Attendees(server, 8);
        foreach (var buyer in buyers)
            (await buyer.Book(show)).Expect(201);

        await pool.Change("transaction");
        var replies = await Task.WhenAll(buyers.SelectMany(buyer => Enumerable.Range(0, 8).Select(_ => buyer.Book(show))));
        Assert.All(replies, reply => Assert.True(reply.Status is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, reply.Text));
        await database.Verify();
    }

    [Theory]
    [InlineData("26000", true)]
    [InlineData("08P01", true)]
    [InlineData("57014", true)]
    [InlineData("42P01", false)]
    public void What_a_pooler_takes_apart_may_succeed_later(string state, bool later) =>
        Assert.Equal(later, new PostgresEngine("Host=127.0.0.1;Database=x", new DatabaseOptions()).IsTransient(new PostgresException("", "ERROR", "ERROR", state)));
}
