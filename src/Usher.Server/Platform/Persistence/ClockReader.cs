using System.Data.Common;

namespace Usher.Server.Platform.Persistence;

/// <summary>Measures how far this process's clock is from the database's, so that a wrong one shows nothing wrong.</summary>
internal sealed class ClockReader(IServiceScopeFactory scopes, IDatabaseEngine engine, DatabaseClock clock, ILogger<ClockReader> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Read(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Read(stoppingToken);
    }

    private async Task Read(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            clock.Observe(await engine.ReadClock(scope.ServiceProvider.GetRequiredService<UsherDb>(), cancellationToken));
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException or TimeoutException)
        {
            log.LogWarning("The database's clock could not be read: {Reason}", exception.Message);
        }
    }
}
