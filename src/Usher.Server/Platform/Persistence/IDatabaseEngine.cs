using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Usher.Server.Platform.Persistence;

/// <summary>All the difference between the engines that the model cannot express.</summary>
internal interface IDatabaseEngine
{
    void Configure(DbContextOptionsBuilder options);

    /// <summary>
    /// Waits until no other process migrates the database, and lets none begin until this is disposed or the process has gone.
    /// Statements on the context's connection have no time limit meanwhile.
    /// </summary>
    Task<IAsyncDisposable> BeginMigration(UsherDb db, CancellationToken cancellationToken);

    /// <summary>Why no process can work on this connection, in a sentence for its operator; null when it can.</summary>
    Task<string?> FindObstacle(CancellationToken cancellationToken);

    /// <summary>
    /// Waits until this process may write. SQLite has one writer: everything that writes queues here instead of
    /// failing on a busy database. PostgreSQL lets everyone in.
    /// </summary>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <param name="patience">Longer than this nobody waits: a <see cref="WriterBusyException"/>, which is transient. As long as for any lock when left out.</param>
    ValueTask<IDisposable?> EnterWrite(CancellationToken cancellationToken, TimeSpan? patience = null);

    /// <summary>
    /// A transaction whose commit does not wait for the disk. The log keeps the order, so a crash takes back the last of them
    /// only, and whatever commits durably afterwards makes them durable, too. Its connection is closed with it.
    /// </summary>
    Task<IDbContextTransaction> BeginLazily(UsherDb db, CancellationToken cancellationToken);

    /// <summary>
    /// Inside a transaction: takes the row that stands for the event's stock.
    /// Whoever changes what the box office decides by takes it first.
    /// </summary>
    Task LockStock(UsherDb db, Guid eventId, CancellationToken cancellationToken);

    /// <summary>Inside a transaction: takes the row of an account.</summary>
    Task LockAccount(UsherDb db, Guid userId, AccountLock mode, CancellationToken cancellationToken);

    /// <summary>A transaction that only reads, all of it from one moment, and holds nobody up.</summary>
    /// <param name="patience">For each statement, where the database can be told and is to have more than usual.</param>
    Task<IAsyncDisposable> BeginSnapshot(UsherDb db, CancellationToken cancellationToken, TimeSpan? patience = null);

    /// <summary>
    /// Until it is disposed, whatever the context asks ends when a token says so, also in the middle of a statement. Null where
    /// the driver sees to that itself.
    /// </summary>
    Task<IAsyncDisposable?> EndWith(UsherDb db, CancellationToken cancellationToken);

    /// <summary>
    /// Null while another process does the same job; else nobody else does it until this is disposed or the process has gone.
    /// A process that SQLite's file belongs to has no other beside it.
    /// </summary>
    Task<IAlone?> TryRunAlone(string job, CancellationToken cancellationToken);

    /// <summary>The instant by which stock and sale windows are decided.</summary>
    Task<DateTimeOffset> ReadClock(UsherDb db, CancellationToken cancellationToken);

    /// <summary>
    /// Sees to it that what was overwritten or deleted before stands in no file that this program may write. False when somebody
    /// still reads what was there before: try again.
    /// </summary>
    Task<bool> ForgetOverwritten(UsherDb db, CancellationToken cancellationToken);

    /// <summary>The name of the unique index or key that the exception says is violated, or null.</summary>
    string? ViolatedKey(Exception exception);

    /// <summary>The database is away, busy or full: the same request may succeed later.</summary>
    bool IsTransient(Exception exception);

    /// <summary>The settings without which an acknowledged sale may be lost, each with what it is set to.</summary>
    Task<IReadOnlyList<string>> FindUnsafeSettings(UsherDb db, CancellationToken cancellationToken);

    /// <summary>An instant as a value of a hand-written statement.</summary>
    Sql ValueOf(DateTimeOffset instant);

    /// <summary>A time on a clock somewhere as a value of a hand-written statement.</summary>
    Sql ValueOf(DateTime local);

    /// <summary>For the few places that need a class of their own on each engine.</summary>
    T Pick<T>(Func<T> sqlite, Func<T> postgres);
}

/// <summary>For what an account's row is taken, and who has to wait for it therefore.</summary>
internal enum AccountLock
{
    /// <summary>Something is written in its name: only its erasure waits.</summary>
    Use,

    /// <summary>It is changed, or a session of it is opened: other changes wait, too.</summary>
    Change,

    /// <summary>Everybody waits, and nothing written in its name is under way.</summary>
    Erase,
}

/// <summary>Others wrote all the time that somebody had to wait for their turn. Nothing was done.</summary>
internal sealed class WriterBusyException() : TimeoutException("The database's one writer was busy for too long.");

/// <summary>Nobody else does the job until this is disposed, or its connection breaks.</summary>
internal interface IAlone : IAsyncDisposable
{
    /// <summary>False when the connection has broken, and the lock with it.</summary>
    Task<bool> IsHeld(CancellationToken cancellationToken);
}
