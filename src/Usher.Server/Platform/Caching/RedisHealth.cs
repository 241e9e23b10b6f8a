using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Usher.Server.Platform.Caching;

internal sealed class RedisHealth(RedisLink redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        !redis.IsResting && await redis.Try(to => to.GetDatabase().PingAsync())
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("It does not answer in time: every process reads and counts for itself.");
}
