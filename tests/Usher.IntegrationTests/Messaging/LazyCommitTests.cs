using Microsoft.EntityFrameworkCore;
using Usher.IntegrationTests.Harness;
using Usher.Server.Platform.Persistence;
using Usher.Testing;

namespace Usher.IntegrationTests.Messaging;

/// <summary>What follows a sale does not wait for the disk: a crash may take it back, and then it is done again.</summary>
public sealed class LazyCommitTests(Servers servers)
{
    [Theory, OnBothEngines]
    public async Task No_other_transaction_is_lazy(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        if (engine == Engine.Postgres)
            await database.Run($"ALTER DATABASE {new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Database} SET synchronous_commit = on");
        var persistence = database.NewEngine(keepsConnections: true);
        using var kept = persistence as IDisposable;
        await using var db = TestDatabase.Model(persistence);
        for (var i = 0; i < 2; i++)
        {
            await using (await Change.BeginLazily(db, CancellationToken.None))
                Assert.Equal(engine == Engine.Sqlite ? "1" : "off", await Setting());
            await using (await Change.Begin(db, CancellationToken.None))
                Assert.Equal(engine == Engine.Sqlite ? "2" : "on", await Setting());
        }

        Task<string> Setting() => db.Database.SqlQueryRaw<string>(engine == Engine.Sqlite
            ? "SELECT CAST(synchronous AS text) AS \"Value\" FROM pragma_synchronous" : "SELECT current_setting('synchronous_commit') AS \"Value\"").SingleAsync();
    }

    [Fact]
    public async Task A_database_that_crashes_again_and_again_has_each_message_applied_once()
    {
        // Nobody writes the log out meanwhile: the crash takes what it can.
        await using var postgres = await LocalPostgres.Start(durable: true, null, default, "wal_writer_delay=10s");
        var database = await servers.DatabaseOn(postgres, "shop");
        await Probe.MakeTable(database);
        (string, string)[] settings = [.. Probe.Settings("mail,books"), ("PROBE_PAUSE_MS", "30"), ("Messaging:MaxBatch", "20"), ("Messaging:LeaseSeconds", "0.5")];
        // A kept connection would not survive the crash.
        var post = new PostOffice(database with { ConnectionString = $"{database.ConnectionString};Pooling=False" }, ["mail", "books"], settings);
        await using var worker = await ServerProcess.Start(database, settings);
        await post.Write(2000);

        var takenBack = 0L;
        // A crash may come right after somebody else's commit has flushed the log, and then takes nothing.
        for (var i = 0; i < 3 || (takenBack == 0 && i < 8); i++)
        {
            var start = await Applied();
            await Eventually.IsTrue(async () => await Applied() > start + 100, 30);
            // It adds nothing between the count and the crash.
            worker.Pause();
            var before = await Applied();
            await postgres.Kill();
            await postgres.Restart();
            takenBack += before - await Applied();
            await post.EachOnce();
            worker.Continue();
        }
        Assert.True(takenBack > 0, "Nothing that was applied was taken back, which proves nothing.");
        Assert.True(await post.Count("SELECT count(*) FROM outbox") > 0, "The crashes came too late to prove anything.");
        await post.Delivered(2000, withinSeconds: 90);

        Task<long> Applied() => post.Count("SELECT count(*) FROM probe");
    }
}
