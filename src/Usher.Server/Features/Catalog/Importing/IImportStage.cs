using Microsoft.EntityFrameworkCore;
using Usher.Domain.Audit;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog.Importing;

/// <summary>Stage of an import: no read shows its events before <see cref="Publish"/>. Disposing it without publishing leaves nothing.</summary>
internal interface IImportStage : IAsyncDisposable
{
    Guid NewId();

    Task Add(IReadOnlyList<Event> events, CancellationToken cancellationToken);

    /// <summary>One commit publishes all events; <paramref name="settle"/> writes what commits with them.</summary>
    Task Publish(Action<Change> settle, CancellationToken cancellationToken);

    static async Task<IImportStage> Open(UsherDb db, Guid organizer, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.Engine.Pick(
            sqlite: () => ImportInPieces.Open(db, organizer, now, cancellationToken),
            postgres: () => ImportAtOnce.Open(db, organizer, now, cancellationToken));
}

/// <summary>One transaction for all events: on PostgreSQL it blocks no other writer.</summary>
internal sealed class ImportAtOnce : IImportStage
{
    private readonly UsherDb _db;
    private readonly Guid _organizer;
    private readonly DateTimeOffset _now;
    private readonly Change _change;

    private ImportAtOnce(UsherDb db, Guid organizer, DateTimeOffset now, Change change) => (_db, _organizer, _now, _change) = (db, organizer, now, change);

    public static async Task<IImportStage> Open(UsherDb db, Guid organizer, DateTimeOffset now, CancellationToken cancellationToken) =>
        new ImportAtOnce(db, organizer, now, await Change.Begin(db, cancellationToken));

    public Guid NewId() => Guid.CreateVersion7(_now);

    public async Task Add(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        var types = events.SelectMany(e => e.TicketTypes).ToList();
        await _db.InsertAll(events, cancellationToken);
        await _db.InsertAll([.. events.Select(e => e.Stock)], cancellationToken);
        await _db.InsertAll(types, cancellationToken);
        await _db.InsertAll(types.ConvertAll(t => t.Stock), cancellationToken);
        await _db.InsertAll([.. events.Select(e => AuditEntry.Of(AuditAction.EventImported, _now, _organizer, e.Id))], cancellationToken);
    }

    public async Task Publish(Action<Change> settle, CancellationToken cancellationToken)
    {
        await _change.UseAccount(_organizer, cancellationToken);
        settle(_change);
        await _change.Commit(cancellationToken);
    }

    public ValueTask DisposeAsync() => _change.DisposeAsync();
}

/// <summary>
/// On SQLite a writer blocks all others, so no piece takes longer than a sale can wait. While the row of <see cref="Import"/> exists, no
/// read shows the events; deleting it is the one step that publishes them.
/// </summary>
internal sealed class ImportInPieces : IImportStage
{
    /// <summary>Longest time that a piece may block other writers, and its largest number of rows.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(20);

    private readonly UsherDb _db;
    private readonly ImportIds _ids;
    private readonly Import _import;
    private readonly PreparedInsert<Event> _events;
    private readonly PreparedInsert<EventStock> _stock;
    private readonly PreparedInsert<TicketType> _types;
    private readonly PreparedInsert<TicketStock> _typeStock;
    private readonly PreparedInsert<AuditEntry> _audit;
    private bool _isPublished;

    private ImportInPieces(UsherDb db, ImportIds ids, Import import)
    {
        (_db, _ids, _import) = (db, ids, import);
        (_events, _stock, _types, _typeStock, _audit) = (new(db), new(db), new(db), new(db), new(db));
    }

    public static async Task<IImportStage> Open(UsherDb db, Guid organizer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ids = new ImportIds(now, unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue)));
        var import = new Import { Id = ids.First, OrganizerId = organizer, FirstId = ids.First, LastId = ids.Last, SeenAt = now };
        // A prepared statement belongs to one connection.
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var change = await Change.Begin(db, cancellationToken);
            db.Add(import);
            await change.Commit(cancellationToken);
        }
        catch
        {
            await db.Database.CloseConnectionAsync();
            throw;
        }
        db.ChangeTracker.Clear();
        return new ImportInPieces(db, ids, import);
    }

    public Guid NewId() => _ids.Next();

    public async Task Add(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        for (var written = 0; written < events.Count;)
        {
            await using var change = await Change.Begin(_db, cancellationToken);
            if (await Touch() == 0)
                throw new InvalidOperationException("The import was taken for abandoned.");
            for (var began = TimeProvider.System.GetTimestamp(); written < events.Count && TimeProvider.System.GetElapsedTime(began) < Longest; written++)
                Insert(events[written]);
            await change.Commit(cancellationToken);
        }
    }

    public async Task Publish(Action<Change> settle, CancellationToken cancellationToken)
    {
        await using var change = await Change.Begin(_db, cancellationToken);
        if (await Row.ExecuteDeleteAsync(cancellationToken) == 0)
            throw new InvalidOperationException("The import was taken for abandoned.");
        await change.UseAccount(_import.OrganizerId, cancellationToken);
        settle(change);
        await change.Commit(cancellationToken);
        _isPublished = true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var insert in (IDisposable[])[_events, _stock, _types, _typeStock, _audit])
            insert.Dispose();
        try
        {
            if (!_isPublished)
                await Abandon();
        }
        catch (Exception away) when (_db.Engine.IsTransient(away))
        {
            // The sweeper then finds it abandoned after a while.
        }
        finally
        {
            await _db.Database.CloseConnectionAsync();
        }
    }

    private IQueryable<Import> Row => _db.Imports.Where(i => i.Id == _import.Id);

    private Task<int> Touch()
    {
        var now = TimeProvider.System.GetUtcNow();
        return Row.ExecuteUpdateAsync(i => i.SetProperty(x => x.SeenAt, now));
    }

    /// <summary>Removal takes as long as writing did: the caller does not wait for it, and the sweeper begins at once.</summary>
    private async Task Abandon()
    {
        _db.ChangeTracker.Clear();
        await using var change = await Change.Begin(_db, CancellationToken.None);
        await Row.ExecuteUpdateAsync(i => i.SetProperty(x => x.SeenAt, DateTimeOffset.UnixEpoch));
        await change.Commit(CancellationToken.None);
    }

    private void Insert(Event row)
    {
        _events.Insert(row);
        _stock.Insert(row.Stock);
        foreach (var type in row.TicketTypes)
        {
            _types.Insert(type);
            _typeStock.Insert(type.Stock);
        }
        _audit.Insert(AuditEntry.Of(AuditAction.EventImported, row.CreatedAt, row.OrganizerId, row.Id));
    }
}
