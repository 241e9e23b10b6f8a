using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Usher.Domain.Notifications;
using Usher.Server.Platform;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications;

/// <summary>Number of due mails and age of the oldest. A backlog degrades the health check but does not fail it.</summary>
internal sealed class MailBacklog(UsherDb db, DatabaseClock clock) : IHealthCheck
{
    public static readonly TimeSpan Old = TimeSpan.FromMinutes(5);

    /// <summary>Limit of the count.</summary>
    public const int Most = 10_000;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var (waiting, oldest) = await Look(db, clock.Now, cancellationToken);
            var what = waiting == 0 ? "No mails are waiting." : $"{(waiting > Most ? $"More than {Most}" : waiting)} mails are waiting, the oldest for {oldest.TotalSeconds:0} s.";
            return oldest > Old ? HealthCheckResult.Degraded(what) : HealthCheckResult.Healthy(what);
        }
        catch (Exception away) when (away is System.Data.Common.DbException or InvalidOperationException)
        {
            return HealthCheckResult.Degraded("The number of waiting mails could not be read.");
        }
    }

    public static async Task<(int Waiting, TimeSpan Oldest)> Look(UsherDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = db.Mails.Where(m => m.State < MailState.Sent && m.DueAt <= now);
        var oldest = await due.OrderBy(m => m.DueAt).Select(m => (DateTimeOffset?)m.DueAt).FirstOrDefaultAsync(cancellationToken);
        return oldest is null ? (0, TimeSpan.Zero) : (await due.Take(Most + 1).CountAsync(cancellationToken), now - oldest.Value);
    }
}

/// <summary>Measures the backlog for the metrics, and logs it when it is old.</summary>
internal sealed partial class WatchMailBacklog(IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, IOptions<MetricsOptions> options, ILogger<WatchMailBacklog> log)
    : RepeatedWork(scopes, options.Value.Pause, time, log)
{
    private static readonly Figure Owed = new(
        "usher.mail.owed", "{mail}", "Mails to be sent, by `state`: queued (not tried yet), retrying. Counted up to 10,000 in all.", "state");

    private static readonly Figure Overdue = new("usher.mail.overdue", "s", "Longest time that a due mail has waited for its next attempt.");

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var (waiting, oldest) = await MailBacklog.Look(db, clock.Now, cancellationToken);
        Overdue.Set(oldest.TotalSeconds, options.Value.GoodFor);
        if (oldest > MailBacklog.Old)
            BacklogIsOld(log, waiting, oldest.TotalMinutes);
        if (!Owed.IsWatched)
            return;
        var owed = await db.Mails.Where(m => m.State < MailState.Sent).Take(MailBacklog.Most).GroupBy(m => m.State)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        foreach (var state in (MailState[])[MailState.Queued, MailState.Retrying])
            Owed.Set(owed.GetValueOrDefault(state), options.Value.GoodFor, WireNames<MailState>.Of(state));
    }

    [LoggerMessage(1, LogLevel.Warning, "{Waiting} mails wait, the oldest for {Minutes:0} minutes")]
    private static partial void BacklogIsOld(ILogger log, int waiting, double minutes);
}
