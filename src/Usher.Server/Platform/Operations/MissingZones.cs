using Usher.Domain.Catalog;

namespace Usher.Server.Platform.Operations;

/// <summary>Logs stored time zones that this machine does not know.</summary>
internal sealed partial class MissingZones(ILogger<MissingZones> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Zones.Missing += Say;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Zones.Missing -= Say;
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Warning, "This machine does not know the time zone {Zone}, and shows UTC instead: bring its time zone data up to date")]
    private partial void Say(string zone);
}
