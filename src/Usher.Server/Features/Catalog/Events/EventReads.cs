using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Platform;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>
/// Reads single events, which show a sale as soon as it is acknowledged, whichever process sold. All waiting callers share one read that
/// began after they arrived. While version and counters are unchanged, that read is one index lookup, and the rendered response is reused.
/// </summary>
internal sealed class EventReads(IServiceScopeFactory scopes, DatabaseClock clock)
{
    /// <summary>Cached events of about ten kilobytes each.</summary>
    private const int MostEvents = 2_000;

    /// <summary>Time after which a manual repair in the database shows too.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private ConcurrentDictionary<Guid, ReadersOfOne> _readers = new();
    private int _count;

    /// <summary>The current event, or null if there is none. The caller must check access.</summary>
    public Task<SeenEvent?> Read(Guid id, CancellationToken cancellationToken)
    {
        var readers = _readers;
        if (!readers.TryGetValue(id, out var ofOne))
        {
            if (Interlocked.Increment(ref _count) > MostEvents)
                (_readers, _count) = (readers = new(), 0);
            ofOne = readers.GetOrAdd(id, static (id, reads) => new ReadersOfOne((last, cancellationToken) => reads.Look(id, last, cancellationToken)), this);
        }
        return ofOne.Read(cancellationToken);
    }

    private async Task<SeenEvent?> Look(Guid id, KeptEvent? last, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        var now = clock.Now;
        if (last is not null && now < last.GoodUntil && await IsStill(db, last.Snapshot, cancellationToken))
            return new SeenEvent(last, now);
        if (await EventSnapshot.Read(db, id, now, cancellationToken) is not { } snapshot)
            return null;
        return new SeenEvent(new KeptEvent(snapshot, snapshot.NextChange is { } next && next < now + Longest ? next : now + Longest), now);
    }

    /// <summary>Everything except time that can change a response: edits raise the version; sales and holds change the counters.</summary>
    private static async Task<bool> IsStill(UsherDb db, EventSnapshot seen, CancellationToken cancellationToken)
    {
        var id = seen.Event.Id;
        var found = await db.Events.AsNoTracking().AsSingleQuery().Where(e => e.Id == id).Select(e => new
        {
            e.Version,
            e.StartsAt,
            e.EndsAt,
            FirstLapse = db.Bookings.Where(b => b.EventId == e.Id && b.Status == BookingStatus.Pending).Min(b => b.ExpiresAt),
            Counters = db.TicketStock.Where(s => s.EventId == e.Id).Select(s => new { s.TicketTypeId, s.Sold, s.Held }).ToList(),
        }).SingleOrDefaultAsync(cancellationToken);
        return found is not null && found.Version == seen.Event.Version && found.StartsAt == seen.Event.StartsAt && found.EndsAt == seen.Event.EndsAt
            && found.FirstLapse == seen.FirstLapse
            && found.Counters.Count == seen.Event.TicketTypes.Count
            && found.Counters.TrueForAll(now => seen.Event.TicketTypes.Exists(t => t.Id == now.TicketTypeId && t.Stock.Sold == now.Sold && t.Stock.Held == now.Held));
    }

    /// <summary>Callers that wait for one event. A caller that arrives during a read gets the next one.</summary>
    private sealed class ReadersOfOne(Func<KeptEvent?, CancellationToken, Task<SeenEvent?>> look)
    {
        private readonly Lock _turn = new();
        private Flight<SeenEvent?>? _running, _next;
        private KeptEvent? _last;

        public Task<SeenEvent?> Read(CancellationToken cancellationToken)
        {
            Flight<SeenEvent?> flight;
            lock (_turn)
                do
                    flight = _running is null or { IsOver: true } ? _running = new(Look) : _next is null or { IsOver: true } ? _next = After(_running) : _next;
                while (!flight.TryBoard());
            return flight.Land(cancellationToken);
        }

        private Flight<SeenEvent?> After(Flight<SeenEvent?> before)
        {
            Flight<SeenEvent?>? next = null;
            return next = new(async cancellationToken =>
            {
                await before.Over.WaitAsync(cancellationToken);
                lock (_turn)
                    if (_next == next)
                        (_running, _next) = (next, null);
                return await Look(cancellationToken);
            });
        }

        private async Task<SeenEvent?> Look(CancellationToken cancellationToken)
        {
            var seen = await look(_last, cancellationToken);
            // A draft is not cached, because few callers may see it.
            _last = seen is { Kept.Snapshot.Event.Publication: Publication.Published } ? seen.Kept : null;
            return seen;
        }
    }
}

/// <summary>An event at an instant.</summary>
internal sealed record SeenEvent(KeptEvent Kept, DateTimeOffset At)
{
    public Event Event => Kept.Snapshot.Event;
    public bool IsPublic => Event.Publication == Publication.Published;
}
