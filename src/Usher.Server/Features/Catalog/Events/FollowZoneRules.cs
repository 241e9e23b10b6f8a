using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain.Audit;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Caching;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>
/// Updates events when the rules of their zones have changed: at the start, and daily for a machine that is upgraded while the program
/// runs. Of processes with different rules, only one with the newest rules does it.
/// </summary>
internal sealed partial class FollowZoneRules(
    IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, Announcer announcer,
    IOptions<CatalogOptions> options, ILogger<FollowZoneRules> log)
    : RepeatedWork(scopes, TimeSpan.FromHours(options.Value.ZoneRulesHours), time, log)
{
    private bool _hasLooked;

    protected override bool RunsAlone => true;

    protected override bool BeginsAtStart => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        if (_hasLooked)
            Zones.Reload();
        var (version, moved) = (ZoneRelease.Read(), 0);
        foreach (var zone in await RulesInForce.ZonesInUse(db, clock.Now, cancellationToken))
            if (Zones.TryFind(zone.Key, out var rules))
                moved += await Follow(db, zone, Zones.Fingerprint(rules), version, cancellationToken);
        _hasLooked = true;
        if (moved == 0)
            return;
        await announcer.CatalogueChanged();
    }

    /// <returns>Number of events that moved.</returns>
    private async Task<int> Follow(UsherDb db, IGrouping<string, string> zone, string fingerprint, string? version, CancellationToken cancellationToken)
    {
        if (await PutInForce(db, zone.Key, fingerprint, version, cancellationToken) is not { } inForce)
            return 0;
        // After a start, zones that were processed before are unchanged; but a process with older rules may have added events since.
        if (!_hasLooked && inForce.FollowedAt is not null)
            return 0;
        var moved = 0;
        await foreach (var row in RulesInForce.Disagreeing(db, zone, clock.Now, cancellationToken))
            moved += await Move(db, row.Id, cancellationToken) ? 1 : 0;
        db.ChangeTracker.Clear();
        await using var change = await Change.Begin(db, cancellationToken);
        await db.ZoneRules.Where(r => r.Zone == inForce.Zone && r.Fingerprint == fingerprint)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.FollowedAt, change.Now), cancellationToken);
        await change.Commit(cancellationToken);
        if (moved > 0)
            Log.Followed(log, moved, zone.Key, version ?? "unknown");
        return moved;
    }

    /// <returns>Null if another process has newer rules.</returns>
    private static async Task<ZoneRules?> PutInForce(UsherDb db, string zone, string fingerprint, string? version, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var inForce = await RulesInForce.Of(db, zone, cancellationToken);
        var mine = inForce?.Fingerprint == fingerprint ? inForce : await db.ZoneRules.FindAsync([zone, fingerprint], cancellationToken);
        if (inForce is not null && inForce != mine && !inForce.AreFollowedBy(version, areKnown: mine is not null))
            return null;
        if (inForce == mine && mine is not null && (version is null || mine.Version == version || string.CompareOrdinal(version, mine.Version) < 0))
            return mine;
        await using var change = await Change.Begin(db, cancellationToken);
        if (mine is null)
            db.ZoneRules.Add(mine = new ZoneRules { Zone = zone, Fingerprint = fingerprint, Version = version, Since = change.Now });
        else if (inForce != mine)
            (mine.Since, mine.FollowedAt) = (change.Now, null);
        mine.Version = version ?? mine.Version;
        await change.Commit(cancellationToken);
        return mine;
    }

    private static async Task<bool> Move(UsherDb db, Guid id, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        await using var change = await Change.Begin(db, cancellationToken);
        if (await change.Take(id, cancellationToken) is not { CancelledAt: null } row || !Zones.TryFind(row.TimeZone, out var rules))
            return false;
        var former = FormerEvent.Of(row);
        var moved = row.FollowClock(rules, change.Now);
        if (moved == Moved.Nothing)
            return false;
        row.DescribeWords();
        row.Version++;
        row.UpdatedAt = change.Now;
        // Ticket holders are notified once, and of the date only.
        if (moved.HasFlag(Moved.Date))
            change.PublishMove(former);
        change.Audit(AuditAction.EventMovedByZone, actor: null, eventId: id);
        await change.Commit(cancellationToken);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Events} events moved: the time zone {Zone} has new rules (tzdata {Version})")]
        public static partial void Followed(ILogger log, int events, string zone, string version);
    }
}
