using Usher.IntegrationTests.Harness;
using Usher.Testing.Kills;

namespace Usher.IntegrationTests.Faults;

/// <summary>
/// The short version of <c>bench kills</c>: buyers buy while servers and PostgreSQL are killed with -9, connections are cut
/// after a COMMIT, and processes are stopped.
/// </summary>
public sealed class KillTests
{
    [Theory, OnBothEngines]
    public async Task Nothing_is_lost_oversold_or_duplicated_when_processes_are_killed(Engine engine)
    {
        var onPostgres = engine == Engine.Postgres;
        var outcome = await Supervisor.Run(new Plan
        {
            Assembly = Path.Combine(AppContext.BaseDirectory, "usher.dll"),
            OnPostgres = onPostgres,
            Seed = 20261124,
            Buyers = 8,
            ServerKills = 3,
            PostgresKills = onPostgres ? 1 : 0,
            Cuts = onPostgres ? 4 : 0,
            Pauses = 1,
        }, _ => { }, TestContext.Current.CancellationToken);

        Assert.Empty(outcome.History.Breaches);
        Assert.True(outcome.History.AcknowledgedWrites > 50, $"Only {outcome.History.AcknowledgedWrites} writes were acknowledged.");
        Assert.True(outcome.History.Unknown > 0, "Nobody was ever left without an answer: nothing was put to the test.");
    }
}
