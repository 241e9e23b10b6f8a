using System.Collections.Concurrent;
using Usher.Domain;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Jobs;

/// <summary>
/// Work that is repeated while the program runs. <see cref="JobHealth"/> reports a failed run, and the next run follows after a growing
/// pause. Each run finds its work in the database, so nothing is missed while the program was down.
/// </summary>
internal abstract class RepeatedWork(IServiceScopeFactory scopes, TimeSpan pause, TimeProvider time, ILogger log) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lazy<JobHealth> _jobs = new(() =>
    {
        using var scope = scopes.CreateScope();
        return scope.ServiceProvider.GetRequiredService<JobHealth>();
    });

    private ConcurrentDictionary<string, bool> _skipped = new(), _skippedBefore = new();
    private int _failures;

    /// <summary>Whether only one process at a time runs it; the others skip their run.</summary>
    protected virtual bool RunsAlone => false;

    /// <summary>Whether the pauses grow after failures. Work that others rely on within seconds does not back off.</summary>
    protected virtual bool BacksOff => true;

    /// <summary>
    /// Whether the first run comes with the start, which does not wait for it, instead of a pause later. It retries soon until it succeeds
    /// in this process: a day is too long to wait if the database was unreachable or another process was running it.
    /// </summary>
    protected virtual bool BeginsAtStart => false;

    private string Name => GetType().Name;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        JobHealth.Announce(Name);
        if (BeginsAtStart)
            for (var tries = 0; !await TakeTurn(stoppingToken); tries++)
                await Task.Delay(PauseAfter(tries, TimeSpan.FromSeconds(1)), time, stoppingToken);
        using var timer = new PeriodicTimer(pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TakeTurn(stoppingToken);
            timer.Period = BacksOff ? PauseAfter(_failures, pause) : pause;
        }
    }

    /// <returns>Whether the run was complete: not left to another process, and not failed.</returns>
    protected async Task<bool> TakeTurn(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var isDone = await Work(scope.ServiceProvider, cancellationToken);
            _failures = 0;
            if (_skipped.IsEmpty)
                _jobs.Value.Worked(Name, log);
            (_skippedBefore, _skipped) = (_skipped, new());
            return isDone;
        }
        catch (Exception failure) when (cancellationToken.IsCancellationRequested || JobHealth.IsOfTheEnd(failure))
        {
            return true; // The program ends.
        }
        catch (Exception failure)
        {
            // An unreachable database may be back at the next run.
            var isAway = IsAway(failure);
            _failures = isAway ? 0 : _failures + 1;
            _jobs.Value.Failed(Name, failure, log, isAway);
            return false;
        }
    }

    protected abstract Task Work(UsherDb db, CancellationToken cancellationToken);

    /// <summary>A piece of the work. A failing piece is skipped and the others continue; an unreachable database ends the run.</summary>
    /// <param name="row">Id of the row.</param>
    /// <param name="work">Must leave nothing half done when it throws.</param>
    /// <param name="cancellationToken">Token of the run.</param>
    protected async Task Try(string row, Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && !IsAway(failure))
        {
            _skipped[row] = true;
            _jobs.Value.Skipped(Name, row, failure, log, isNew: !_skippedBefore.ContainsKey(row));
        }
    }

    /// <summary>Doubles each time, up to half a minute, and is never shorter than the usual pause.</summary>
    internal static TimeSpan PauseAfter(int failures, TimeSpan pause) =>
        pause >= Longest ? pause : new Backoff(pause, Longest).After(failures + 1);

    private async Task<bool> Work(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var alone = RunsAlone ? await services.GetRequiredService<IDatabaseEngine>().TryRunAlone(Name, cancellationToken) : null;
        if (RunsAlone && alone is null)
            return false;
        await Work(services.GetRequiredService<UsherDb>(), cancellationToken);
        return true;
    }

    private bool IsAway(Exception failure)
    {
        using var scope = scopes.CreateScope();
        return failure is TimeoutException || scope.ServiceProvider.GetRequiredService<IDatabaseEngine>().IsTransient(failure);
    }
}
