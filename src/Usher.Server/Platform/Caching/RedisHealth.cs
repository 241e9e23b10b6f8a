using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Usher.Server.Platform.Caching;

internal sealed class RedisHealth(RedisLink redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        !redis.IsResting && await redis.Try(to => to.GetDatabase().PingAsync())
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("Redis does not answer in time. Each process reads and counts for itself.");
}
