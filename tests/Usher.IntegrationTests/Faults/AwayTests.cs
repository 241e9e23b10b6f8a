using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Faults;

/// <summary>A database that hangs up: 503, and one line that says so.</summary>
public sealed class AwayTests(Servers servers)
{
    [Fact]
    public async Task A_database_that_hangs_up_is_a_warning_of_ours_and_no_error_of_EF_Core()
    {
        await using var server = await servers.Start(Engine.Postgres);
        var person = await Person.Attendee(server);
        var statuses = new List<int>();
        for (var turn = 0; turn < 20 && !statuses.Contains(503); turn++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => person.Get("api/me")));
            await server.Database.Run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            statuses.AddRange((await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => person.Get("api/me")))).Select(reply => (int)reply.Status));
        }
        Assert.Equal([200, 503], statuses.Distinct().Append(200).Distinct().Order());
        Assert.Contains(server.Output, line => line.StartsWith("Warning Usher", StringComparison.Ordinal) && line.Contains("The database is away", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Output, line => line.StartsWith("Error Microsoft.EntityFrameworkCore", StringComparison.Ordinal));
        await Eventually.IsTrue(async () => (int)(await person.Get("api/me")).Status == 200);
    }
}
