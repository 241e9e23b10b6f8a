using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Jobs;

/// <summary>
/// Background jobs of this process whose last run failed. Each failure is counted, and logged when it begins. The health check reports a
/// failing job as degraded until it succeeds, because no job prevents sales.
/// </summary>
internal sealed partial class JobHealth(IServiceProvider services) : IHealthCheck
{
    private static readonly Counter<long> Failures = Telemetry.Meter.CreateCounter<long>(
        "usher.job.failures", "{failure}", "Failed runs of background jobs, and rows that a run skipped, by `job`.");

    private readonly ConcurrentDictionary<string, Type> _failing = new(StringComparer.Ordinal);

    /// <summary>Creates the counter at zero. A counter that first appears with a value has no rate.</summary>
    public static void Announce(string job) => Count(job, 0);

    /// <summary>A failed start disposes the services before it stops the jobs.</summary>
    public static bool IsOfTheEnd(Exception failure) => failure is ObjectDisposedException { ObjectName: nameof(IServiceProvider) };

    /// <param name="job">Class name of the job.</param>
    /// <param name="failure">Logged with its stack, unless the job failed in the same way the last time.</param>
    /// <param name="log">Log of the job.</param>
    /// <param name="isAway">An external system is unreachable for now; one line is enough.</param>
    public void Failed(string job, Exception failure, ILogger log, bool isAway = false)
    {
        if (IsOfTheEnd(failure))
            return;
        Count(job, 1);
        var kind = failure.GetBaseException().GetType();
        if (_failing.TryGetValue(job, out var known) && known == kind)
            return;
        _failing[job] = kind;
        if (isAway)
            Log.Skipped(log, job, failure.GetBaseException().Message);
        else
            Log.Failed(log, failure, job);
    }

    /// <summary>A row on which the job fails while it continues with the others.</summary>
    public void Skipped(string job, string row, Exception failure, ILogger log, bool isNew)
    {
        Count(job, 1);
        _failing[job] = typeof(JobHealth);
        if (isNew)
            Log.RowSkipped(log, failure, job, row);
    }

    public void Worked(string job, ILogger log)
    {
        if (_failing.TryRemove(job, out _))
            Log.Recovered(log, job);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var ended = services.GetServices<IHostedService>().OfType<BackgroundService>().Where(one => one.ExecuteTask is { IsFaulted: true }).Select(one => one.GetType().Name).ToList();
        return Task.FromResult((ended, _failing) switch
        {
            ({ Count: > 0 }, _) => HealthCheckResult.Degraded($"{string.Join(", ", ended.Order())} has ended. Restart the process. The log states the reason."),
            (_, { IsEmpty: false }) => HealthCheckResult.Degraded($"{string.Join(", ", _failing.Keys.Order())} failed and will be tried again. The log states the reason."),
            _ => HealthCheckResult.Healthy(),
        });
    }

    private static void Count(string job, int failures) => Failures.Add(failures, new KeyValuePair<string, object?>("job", job));

    private static partial class Log
    {
        [LoggerMessage(100, LogLevel.Error, "{Job} failed, and is tried again. Said once until it succeeds")]
        public static partial void Failed(ILogger log, Exception failure, string job);

        [LoggerMessage(101, LogLevel.Warning, "{Job} skipped a turn: {Reason}")]
        public static partial void Skipped(ILogger log, string job, string reason);

        [LoggerMessage(102, LogLevel.Error, "{Job} skips {Row}, on which it fails, and goes on with the others. Said once until it succeeds")]
        public static partial void RowSkipped(ILogger log, Exception failure, string job, string row);

        [LoggerMessage(103, LogLevel.Information, "{Job} succeeds again")]
        public static partial void Recovered(ILogger log, string job);
    }
}
