using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <summary>
/// Cancels the bookings of cancelled events, which makes their refunds due. It finds the remaining bookings in the table, and each one
/// passes the box office, so it can stop and continue anywhere and never cancels a booking twice.
/// </summary>
internal sealed partial class CancelBookingsOfEvents(
    IServiceScopeFactory scopes, Selling.BoxOffice boxOffice, DatabaseClock clock, TimeProvider time,
    ILogger<CancelBookingsOfEvents> log) : RepeatedWork(scopes, TimeSpan.FromMilliseconds(500), time, log)
{
    private const int AtOnce = 500;

    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var open = await db.EventCancellations.Where(c => c.FinishedAt == null).OrderBy(c => c.RequestedAt)
            .Join(db.Events, c => c.EventId, e => e.Id, (c, e) => new { e.Id, e.CancelReason }).ToListAsync(cancellationToken);
        foreach (var cancelled in open)
            await Try($"event {cancelled.Id}", async () =>
            {
                if (await CancelAll(db, cancelled.Id, cancelled.CancelReason, cancellationToken))
                    await Finish(db, cancelled.Id, cancellationToken);
            }, cancellationToken);
    }

    /// <returns>Whether none is left.</returns>
    private async Task<bool> CancelAll(UsherDb db, Guid eventId, string? reason, CancellationToken cancellationToken)
    {
        var (all, from) = (true, Guid.Empty);
        while (true)
        {
            // By buyer, in the order of the index, so that no batch reads the finished bookings again.
            var batch = await db.Bookings.Where(b => b.EventId == eventId && b.UserId >= from && (b.Status == BookingStatus.Pending || b.Status == BookingStatus.Confirmed))
                .OrderBy(b => b.UserId).Take(AtOnce).Select(b => new { b.Id, b.UserId }).ToListAsync(cancellationToken);
            if (batch.Count == 0)
                return all;
            var done = await Task.WhenAll(batch.Select(b => Cancel(eventId, b.Id, reason, cancellationToken)));
            Log.Cancelled(log, eventId, done.Count(d => d));
            if (!done.Contains(true))
                return false;
            all &= !done.Contains(false);
            from = batch[^1].UserId;
        }
    }

    private async Task<bool> Cancel(Guid eventId, Guid bookingId, string? reason, CancellationToken cancellationToken)
    {
        try
        {
            return await boxOffice.Ask(new Cancel(eventId, bookingId, CancelReason.EventCancelled, BoundByWindow: false, reason), caller: null, key: null, cancellationToken)
                is Answer.Decided { Outcome: Outcome.Done };
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A booking that cannot be cancelled must not delay the refunds of the others.
            Log.Failed(log, failure, bookingId, eventId);
            return false;
        }
    }

    private async Task Finish(UsherDb db, Guid eventId, CancellationToken cancellationToken)
    {
        if (await db.Bookings.AnyAsync(b => b.EventId == eventId && b.SettleAt != null, cancellationToken))
            return;
        var now = clock.Now;
        await using var change = await Change.Begin(db, cancellationToken);
        await db.EventCancellations.Where(c => c.EventId == eventId).ExecuteUpdateAsync(c => c.SetProperty(x => x.FinishedAt, now), cancellationToken);
        await change.Commit(cancellationToken);
        Log.Finished(log, eventId);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Cancelled {Bookings} bookings of event {Event}")]
        public static partial void Cancelled(ILogger log, Guid @event, int bookings);

        [LoggerMessage(2, LogLevel.Error, "Booking {BookingId} of cancelled event {Event} could not be cancelled")]
        public static partial void Failed(ILogger log, Exception failure, Guid bookingId, Guid @event);

        [LoggerMessage(3, LogLevel.Information, "All bookings of cancelled event {Event} are cancelled and refunded")]
        public static partial void Finished(ILogger log, Guid @event);
    }
}
