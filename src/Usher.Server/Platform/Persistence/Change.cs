using Microsoft.EntityFrameworkCore.Storage;

namespace Usher.Server.Platform.Persistence;

/// <summary>One transaction that writes. Disposing it without <see cref="Commit"/> undoes it.</summary>
internal sealed class Change : IAsyncDisposable
{
    private readonly UsherDb _db;
    private readonly IDatabaseEngine _engine;
    private readonly IDisposable? _turn;
    private readonly IDbContextTransaction _transaction;

    private Change(UsherDb db, IDatabaseEngine engine, IDisposable? turn, IDbContextTransaction transaction) =>
        (_db, _engine, _turn, _transaction) = (db, engine, turn, transaction);

    public static async Task<Change> Begin(UsherDb db, IDatabaseEngine engine, CancellationToken cancellationToken)
    {
        var turn = await engine.EnterWrite(cancellationToken);
        try
        {
            return new Change(db, engine, turn, await db.Database.BeginTransactionAsync(cancellationToken));
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    /// <summary>From here on the box office decides nothing about this event until the change has ended.</summary>
    public Task LockStock(Guid eventId, CancellationToken cancellationToken) => _engine.LockStock(_db, eventId, cancellationToken);

    public async Task Commit(CancellationToken cancellationToken)
    {
        await _db.SaveChangesAsync(cancellationToken);
        // Once it has begun, a commit is not given up because the caller has gone.
        await _transaction.CommitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        _turn?.Dispose();
    }
}
