using System.Data.Common;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Jobs;

/// <summary>
/// Work that is done again and again while the program runs. A database that is away skips a turn and ends nothing. What has
/// to be done is found in the database at each turn, so that nothing is missed while the program was down.
/// </summary>
internal abstract partial class RepeatedWork(IServiceScopeFactory scopes, TimeSpan pause, TimeProvider time, ILogger log) : BackgroundService
{
    /// <summary>Only one process at a time does it; the others skip their turn.</summary>
    protected virtual bool RunsAlone => false;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TakeTurn(stoppingToken);
    }

    protected async Task TakeTurn(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
            if (!RunsAlone)
            {
                await Work(db, cancellationToken);
                return;
            }
            await using var alone = await scope.ServiceProvider.GetRequiredService<IDatabaseEngine>().TryRunAlone(GetType().Name, cancellationToken);
            if (alone is not null)
                await Work(db, cancellationToken);
        }
        catch (Exception away) when (away is DbException or InvalidOperationException or TimeoutException)
        {
            Skipped(log, GetType().Name, away.Message);
        }
    }

    protected abstract Task Work(UsherDb db, CancellationToken cancellationToken);

    [LoggerMessage(100, LogLevel.Warning, "{Work} skipped a turn: {Reason}")]
    private static partial void Skipped(ILogger log, string work, string reason);
}
