using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Usher.Server.Features.Notifications.Sending;

/// <summary>Whether the mail server, or the folder that replaces it, accepted the last mail. No other request checks it.</summary>
internal sealed class MailServer(IOptions<MailOptions> options) : IHealthCheck
{
    private volatile bool _isAway;

    public void Note(bool isAway) => _isAway = isAway;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        !_isAway ? HealthCheckResult.Healthy()
        : options.Value.UsesSmtp ? HealthCheckResult.Degraded("The mail server is unreachable or accepts no mail. Mails wait.")
        : HealthCheckResult.Degraded("The mail folder cannot be written. Mails wait."));
}
