using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Persistence;

/// <summary>
/// Starts that are stopped on their way: whatever stopped them, and whenever, the next one migrates and serves.
/// USHER_STOPPED_STARTS says how many are stopped of each kind; a few unless told.
/// </summary>
public sealed class StoppedStartTests(Servers servers)
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("USHER_STOPPED_STARTS") ?? "2", CultureInfo.InvariantCulture);

    [Theory, OnBothEngines]
    public Task A_first_start_that_is_killed(Engine engine) => Stop(engine, [], kill: true, upgrade: false);

    [Theory, OnBothEngines]
    public Task A_first_start_that_is_told_to_leave(Engine engine) => Stop(engine, [], kill: false, upgrade: false);

    [Theory, OnBothEngines]
    public Task A_migration_that_is_killed(Engine engine) => Stop(engine, ["migrate"], kill: true, upgrade: false);

    [Theory, OnBothEngines]
    public Task An_upgrade_that_is_told_to_leave(Engine engine) => Stop(engine, ["migrate"], kill: false, upgrade: true);

    /// <summary>EF Core's lock is a row, which stays when its process does not.</summary>
    [Fact]
    public async Task A_first_start_that_is_killed_while_it_has_the_lock_of_EF_Core()
    {
        var database = await servers.EmptyDatabase(Engine.Sqlite);
        await using var first = ServerProcess.Begin(database, []);
        await UntilItMigrates(database);
        var readOnly = database with { ConnectionString = $"{database.ConnectionString};Mode=ReadOnly;Pooling=False" };
        await Eventually.IsTrue(async () =>
        {
            try
            {
                return await readOnly.Count("SELECT count(*) FROM \"__EFMigrationsLock\"") > 0;
            }
            catch (Microsoft.Data.Sqlite.SqliteException)
            {
                return false;
            }
        }, 60, pauseMilliseconds: 1);
        await first.Kill();
        Assert.Equal(1, await readOnly.Count("SELECT count(*) FROM \"__EFMigrationsLock\""));
        await ServesNow(database);
    }

    [Theory, OnBothEngines]
    public async Task Two_first_starts_at_once_do_each_other_no_harm(Engine engine)
    {
        var database = await servers.EmptyDatabase(engine);
        var starting = ServerProcess.Start(database);
        await using var other = await ServerProcess.Start(database);
        await using var one = await starting;
        var organizer = await Person.Organizer(one);
        (await organizer.At(other).Post("api/events", Sample.Event())).Expect(201);
    }

    private async Task Stop(Engine engine, string[] verb, bool kill, bool upgrade)
    {
        var whole = Stopwatch.StartNew();
        await ServesNow(await Database(engine, upgrade));
        var most = whole.Elapsed;
        for (var round = 0; round < Rounds; round++)
        {
            var database = await Database(engine, upgrade);
            await using var server = ServerProcess.Begin(database, verb);
            // Before it has come to its first line nobody listens to a signal. Its second one loads this, and from then on any moment is good.
            if (!kill)
                await Eventually.IsTrue(() => Task.FromResult(server.HasLoaded("Microsoft.AspNetCore")), 60, pauseMilliseconds: 1);
            if (!kill && !OperatingSystem.IsLinux())
                await UntilItMigrates(database);
            var after = kill ? most * Random.Shared.NextDouble() : most * (0.8 * round / Rounds * Random.Shared.NextDouble());
            await Task.Delay(after);
            if (kill)
                await server.Kill();
            else
            {
                server.Leave();
                var exitCode = await server.Gone();
                Assert.True(exitCode == 0, $"Exit code {exitCode}, told to leave {after.TotalMilliseconds:0} ms after its first line:\n{string.Join('\n', server.Output)}");
                Assert.DoesNotContain(server.Output, line => line.Contains("   at ", StringComparison.Ordinal));
            }
            await ServesNow(database);
        }
    }

    private static async Task UntilItMigrates(TestDatabase database) => await Eventually.IsTrue(async () => database.Engine == Engine.Sqlite
        ? File.Exists(Path.Combine(database.DataDirectory, "usher.db.lock"))
        : await database.Count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'usher'") > 0, 60, pauseMilliseconds: 5);

    private static async Task ServesNow(TestDatabase database)
    {
        await using var server = await ServerProcess.Start(database);
        (await new Person(server).Get("api/events")).Expect(200);
        server.Leave();
        Assert.Equal(0, await server.Gone());
    }

    /// <summary>Empty, or with the first schema that was released.</summary>
    private async Task<TestDatabase> Database(Engine engine, bool upgrade)
    {
        var database = await servers.EmptyDatabase(engine);
        if (!upgrade)
            return database;
        await using var db = TestDatabase.Model((database with { ConnectionString = $"{database.ConnectionString};Pooling=False" }).NewEngine());
        await db.GetInfrastructure().GetRequiredService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First());
        return database;
    }
}
