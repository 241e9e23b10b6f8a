using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <summary>Counts the current holds for the metrics.</summary>
internal sealed class WatchHolds(IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, IOptions<MetricsOptions> options, ILogger<WatchHolds> log) : RepeatedWork(scopes, options.Value.Pause, time, log)
{
    /// <summary>Limit of the count.</summary>
    private const int Most = 100_000;

    private static readonly Figure Holds = new(
        "usher.holds", "{booking}", "Holds, by `state`: open, or lapsed and not yet swept. Counted up to 100,000.", "state");

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        if (!Holds.IsWatched)
            return;
        var (now, held) = (clock.Now, db.Bookings.Where(b => b.Status == BookingStatus.Pending));
        Holds.Set(await held.Where(b => b.ExpiresAt > now).Take(Most).CountAsync(cancellationToken), options.Value.GoodFor, "open");
        Holds.Set(await held.Where(b => b.ExpiresAt <= now).Take(Most).CountAsync(cancellationToken), options.Value.GoodFor, "lapsed");
    }
}
