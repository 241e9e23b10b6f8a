using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Jobs;

/// <summary>Measures how far this process's clock is from the database's, so that a wrong one shows nothing wrong.</summary>
internal sealed class ClockReader(IServiceScopeFactory scopes, TimeProvider time, ILogger<ClockReader> log)
    : RepeatedWork(scopes, TimeSpan.FromSeconds(10), time, log)
{
    protected override bool BacksOff => false;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TakeTurn(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task Work(UsherDb db, CancellationToken cancellationToken) => db.ReadClock(cancellationToken);
}
