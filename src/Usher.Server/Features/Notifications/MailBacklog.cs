using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Usher.Domain.Notifications;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Notifications;

/// <summary>How many mails are due, and for how long the oldest of them: to be seen, and no reason to serve nobody.</summary>
internal sealed class MailBacklog(UsherDb db, DatabaseClock clock) : IHealthCheck
{
    /// <summary>More are not counted one by one.</summary>
    private const int Most = 10_000;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var (waiting, oldest) = await Look(db, clock.Now, cancellationToken);
            return HealthCheckResult.Healthy(waiting == 0 ? "No mail waits." : $"{(waiting > Most ? $"More than {Most}" : waiting)} mails wait, the oldest for {oldest.TotalSeconds:0} s.");
        }
        catch (Exception away) when (away is System.Data.Common.DbException or InvalidOperationException)
        {
            return HealthCheckResult.Healthy("It cannot be seen how many mails wait.");
        }
    }

    public static async Task<(int Waiting, TimeSpan Oldest)> Look(UsherDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = db.Mails.Where(m => m.State < MailState.Sent && m.DueAt <= now);
        var oldest = await due.OrderBy(m => m.DueAt).Select(m => (DateTimeOffset?)m.DueAt).FirstOrDefaultAsync(cancellationToken);
        return oldest is null ? (0, TimeSpan.Zero) : (await due.Take(Most + 1).CountAsync(cancellationToken), now - oldest.Value);
    }
}

/// <summary>Measures the backlog for whoever watches the process, and says so when it is old.</summary>
internal sealed partial class WatchMailBacklog : RepeatedWork
{
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(5);

    private readonly DatabaseClock _clock;
    private readonly ILogger<WatchMailBacklog> _log;
    private (int Waiting, TimeSpan Oldest) _seen;

    public WatchMailBacklog(IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, IMeterFactory meters, ILogger<WatchMailBacklog> log)
        : base(scopes, TimeSpan.FromSeconds(30), time, log)
    {
        (_clock, _log) = (clock, log);
        var meter = meters.Create("Usher.Mail");
        meter.CreateObservableGauge("usher.mail.waiting", () => _seen.Waiting, "{mail}", "Mails that are due; counted up to 10,001.");
        meter.CreateObservableGauge("usher.mail.oldest", () => _seen.Oldest.TotalSeconds, "s", "For how long the oldest of them has been due.");
    }

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        _seen = await MailBacklog.Look(db, _clock.Now, cancellationToken);
        if (_seen.Oldest > Old)
            BacklogIsOld(_log, _seen.Waiting, _seen.Oldest.TotalMinutes);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Waiting} mails wait, the oldest for {Minutes:0} minutes")]
    private static partial void BacklogIsOld(ILogger log, int waiting, double minutes);
}
