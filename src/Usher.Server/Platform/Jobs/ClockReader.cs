using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Jobs;

/// <summary>Measures the difference between this process's clock and the database's, so that a wrong process clock has no effect.</summary>
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
