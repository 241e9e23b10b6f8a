using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Messaging;

/// <summary>A database with messages in it, and the settings of the processes that deliver them to the probes.</summary>
internal sealed record PostOffice(TestDatabase Database, string[] Consumers, (string, string)[] Settings)
{
    public static async Task<PostOffice> Open(Servers servers, Engine engine, string consumers = "probe", params (string, string)[] settings)
    {
        var database = await servers.NewDatabase(engine);
        await Probe.MakeTable(database);
        return new(database, consumers.Split(','), [.. Probe.Settings(consumers), ("Messaging:LeaseSeconds", "2"), .. settings]);
    }

    /// <summary>Messages as a sale writes them, without the sale.</summary>
    public Task Write(int count, bool poison = false) => Database.Run($"""
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
        INSERT INTO outbox (type, user_id, created_at) SELECT 'booking.confirmed.v1', {(poison ? "@poison" : "NULL")}, @now FROM n
        """, [("now", Database.Instant(TimeProvider.System.GetUtcNow())), .. poison ? [("poison", (object)Probe.Poison)] : Array.Empty<(string, object)>()]);

    public Task<ServerProcess> Worker(params (string, string)[] settings) => ServerProcess.Start(Database, ["work"], [.. Settings, .. settings]);

    public Task<long> Count(string sql) => Database.Count(sql);

    /// <summary>Waits until nothing is left to deliver, and then none may be missing or there twice.</summary>
    public async Task Delivered(int? messages = null, double withinSeconds = 40)
    {
        await Eventually.IsTrue(async () => await Count("SELECT count(*) FROM outbox") == 0, withinSeconds);
        await EachOnce(messages);
    }

    public async Task EachOnce(int? messages = null)
    {
        if (messages is not null)
            Assert.Equal(messages.Value * (long)Consumers.Length, await Count("SELECT count(*) FROM probe"));
        Assert.Equal(0, await Count("SELECT count(*) FROM (SELECT message_id, consumer FROM probe GROUP BY message_id, consumer HAVING count(*) > 1) AS twice"));
    }
}
