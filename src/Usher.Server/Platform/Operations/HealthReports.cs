using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Operations;

/// <summary>Caches a good result for a second: the page is open to everyone, and each check costs the database something.</summary>
internal sealed class HealthReports(HealthCheckService checks, TimeProvider time)
{
    private readonly Report _everything = new(() => checks.CheckHealthAsync(), time);
    private readonly Report _process = new(() => checks.CheckHealthAsync(check => check.Tags.Contains(HealthTags.Process)), time);

    public Task<HealthReport> OfEverything() => _everything.Current();

    public Task<HealthReport> OfTheProcess() => _process.Current();

    private sealed class Report(Func<Task<HealthReport>> look, TimeProvider time)
    {
        private static readonly TimeSpan Life = TimeSpan.FromSeconds(1);

        private readonly Lock _turn = new();
        private Task<HealthReport>? _last;
        private long _lookedAt;

        public Task<HealthReport> Current()
        {
            lock (_turn)
            {
                if (_last is null || (_last.IsCompleted && !IsGood(_last)))
                    (_last, _lookedAt) = (look(), time.GetTimestamp());
                return _last;
            }
        }

        /// <summary>A result that is not healthy is not cached, so that a recovery shows at once.</summary>
        private bool IsGood(Task<HealthReport> last) =>
            last is { IsCompletedSuccessfully: true, Result.Status: not HealthStatus.Unhealthy } && time.GetElapsedTime(_lookedAt) < Life;
    }
}

/// <summary>Exports the results of the health checks as metrics.</summary>
internal sealed class HealthFigures(IOptions<MetricsOptions> options) : IHealthCheckPublisher
{
    private static readonly Figure State = new(
        "usher.health", "{state}", "Result of the health checks, by `check`: 2 healthy, 1 degraded, 0 unhealthy.", "check");

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var (check, entry) in report.Entries)
            State.Set((int)entry.Status, options.Value.GoodFor, check);
        return Task.CompletedTask;
    }
}
