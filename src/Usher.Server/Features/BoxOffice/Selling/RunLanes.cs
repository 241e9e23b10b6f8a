using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>Runs the lanes while the program runs, and lets them decide all queued commands before it ends.</summary>
internal sealed class RunLanes(IReadOnlyList<SellingLoop> lanes) : IHostedService, IHealthCheck
{
    private Task[] _running = [];
    private bool _isStopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        SellingMeasures.Lanes = lanes;
        _running = [.. lanes.Select(lane => Task.Run(lane.Run, CancellationToken.None))];
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        foreach (var lane in lanes)
            lane.Drain();
        await Task.WhenAll(_running).WaitAsync(cancellationToken);
        foreach (var lane in lanes)
            await lane.Close();
    }

    /// <summary>A lane that has ended sells nothing; only a new process restarts it.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(!_isStopping && Array.Exists(_running, lane => lane.IsCompleted) ? HealthCheckResult.Unhealthy("The box office has ended. Restart the process.") : HealthCheckResult.Healthy());
}
