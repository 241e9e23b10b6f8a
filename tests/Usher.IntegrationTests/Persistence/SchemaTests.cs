using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Persistence;

/// <summary>Verbs on databases that they cannot work with: a line, and exit code 1.</summary>
public sealed class SchemaTests(Servers servers)
{
    private static readonly string[][] Verbs =
        [["serve"], ["work"], ["verify"], ["admin", "nobody@example.com"], ["second-factor-off", "nobody@example.com"], ["import", "events.csv", "--organizer", "nobody@example.com"]];

    [Theory, OnBothEngines]
    public async Task Without_tables_every_verb_says_so(Engine engine)
    {
        var database = await servers.EmptyDatabase(engine);
        foreach (var verb in Verbs)
            await Refused(database, verb, "The database has no tables yet: run `usher migrate` first.");
    }

    [Theory, OnBothEngines]
    public async Task With_the_tables_of_another_line_every_verb_says_so_and_migrate_changes_nothing(Engine engine)
    {
        var database = await servers.NewDatabase(engine);
        await database.Run("UPDATE __migrations SET migration_id = '20200101000000_NeverReleased' WHERE migration_id = (SELECT max(migration_id) FROM __migrations)");
        foreach (var verb in (string[][])[["serve"], ["migrate"], []])
            await Refused(database, verb, "it has 20200101000000_NeverReleased, which this one does not know");
        Assert.Equal(1, await database.Count("SELECT count(*) FROM __migrations WHERE migration_id LIKE '%NeverReleased'"));
    }

    [Fact]
    public async Task Where_no_database_answers_every_verb_says_so()
    {
        var nowhere = (await servers.NewDatabase(Engine.Postgres)) with { ConnectionString = "Host=127.0.0.1;Port=1;Username=usher;Database=usher;Timeout=2" };
        foreach (var verb in (string[][])[.. Verbs, ["migrate"], []])
            await Refused(nowhere, verb, "Failed to connect to 127.0.0.1:1");
        var folder = (await servers.NewDatabase(Engine.Sqlite)).DataDirectory;
        var missing = new TestDatabase(Engine.Sqlite, $"Data Source={Path.Combine(folder, "nowhere", "usher.db")}", folder);
        foreach (var verb in (string[][])[["migrate"], [], ["backup", Path.Combine(folder, "copy.db")]])
            await Refused(missing, verb, "");
        await File.WriteAllTextAsync(Path.Combine(folder, "text.db"), "Not a database at all, only a text that is long enough to be looked at as if it were one.");
        await Refused(missing with { ConnectionString = $"Data Source={Path.Combine(folder, "text.db")}" }, ["migrate"], "file is not a database");
    }

    /// <summary>A statement that the database gave up.</summary>
    [Fact]
    public async Task A_verb_that_waits_for_others_too_long_says_so()
    {
        var database = await servers.NewDatabase(Engine.Postgres);
        var (_, registered) = (0, await Registered(database));
        await using var held = await database.Hold("LOCK TABLE users");
        await Refused(database, ["admin", registered], "", ("Database:LockTimeoutSeconds", "1"));
        await Refused(database, ["verify"], "", ("Database:LockTimeoutSeconds", "1"), ("Database:StatementTimeoutSeconds", "1"));
    }

    private static async Task<string> Registered(TestDatabase database)
    {
        await using var server = await HostedServer.Start(database);
        return (await Person.Attendee(server)).Email;
    }

    private static async Task Refused(TestDatabase database, string[] verb, string because, params (string, string)[] settings)
    {
        var (exitCode, output) = await ServerProcess.RunVerb(database, verb, [("urls", "http://127.0.0.1:0"), .. settings]);
        var said = $"{string.Join(' ', verb)}: {exitCode} {output}";
        Assert.True(exitCode == 1, said);
        Assert.True(output.Split('\n') is [var line] && line.StartsWith("usher: ", StringComparison.Ordinal) && line.Contains(because, StringComparison.Ordinal), said);
    }
}
