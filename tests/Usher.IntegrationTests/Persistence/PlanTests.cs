using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Trust;
using Usher.Server.Platform.Persistence;

namespace Usher.IntegrationTests.Persistence;

/// <summary>What is asked for by its id costs the same however much else there is.</summary>
public sealed class PlanTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task Nothing_that_is_asked_for_by_its_id_reads_a_table_through(Engine engine)
    {
        var plans = new Plans(engine);
        await using var server = await Start(engine, plans);
        var world = await World.Make(server);
        var byId = (await ApiDocument.Read(server)).Operations.Where(o => o.Path.Contains('{', StringComparison.Ordinal)).ToList();
        Assert.True(byId.Count >= 25, $"only {byId.Count} operations");

        // What undoes things comes last.
        foreach (var operation in byId.OrderBy(o => o.Method switch { "GET" => 0, "DELETE" => 2, _ => 1 }))
        {
            var reply = await world.CallerOf(operation).Send(operation.Method, world.PathOf(operation), world.GoodBody(operation)?.ToJsonString(), (Plans.Header, operation.Id));
            Assert.True((int)reply.Status < 300, $"{operation.Id}: {(int)reply.Status} {reply.Text}");
            if (operation.Method == "GET")
                Assert.True(plans.Of(operation.Id).Count > 0, $"{operation.Id} asked the database nothing");
        }
        Assert.True(!plans.Scans.Any(), string.Join("\n\n", plans.Scans));
    }

    [Theory, OnBothEngines]
    public async Task A_table_that_is_read_through_is_seen(Engine engine)
    {
        var plans = new Plans(engine);
        await using var server = await Start(engine, plans);
        await using var scope = server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        foreach (var (number, isScan, statement) in ((int, bool, string)[])[
            (1, true, "SELECT id FROM events WHERE name = 'x'"),
            (2, true, "SELECT count(*) FROM ticket_types t LEFT JOIN (SELECT s.ticket_type_id FROM ticket_stock s JOIN events e ON e.id = s.event_id WHERE e.name > '') n ON n.ticket_type_id = t.id"),
            (3, true, "SELECT id FROM bookings ORDER BY code"),
            (4, false, "SELECT sold FROM event_stock WHERE event_id = (SELECT event_id FROM ticket_types WHERE id = '00000000-0000-0000-0000-000000000000')")])
        {
            using (plans.As($"{number}"))
                await db.Database.ExecuteSqlRawAsync(statement);
            Assert.True(isScan == plans.Scans.Any(scan => scan.StartsWith($"{number}:", StringComparison.Ordinal)), $"{statement}\n{string.Join('\n', plans.Of($"{number}"))}");
            Assert.Single(plans.Of($"{number}"));
        }
    }

    private async Task<HostedServer> Start(Engine engine, Plans plans)
    {
        var database = await servers.NewDatabase(engine);
        if (engine == Engine.Postgres)
            database = database with { ConnectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = Plans.ByIndexWherePossible }.ConnectionString };
        return await HostedServer.Start(database, plans.AddTo, ("Mail:MostPerSecond", "1"));
    }
}
