using System.Globalization;
using Usher.IntegrationTests.Harness;
using Usher.Testing;

namespace Usher.IntegrationTests.Persistence.Backup;

/// <summary>Backups that are taken while people buy, by the verbs and scripts that an operator has, and what comes back of them.</summary>
public sealed class BackupTests(Servers servers)
{
    [Fact]
    public async Task SQLite_comes_back_with_all_that_was_sold_when_it_was_backed_up()
    {
        var database = await servers.NewDatabase(Engine.Sqlite);
        var copy = Path.Combine(database.DataDirectory, "copy.db");
        Sale sale;
        DateTimeOffset begun = default, ended = default;
        await using (var server = await ServerProcess.Start(database))
        {
            sale = await Sale.Open(server);
            await sale.During(async () =>
            {
                begun = TimeProvider.System.GetUtcNow();
                await Verb(0, "bytes", "backup", copy);
                ended = TimeProvider.System.GetUtcNow();
            });
            await Verb(1, "is there already", "backup", copy);
            await Verb(1, "stop it first", "restore", copy);
            await server.Kill();
        }

        await Verb(0, "What was there is", "restore", copy);
        // By the years of machines, wherever they stand.
        Assert.Matches(@"\.before-20[0-9]{6}T[0-9]{6}Z$", Assert.Single(Directory.GetFiles(database.DataDirectory, "*.before-*Z")));
        await using var again = await HostedServer.Start(database);
        await sale.Expect(again, until: begun, notFrom: ended);

        async Task Verb(int exitCode, string says, params string[] words)
        {
            var (code, output) = await ServerProcess.RunVerb(database, words);
            Assert.True(code == exitCode && output.Contains(says, StringComparison.Ordinal), $"{string.Join(' ', words)}: {code} {output}");
        }
    }

    [Fact]
    public async Task SQLite_is_not_replaced_by_what_is_no_copy_of_it()
    {
        var database = await servers.NewDatabase(Engine.Sqlite);
        Assert.Equal(0, (await ServerProcess.RunVerb(database, ["migrate"])).ExitCode);
        var file = Path.Combine(database.DataDirectory, "copy.db");
        Assert.Equal(0, (await ServerProcess.RunVerb(database, ["backup", file])).ExitCode);
        await (database with { ConnectionString = $"Data Source={file};Pooling=False" })
            .Run("INSERT INTO __migrations (migration_id, product_version) VALUES ('99990101000000_Tomorrow', '99.0.0')");
        await Refused("of a newer program");
        await File.WriteAllTextAsync(file, "Not a database at all, only a text that is long enough to be looked at as if it were one.");
        await Refused("not a database");
        File.Delete(file);
        await Refused("unable to open");
        Assert.Equal(0, await database.Count("SELECT count(*) FROM users"));

        async Task Refused(string because)
        {
            var (exitCode, output) = await ServerProcess.RunVerb(database, ["restore", file]);
            Assert.True(exitCode == 1 && output.Contains(because, StringComparison.Ordinal), $"{exitCode} {output}");
        }
    }

    [Fact]
    public async Task PostgreSQL_comes_back_as_it_was_at_a_moment_in_the_middle_of_the_sale()
    {
        using var keep = new Keep();
        await using var postgres = await LocalPostgres.Start(durable: true, null, default, "wal_level=replica", "archive_mode=on", $"archive_command={keep.ArchiveCommand}");
        var database = await servers.DatabaseOn(postgres, "shop");
        Sale sale;
        DateTimeOffset moment = default;
        await using (var server = await ServerProcess.Start(database))
        {
            sale = await Sale.Open(server);
            await sale.During(async () =>
            {
                await keep.Run(postgres, "backup.sh", keep.Folder);
                await Task.Delay(200);
                // Right after this, something went wrong.
                moment = TimeProvider.System.GetUtcNow();
            });
            await postgres.Kill();
        }

        keep.Rescue(postgres);
        var restored = Path.Combine(keep.Folder, "restored");
        await keep.Run(postgres, "restore.sh", keep.Folder, restored, moment.ToString("yyyy-MM-dd HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture));
        await using var second = await LocalPostgres.StartOn(restored, postgres);
        var there = database with { ConnectionString = second.ConnectionString("shop") };
        await Eventually.IsTrue(async () => await there.Count("SELECT count(*) WHERE NOT pg_is_in_recovery()") == 1);
        await using var again = await HostedServer.Start(there);
        await sale.Expect(again, until: moment, notFrom: moment);
    }
}
