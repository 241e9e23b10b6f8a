using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Usher.Domain.BoxOffice;
using Usher.Server.Features.BoxOffice;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Platform.Persistence;
using Xunit;

namespace Usher.UnitTests.BoxOffice;

public class LaneHealthTests
{
    [Fact]
    public async Task A_process_of_which_a_lane_has_ended_is_not_alive_unless_it_is_stopping()
    {
        var lanes = new[] { Lane(), Lane() };
        var running = new RunLanes(lanes);
        await running.StartAsync(default);
        Assert.Equal(HealthStatus.Healthy, await State());

        lanes[1].Drain();
        for (var i = 0; i < 1000 && await State() == HealthStatus.Healthy; i++)
            await Task.Delay(10);
        Assert.Equal(HealthStatus.Unhealthy, await State());

        await running.StopAsync(default);
        Assert.Equal(HealthStatus.Healthy, await State());

        async Task<HealthStatus> State() => (await running.CheckHealthAsync(new HealthCheckContext())).Status;
    }

    /// <summary>Nobody asks it for anything, so it needs no ledger.</summary>
    private static SellingLoop Lane() => new(
        null!, new SellingOptions(), new SellingRules(TimeSpan.FromMinutes(1), TimeSpan.Zero, 10, TimeSpan.FromSeconds(1)), new OutboxSignal(TimeProvider.System), NullLogger<SellingLoop>.Instance);
}
