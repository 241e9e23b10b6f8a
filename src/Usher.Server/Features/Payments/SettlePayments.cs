using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Payments;

/// <summary>
/// Asks the provider what it owes an answer for: payments it left open, which are then confirmed like any other, and
/// refunds. Both can be repeated, so two processes doing the same do no harm.
/// </summary>
internal sealed partial class SettlePayments(
    IServiceScopeFactory scopes, BoxOffice.Selling.BoxOffice boxOffice, IDatabaseEngine engine, DatabaseClock clock, ILogger<SettlePayments> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private const int AtOnce = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Settle(stoppingToken);
            }
            catch (Exception away) when (away is DbException or InvalidOperationException or TimeoutException)
            {
                Log.Skipped(log, away.Message);
            }
        }
    }

    private async Task Settle(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        var now = clock.Now;
        var due = await db.Bookings.AsNoTracking().Where(b => b.SettleAt <= now).OrderBy(b => b.SettleAt).Take(AtOnce)
            .Select(b => new { b.Id, b.EventId, b.Status }).ToListAsync(cancellationToken);

        await Task.WhenAll(due.Where(b => b.Status == BookingStatus.Pending).Select(b =>
            boxOffice.Ask(new Confirm(b.EventId, b.Id, PaymentVerdict.Approved), caller: null, key: null, cancellationToken)));

        var refunds = due.Where(b => b.Status == BookingStatus.Cancelled).Select(b => b.Id).ToList();
        if (refunds.Count == 0)
            return;
        await using var change = await Change.Begin(db, engine, cancellationToken);
        await db.Bookings.Where(b => refunds.Contains(b.Id) && b.Status == BookingStatus.Cancelled && b.SettleAt != null)
            .ExecuteUpdateAsync(b => b
                .SetProperty(x => x.RefundDone, true)
                .SetProperty(x => x.PaymentStatus, PaymentStatus.Refunded)
                .SetProperty(x => x.SettleAt, (DateTimeOffset?)null)
                .SetProperty(x => x.Version, x => x.Version + 1), cancellationToken);
        await change.Commit(cancellationToken);
        Log.Refunded(log, refunds.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Refunded {Bookings} bookings")]
        public static partial void Refunded(ILogger log, int bookings);

        [LoggerMessage(2, LogLevel.Warning, "Payments were not settled: {Reason}")]
        public static partial void Skipped(ILogger log, string reason);
    }
}
