namespace Usher.Server.Platform.Jobs;

/// <summary>
/// A supervisor around work that has a loop of its own. Whatever breaks out of it is counted and shown by
/// <see cref="JobHealth"/>, and the work begins again after a pause that grows: no background work ends the program.
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

    /// <summary>Until it is told to stop; what it leaves to its supervisor it has to be able to begin again.</summary>
    protected abstract Task Run(CancellationToken stoppingToken);

    /// <summary>For what a loop catches by itself.</summary>
    protected void Failed(Exception failure, bool isAway = false)
    {
        _failures++;
        jobs.Failed(GetType().Name, failure, log, isAway);
    }

    /// <summary>To be said after each piece of work that succeeded.</summary>
    protected void Worked()
    {
        _failures = 0;
        jobs.Worked(GetType().Name, log);
    }
}
