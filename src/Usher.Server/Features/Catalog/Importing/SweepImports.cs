using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Importing;

/// <summary>Removes the remains of cancelled or killed imports, a few events at a time, so that no sale waits. No read has shown them.</summary>
internal sealed partial class SweepImports(IServiceScopeFactory scopes, TimeProvider time, ILogger<SweepImports> log)
    : RepeatedWork(scopes, TimeSpan.FromSeconds(5), time, log)
{
    private const int AtOnce = 20;

    /// <summary>A running import writes many times a second, unless the whole process sleeps.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time = time;

    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var before = _time.GetUtcNow() - Abandoned;
        foreach (var import in await db.Imports.AsNoTracking().Where(i => i.SeenAt < before).ToListAsync(cancellationToken))
            await Try($"import {import.Id}", () => Remove(db, import, cancellationToken), cancellationToken);
    }

    private async Task Remove(UsherDb db, Import import, CancellationToken cancellationToken)
    {
        var events = 0;
        for (var isLast = false; !isLast;)
        {
            await using var change = await Change.Begin(db, cancellationToken);
            // As SQL, because LINQ cannot compare ids.
            await db.Database.ExecuteSqlAsync($"""
                DELETE FROM audit_entries WHERE id IN (SELECT id FROM audit_entries WHERE event_id BETWEEN {import.FirstId} AND {import.LastId} LIMIT {AtOnce})
                """, cancellationToken);
            var removed = await db.Database.ExecuteSqlAsync($"""
                DELETE FROM events WHERE organizer_id = {import.OrganizerId}
                    AND id IN (SELECT id FROM events WHERE id BETWEEN {import.FirstId} AND {import.LastId} LIMIT {AtOnce})
                """, cancellationToken);
            isLast = removed < AtOnce;
            if (isLast)
                await db.Imports.Where(i => i.Id == import.Id).ExecuteDeleteAsync(cancellationToken);
            await change.Commit(cancellationToken);
            events += removed;
        }
        Swept(log, events, import.OrganizerId);
    }

    [LoggerMessage(1, LogLevel.Information, "Removed {Events} events of an import by {UserId} that was not brought to its end")]
    private static partial void Swept(ILogger log, int events, Guid userId);
}
