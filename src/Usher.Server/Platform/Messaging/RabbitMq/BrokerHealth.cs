using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Usher.Server.Platform.Messaging.RabbitMq;

internal sealed class BrokerHealth(Broker broker) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(broker.IsConnected ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("RabbitMQ is unreachable. Messages wait in the outbox."));
}
