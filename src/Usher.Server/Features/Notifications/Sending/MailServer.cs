using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Usher.Server.Features.Notifications.Sending;

/// <summary>Whether the mail server accepted the last mail. No other request checks it.</summary>
internal sealed class MailServer : IHealthCheck
{
    private volatile bool _isAway;

    public void Note(bool isAway) => _isAway = isAway;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isAway ? HealthCheckResult.Degraded("The mail server is unreachable or accepts no mail. Mails wait.") : HealthCheckResult.Healthy());
}
