using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Persistence;

/// <summary>The file that SQLite's database is.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DataFileTests(Servers servers)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task A_bare_start_keeps_it_to_its_owner_and_a_clean_stop_leaves_all_of_it_in_one_file()
    {
        var folder = Path.Combine((await servers.EmptyDatabase(Engine.Sqlite)).DataDirectory, "data");
        var file = Path.Combine(folder, "usher.db");
        var database = new TestDatabase(Engine.Sqlite, $"Data Source={file}", folder);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await using var server = ServerProcess.Begin(database with { DataDirectory = Path.GetDirectoryName(folder)! }, [], ("DataDirectory", folder), ("ConnectionStrings:Database", ""));
        await Eventually.IsTrue(async () =>
        {
            try
            {
                return (await new Person(server).Get("health/ready")).Status == System.Net.HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, 60);
        var show = await (await Person.Organizer(server)).Announce();
        (await (await Person.Attendee(server)).Book(show)).Expect(201);

        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        foreach (var name in (string[])["usher.db", "usher.db-wal", "usher.db-shm", "signing-key.pem"])
            Assert.Equal((name, Owner), (name, File.GetUnixFileMode(Path.Combine(folder, name))));
        var copy = Path.Combine(folder, "copy.db");
        Assert.Equal(0, (await ServerProcess.RunVerb(database, ["backup", copy])).ExitCode);
        Assert.Equal(Owner, File.GetUnixFileMode(copy));

        server.Leave();
        Assert.Equal(0, await server.Gone());
        Assert.False(File.Exists($"{file}-wal") && new FileInfo($"{file}-wal").Length > 0, "The log still holds what was sold.");
        var alone = Path.Combine(Path.GetDirectoryName(folder)!, "alone.db");
        File.Copy(file, alone);
        Assert.Equal(1, await new TestDatabase(Engine.Sqlite, $"Data Source={alone};Pooling=False", folder).Count("SELECT count(*) FROM bookings"));
    }

    /// <summary>What an earlier version made readable for everybody is closed to them, and stays open to a group that was let in.</summary>
    [Fact]
    public async Task A_start_closes_it_to_others()
    {
        var database = await servers.NewDatabase(Engine.Sqlite);
        var file = Path.Combine(database.DataDirectory, "usher.db");
        File.SetUnixFileMode(file, Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Assert.Equal(0, (await ServerProcess.RunVerb(database, ["verify"])).ExitCode);
        Assert.Equal(Owner | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
    }
}
