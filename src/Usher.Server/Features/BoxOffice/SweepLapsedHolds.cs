using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <summary>
/// Ends holds past their time where nobody else comes by. A sale of the same event does it on its way, so nothing waits
/// for this; lists, which read the counters, are right a moment later.
/// </summary>
internal sealed partial class SweepLapsedHolds(
    IServiceScopeFactory scopes, Selling.BoxOffice boxOffice, DatabaseClock clock, IOptions<BookingsOptions> options, ILogger<SweepLapsedHolds> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SweepSeconds));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (Exception away) when (away is DbException or InvalidOperationException or TimeoutException)
            {
                Log.Skipped(log, away.Message);
            }
        }
    }

    private async Task Sweep(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        var now = clock.Now;
        var events = await db.Bookings.Where(b => b.Status == BookingStatus.Pending && b.ExpiresAt <= now)
            .Select(b => b.EventId).Distinct().Take(1000).ToListAsync(cancellationToken);
        await Task.WhenAll(events.Select(id => boxOffice.Ask(new Expire(id), caller: null, key: null, cancellationToken)));
        if (events.Count > 0)
            Log.Swept(log, events.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Gave back lapsed holds of {Events} events")]
        public static partial void Swept(ILogger log, int events);

        [LoggerMessage(2, LogLevel.Warning, "Lapsed holds were not looked for: {Reason}")]
        public static partial void Skipped(ILogger log, string reason);
    }
}
