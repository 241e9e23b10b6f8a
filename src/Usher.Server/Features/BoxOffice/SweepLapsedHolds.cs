using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <summary>
/// Ends lapsed holds of events without sales. A sale of the same event does this itself, so nothing waits for this job. It keeps the
/// counters free of lapsed holds.
/// </summary>
internal sealed partial class SweepLapsedHolds(
    IServiceScopeFactory scopes, Selling.BoxOffice boxOffice, DatabaseClock clock, TimeProvider time, IOptions<BookingsOptions> options,
    ILogger<SweepLapsedHolds> log) : RepeatedWork(scopes, TimeSpan.FromSeconds(options.Value.SweepSeconds), time, log)
{
    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var events = await db.Bookings.Where(b => b.Status == BookingStatus.Pending && b.ExpiresAt <= now)
            .Select(b => b.EventId).Distinct().Take(1000).ToListAsync(cancellationToken);
        await Task.WhenAll(events.Select(id => Try($"event {id}", () => boxOffice.Ask(new Expire(id), caller: null, key: null, cancellationToken), cancellationToken)));
        if (events.Count > 0)
            Log.Swept(log, events.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Gave back lapsed holds of {Events} events")]
        public static partial void Swept(ILogger log, int events);
    }
}
