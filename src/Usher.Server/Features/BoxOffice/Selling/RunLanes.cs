namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>Runs the lanes as long as the program does, and lets what waits be decided before it ends.</summary>
internal sealed class RunLanes(IReadOnlyList<SellingLoop> lanes) : IHostedService
{
    private Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(lanes.Select(lane => Task.Run(lane.Run, CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in lanes)
            lane.Drain();
        await _running.WaitAsync(cancellationToken);
    }
}
