using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Messaging;

/// <summary>How many messages wait, and for how long the oldest of them: when nobody works any more, it shows here.</summary>
internal sealed class OutboxBacklog(UsherDb db, DatabaseClock clock) : IHealthCheck
{
    public static readonly TimeSpan Old = TimeSpan.FromMinutes(1);

    /// <summary>More are not counted one by one.</summary>
    private const int Most = 10_000;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var oldest = await Age(db, clock.Now, cancellationToken);
            return oldest > Old ? HealthCheckResult.Degraded($"The oldest message has been waiting for {oldest.TotalSeconds:0} s. Check that a process that works is running.") : HealthCheckResult.Healthy();
        }
        catch (Exception away) when (away is DbException or InvalidOperationException)
        {
            return HealthCheckResult.Degraded("The number of waiting messages could not be read.");
        }
    }

    public static async Task<(int Waiting, TimeSpan Oldest)> Look(UsherDb db, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await Live(db).Take(Most).CountAsync(cancellationToken), await Age(db, now, cancellationToken));

    /// <summary>The first row is the oldest but for what committed late.</summary>
    private static async Task<TimeSpan> Age(UsherDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var oldest = await Live(db).OrderBy(o => o.Id).Select(o => (DateTimeOffset?)o.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        return oldest < now ? now - oldest.Value : TimeSpan.Zero;
    }

    private static IQueryable<OutboxRow> Live(UsherDb db) => db.Outbox.Where(o => o.DeadReason == null);
}

/// <summary>Measures the backlog for whoever watches the process, and says so when it is old.</summary>
internal sealed partial class WatchOutbox(
    IServiceScopeFactory scopes, Subscriptions subscriptions, DatabaseClock clock, TimeProvider time, IOptions<MetricsOptions> options, ILogger<WatchOutbox> log)
    : RepeatedWork(scopes, options.Value.Pause, time, log)
{
    private static readonly Figure Waiting = new(
        "usher.outbox.waiting", "{message}", "Messages that some consumer has not applied yet, without those given up. Counted up to 10,000.");

    private static readonly Figure Age = new("usher.outbox.age", "s", "For how long the oldest of them has been waiting.");

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Delivery.Announce(subscriptions.Consumers);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var (waiting, oldest) = await OutboxBacklog.Look(db, clock.Now, cancellationToken);
        Waiting.Set(waiting, options.Value.GoodFor);
        Age.Set(oldest.TotalSeconds, options.Value.GoodFor);
        if (oldest > OutboxBacklog.Old)
            BacklogIsOld(log, waiting, oldest.TotalMinutes);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Waiting} messages wait, the oldest for {Minutes:0} minutes")]
    private static partial void BacklogIsOld(ILogger log, int waiting, double minutes);
}
