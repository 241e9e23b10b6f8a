using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Usher.Server.Platform.Persistence;

/// <summary>One transaction that writes. Disposing it without <see cref="Commit"/> undoes it.</summary>
internal sealed class Change : IAsyncDisposable
{
    private readonly UsherDb _db;
    private readonly IDatabaseEngine _engine;
    private readonly IDisposable? _turn;
    private readonly IDbContextTransaction _transaction;
    private readonly bool _lazily;

    private Change(UsherDb db, IDatabaseEngine engine, IDisposable? turn, IDbContextTransaction transaction, bool lazily) =>
        (_db, _engine, _turn, _transaction, _lazily) = (db, engine, turn, transaction, lazily);

    public static Task<Change> Begin(UsherDb db, IDatabaseEngine engine, CancellationToken cancellationToken) =>
        Begin(db, engine, lazily: false, cancellationToken);

    /// <summary>
    /// For what is done again if a crash takes it back: its commit does not wait for the disk, and the sale has the log to
    /// itself.
    /// </summary>
    public static Task<Change> BeginLazily(UsherDb db, IDatabaseEngine engine, CancellationToken cancellationToken) =>
        Begin(db, engine, lazily: true, cancellationToken);

    private static async Task<Change> Begin(UsherDb db, IDatabaseEngine engine, bool lazily, CancellationToken cancellationToken)
    {
        var turn = await engine.EnterWrite(cancellationToken);
        try
        {
            var transaction = lazily ? await engine.BeginLazily(db, cancellationToken) : await db.Database.BeginTransactionAsync(cancellationToken);
            return new Change(db, engine, turn, transaction, lazily);
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    /// <summary>From here on the box office decides nothing about this event until the change has ended.</summary>
    public Task LockStock(Guid eventId, CancellationToken cancellationToken) => _engine.LockStock(_db, eventId, cancellationToken);

    /// <summary>From here on the account stays as it is until the change has ended. What it is has to be read after this.</summary>
    public Task LockAccount(Guid userId, AccountLock mode, CancellationToken cancellationToken) => _engine.LockAccount(_db, userId, mode, cancellationToken);

    public async Task Commit(CancellationToken cancellationToken)
    {
        await _db.SaveChangesAsync(cancellationToken);
        // Once it has begun, a commit is not given up because the caller has gone.
        await _transaction.CommitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        if (_lazily)
            await _db.Database.CloseConnectionAsync();
        _turn?.Dispose();
    }
}
