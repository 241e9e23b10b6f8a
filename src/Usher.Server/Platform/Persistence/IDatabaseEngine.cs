using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Usher.Server.Platform.Persistence;

/// <summary>All differences between the engines that the model cannot express.</summary>
internal interface IDatabaseEngine
{
    void Configure(DbContextOptionsBuilder options);

    /// <summary>
    /// Waits for the migration lock, which other processes cannot take until this is disposed or the process ends. Statements on the
    /// context's connection have no time limit meanwhile.
    /// </summary>
    Task<IAsyncDisposable> BeginMigration(UsherDb db, CancellationToken cancellationToken);

    /// <summary>Reason why no process can work on this connection, in a sentence for the operator; null if there is none.</summary>
    Task<string?> FindObstacle(CancellationToken cancellationToken);

    /// <summary>
    /// Waits until this process may write. SQLite has one writer: all writers queue here instead of failing on a busy database. PostgreSQL
    /// admits all.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="patience">Longest wait; after it, a <see cref="WriterBusyException"/>, which is transient. By default, as long as for any lock.</param>
    ValueTask<IDisposable?> EnterWrite(CancellationToken cancellationToken, TimeSpan? patience = null);

    /// <summary>
    /// A transaction with asynchronous commit. The log keeps the order, so a crash loses only the last of these transactions, and a later
    /// durable commit makes earlier ones durable too. Its connection is closed with it.
    /// </summary>
    Task<IDbContextTransaction> BeginLazily(UsherDb db, CancellationToken cancellationToken);

    /// <summary>
    /// Locks the row of the event's stock in a transaction. Every writer of data that the box office decides by takes this lock first.
    /// </summary>
    Task LockStock(UsherDb db, Guid eventId, CancellationToken cancellationToken);

    /// <summary>Locks the row of an account in a transaction.</summary>
    Task LockAccount(UsherDb db, Guid userId, AccountLock mode, CancellationToken cancellationToken);

    /// <summary>A read-only transaction on one snapshot that blocks no other transaction.</summary>
    /// <param name="patience">Time limit of each statement, if it should be longer than usual and the database supports it.</param>
    Task<IAsyncDisposable> BeginSnapshot(UsherDb db, CancellationToken cancellationToken, TimeSpan? patience = null);

    /// <summary>
    /// Until it is disposed, cancelling the token also stops a running statement of the context. Null if the driver does this itself.
    /// </summary>
    Task<IAsyncDisposable?> EndWith(UsherDb db, CancellationToken cancellationToken);

    /// <summary>
    /// Null while another process runs the same job. Otherwise no other process runs it until this is disposed or the process ends. A
    /// SQLite file has only one process.
    /// </summary>
    Task<IAlone?> TryRunAlone(string job, CancellationToken cancellationToken);

    /// <summary>The instant that decides stock and sale windows.</summary>
    Task<DateTimeOffset> ReadClock(UsherDb db, CancellationToken cancellationToken);

    /// <summary>
    /// Removes overwritten and deleted values from every file that this program may write. False if a reader still sees the earlier
    /// state: try again.
    /// </summary>
    Task<bool> ForgetOverwritten(UsherDb db, CancellationToken cancellationToken);

    /// <summary>Name of the violated unique index or key, or null.</summary>
    string? ViolatedKey(Exception exception);

    /// <summary>The database is unreachable, busy or full; the same request may succeed later.</summary>
    bool IsTransient(Exception exception);

    /// <summary>Settings that may lose an acknowledged sale, each with its value.</summary>
    Task<IReadOnlyList<string>> FindUnsafeSettings(UsherDb db, CancellationToken cancellationToken);

    /// <summary>An instant as a value of a hand-written statement.</summary>
    Sql ValueOf(DateTimeOffset instant);

    /// <summary>A local time as a value of a hand-written statement.</summary>
    Sql ValueOf(DateTime local);

    /// <summary>For the few places with a separate class for each engine.</summary>
    T Pick<T>(Func<T> sqlite, Func<T> postgres);
}

/// <summary>Purpose of a lock on an account's row, which determines who waits for it.</summary>
internal enum AccountLock
{
    /// <summary>Write in the name of the account: only its erasure waits.</summary>
    Use,

    /// <summary>Change of the account, or a new session: other changes wait too.</summary>
    Change,

    /// <summary>Erasure: every other holder waits, and no write in its name is running.</summary>
    Erase,
}

/// <summary>Other writers held the writer for the whole wait. Nothing was done.</summary>
internal sealed class WriterBusyException() : TimeoutException("The database's one writer was busy for too long.");

/// <summary>No other process runs the job until this is disposed or its connection breaks.</summary>
internal interface IAlone : IAsyncDisposable
{
    /// <summary>False if the connection has broken, which also releases the lock.</summary>
    Task<bool> IsHeld(CancellationToken cancellationToken);
}
