namespace Usher.Server.Platform.Jobs;

/// <summary>
/// Supervisor of work with its own loop. An exception is counted and reported by <see cref="JobHealth"/>, and the work restarts after a
/// growing pause: no background work ends the program.
/// </summary>
internal abstract class SupervisedWork(JobHealth jobs, TimeProvider time, ILogger log) : BackgroundService
{
    private int _failures;

    protected TimeProvider Time => time;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        JobHealth.Announce(GetType().Name);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Run(stoppingToken);
                return;
            }
            catch (Exception failure)
            {
                if (stoppingToken.IsCancellationRequested || JobHealth.IsOfTheEnd(failure))
                    return;
                Failed(failure);
                await Task.Delay(RepeatedWork.PauseAfter(_failures, TimeSpan.FromSeconds(1)), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Runs until it is stopped. After an exception, it must be able to start again.</summary>
    protected abstract Task Run(CancellationToken stoppingToken);

    /// <summary>Reports a failure that the loop itself caught.</summary>
    protected void Failed(Exception failure, bool isAway = false)
    {
        _failures++;
        jobs.Failed(GetType().Name, failure, log, isAway);
    }

    /// <summary>Call it after each successful piece of work.</summary>
    protected void Worked()
    {
        _failures = 0;
        jobs.Worked(GetType().Name, log);
    }
}
