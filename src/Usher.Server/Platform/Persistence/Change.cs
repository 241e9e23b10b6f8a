using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Usher.Domain.Audit;

namespace Usher.Server.Platform.Persistence;

/// <summary>
/// A unit of work: one transaction that writes, with the messages (a transactional outbox) and the audit entries that commit with
/// it. Disposing it without <see cref="Commit"/> undoes it.
/// </summary>
internal sealed class Change : IAsyncDisposable
{
    private readonly IDisposable? _turn;
    private readonly IDbContextTransaction _transaction;
    private readonly bool _lazily;
    private DateTimeOffset? _now;
    private bool _publishes;

    private Change(UsherDb db, IDisposable? turn, IDbContextTransaction transaction, bool lazily) => (Db, _turn, _transaction, _lazily) = (db, turn, transaction, lazily);

    public UsherDb Db { get; }

    /// <summary>The one instant of the change: the database's clock as this process knows it, when the change first asks for it.</summary>
    public DateTimeOffset Now => _now ??= Db.Clock.Now;

    public static Task<Change> Begin(UsherDb db, CancellationToken cancellationToken) => Begin(db, lazily: false, cancellationToken);

    /// <summary>
    /// For what is done again if a crash takes it back: its commit does not wait for the disk, and the sale has the log to
    /// itself.
    /// </summary>
    public static Task<Change> BeginLazily(UsherDb db, CancellationToken cancellationToken) => Begin(db, lazily: true, cancellationToken);

    private static async Task<Change> Begin(UsherDb db, bool lazily, CancellationToken cancellationToken)
    {
        var turn = await db.Engine.EnterWrite(cancellationToken);
        try
        {
            var transaction = lazily ? await db.Engine.BeginLazily(db, cancellationToken) : await db.Database.BeginTransactionAsync(cancellationToken);
            return new Change(db, turn, transaction, lazily);
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    /// <summary>Locks the event's stock: until the change ends, the box office decides nothing about this event.</summary>
    public Task LockStock(Guid eventId, CancellationToken cancellationToken) => Db.Engine.LockStock(Db, eventId, cancellationToken);

    /// <summary>Locks the account until the change ends. Read its state after this call.</summary>
    public Task LockAccount(Guid userId, AccountLock mode, CancellationToken cancellationToken) => Db.Engine.LockAccount(Db, userId, mode, cancellationToken);

    /// <summary>Sets <see cref="Now"/> to the database's clock: later than everything that was decided before the locks were granted.</summary>
    public async Task ReadClock(CancellationToken cancellationToken)
    {
        await Db.ReadClock(cancellationToken);
        _now = Db.Clock.Now;
    }

    /// <summary>Publishes a message, which consumers get after the commit.</summary>
    /// <param name="type">Name and version of the message.</param>
    /// <param name="eventId">The event that the message is about.</param>
    /// <param name="userId">The account that the message is about.</param>
    public void Publish(string type, Guid? eventId = null, Guid? userId = null)
    {
        Db.Add(new OutboxRow { Type = type, EventId = eventId, UserId = userId, CreatedAt = Now });
        _publishes = true;
    }

    /// <summary>Adds an audit entry. The parameters are the members of <see cref="AuditEntry"/>.</summary>
    public void Audit(AuditAction action, Guid? actor, Guid? eventId = null, Guid? ticketTypeId = null, Guid? userId = null) =>
        Db.AuditEntries.Add(AuditEntry.Of(action, Now, actor, eventId, ticketTypeId, userId: userId));

    public async Task Commit(CancellationToken cancellationToken)
    {
        await Db.SaveChangesAsync(cancellationToken);
        // A commit that has begun is not cancelled when the caller disconnects.
        await _transaction.CommitAsync(CancellationToken.None);
        if (_publishes)
            Db.OutboxSignal.Raise();
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        if (_lazily)
            await Db.Database.CloseConnectionAsync();
        _turn?.Dispose();
    }
}
