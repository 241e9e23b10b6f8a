using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Contract;

/// <summary>Time zone rules in force: of all processes on a database, the newest ones.</summary>
internal static class RulesInForce
{
    /// <summary>Zones of current and future events, each with the names under which it is stored. The rules of UTC do not change.</summary>
    public static async Task<ILookup<string, string>> ZonesInUse(UsherDb db, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await db.Events.Where(e => !e.IsPast && e.CancelledAt == null && e.OverAt > now && e.TimeZone != "UTC").Select(e => e.TimeZone).Distinct().ToListAsync(cancellationToken))
        .ToLookup(Zones.Canonical);

    public static Task<ZoneRules?> Of(UsherDb db, string zone, CancellationToken cancellationToken) =>
        db.ZoneRules.Where(r => r.Zone == zone).OrderByDescending(r => r.Since).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Events whose times would change under these rules.</summary>
    public static async IAsyncEnumerable<Event> Disagreeing(
        UsherDb db, IGrouping<string, string> zone, DateTimeOffset now, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int Several = 500;
        var (rules, names) = (Zones.Of(zone.Key), zone.ToList());
        for (var after = Guid.Empty; ;)
        {
            var page = await db.Events.AsNoTracking().Include(e => e.TicketTypes.Where(t => t.LocalSalesStart != null || t.LocalSalesEnd != null)).AsSplitQuery()
                .Where(e => names.Contains(e.TimeZone) && !e.IsPast && e.CancelledAt == null && e.OverAt > now && e.Id.CompareTo(after) > 0)
                .OrderBy(e => e.Id).Take(Several).ToListAsync(cancellationToken);
            foreach (var row in page)
                if (row.FollowClock(rules, now) != Moved.Nothing)
                    yield return row;
            if (page.Count < Several)
                yield break;
            after = page[^1].Id;
        }
    }

    /// <summary>For <c>verify</c>: instants that do not match their local time. A process whose rules are not in force reports nothing.</summary>
    public static async IAsyncEnumerable<string> Breaches(UsherDb db, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var zone in await ZonesInUse(db, now, cancellationToken))
        {
            if (!Zones.TryFind(zone.Key, out var rules) || (await Of(db, zone.Key, cancellationToken) is { } inForce && inForce.Fingerprint != Zones.Fingerprint(rules)))
                continue;
            await foreach (var row in Disagreeing(db, zone, now, cancellationToken))
                yield return $"event {row.Id} in {zone.Key}: its instants are not those of its local times";
        }
    }
}
