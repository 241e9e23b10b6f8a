using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Usher.Server.Platform.Http;

/// <summary>
/// Graceful shutdown. A server that is asked to stop first reports itself as not ready and closes each connection after its response. It
/// continues to answer until the load balancer has noticed, and only then stops listening, so no client finds the port closed.
/// </summary>
internal sealed class GracefulShutdown(IOptions<TransportOptions> transport, TimeProvider time) : IHostedLifecycleService, IHealthCheck
{
    private volatile bool _begun;

    public bool HasBegun => _begun;

    /// <summary>Runs before any other part of the program stops.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _begun = true;
        await Task.Delay(TimeSpan.FromSeconds(transport.Value.DrainSeconds), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HasBegun ? HealthCheckResult.Unhealthy("The server is leaving.") : HealthCheckResult.Healthy());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
