using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <summary>
/// Asks the provider about open payments, which are then confirmed like any other, and about refunds. Both steps are idempotent, so a kill
/// in between does no harm.
/// </summary>
internal sealed partial class SettlePayments(
    IServiceScopeFactory scopes, Selling.BoxOffice boxOffice, DatabaseClock clock, TimeProvider time,
    ILogger<SettlePayments> log) : RepeatedWork(scopes, TimeSpan.FromMilliseconds(500), time, log)
{
    private const int AtOnce = 500;

    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var due = await db.Bookings.AsNoTracking().Where(b => b.SettleAt <= now).OrderBy(b => b.SettleAt).Take(AtOnce)
            .Select(b => new { b.Id, b.EventId, b.Status }).ToListAsync(cancellationToken);

        await Task.WhenAll(due.Where(b => b.Status == BookingStatus.Pending).Select(b => Try($"booking {b.Id}", () =>
            boxOffice.Ask(new Confirm(b.EventId, b.Id, PaymentVerdict.Approved), caller: null, key: null, cancellationToken), cancellationToken)));

        var refunds = due.Where(b => b.Status == BookingStatus.Cancelled).Select(b => b.Id).ToList();
        if (refunds.Count == 0)
            return;
        var at = clock.Now;
        await using var change = await Change.Begin(db, cancellationToken);
        await db.Bookings.Where(b => refunds.Contains(b.Id) && b.Status == BookingStatus.Cancelled && b.SettleAt != null)
            .ExecuteUpdateAsync(b => b
                .SetProperty(x => x.RefundDone, true)
                .SetProperty(x => x.RefundedAt, at)
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
    }
}
