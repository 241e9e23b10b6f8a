using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using SQLitePCL;

namespace Usher.Server.Platform.Persistence.Sqlite;

internal sealed class SqliteEngine(string connectionString, TimeSpan? lockTimeout = null) : IDatabaseEngine, IDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly BoundedConnections _connections = new();
    private readonly TimeSpan _lockTimeout = lockTimeout ?? TimeSpan.FromSeconds(10);

    public string ConnectionString { get; } = connectionString;

    /// <summary>Path of the database file.</summary>
    public string File { get; } = new SqliteConnectionStringBuilder(connectionString).DataSource;

    public static string ConnectionStringOf(string file) => new SqliteConnectionStringBuilder { DataSource = file }.ConnectionString;

    public void Configure(DbContextOptionsBuilder options) => options
        .UseSqlite(ConnectionString, sqlite => sqlite.MigrationsHistoryTable("__migrations"))
        .UseSnakeCaseNamingConvention()
        .AddInterceptors(_connections);

    /// <summary>
    /// EF Core's own lock is a row that a killed process leaves behind forever, and the next process waits for it without a message. The
    /// holder of the file lock is the only migrating process, so any such row is an orphan.
    /// </summary>
    public async Task<IAsyncDisposable> BeginMigration(UsherDb db, CancellationToken cancellationToken)
    {
        PrivateFiles.Make(File);
        var alone = await MigrationLock.Take(File, cancellationToken);
        try
        {
            await db.Database.ExecuteSqlAsync($"DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
            return alone;
        }
        catch
        {
            await alone.DisposeAsync();
            throw;
        }
    }

    public Task<string?> FindObstacle(CancellationToken cancellationToken)
    {
        if (System.IO.File.Exists(File))
            PrivateFiles.Make(File);
        return Task.FromResult<string?>(null);
    }

    public async ValueTask<IDisposable?> EnterWrite(CancellationToken cancellationToken, TimeSpan? patience = null) =>
        await _writer.WaitAsync(patience ?? _lockTimeout, cancellationToken) ? new Turn(_writer) : throw new WriterBusyException();

    /// <summary>A pragma of the connection, which must precede the transaction; every opening resets it.</summary>
    public async Task<IDbContextTransaction> BeginLazily(UsherDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"PRAGMA synchronous = NORMAL", cancellationToken);
        return await db.Database.BeginTransactionAsync(cancellationToken);
    }

    /// <summary>BEGIN IMMEDIATE has already taken the only write lock there is.</summary>
    public Task LockStock(UsherDb db, Guid eventId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task LockAccount(UsherDb db, Guid userId, AccountLock mode, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Deferred: a transaction that reads first takes no write lock.</summary>
    public async Task<IAsyncDisposable> BeginSnapshot(UsherDb db, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return new Snapshot(db, transaction, (await db.Database.UseTransactionAsync(transaction, cancellationToken))!);
    }

    public async Task<IAsyncDisposable?> EndWith(UsherDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        return new Ended(db, cancellationToken);
    }

    public Task<IAlone?> TryRunAlone(string job, CancellationToken cancellationToken) => Task.FromResult<IAlone?>(new Alone());

    /// <summary>An embedded database has the clock of its process.</summary>
    public Task<DateTimeOffset> ReadClock(UsherDb db, CancellationToken cancellationToken) => Task.FromResult(TimeProvider.System.GetUtcNow());

    /// <summary>
    /// The tables are overwritten by <see cref="Overwrites"/>; what was in them before is in the write-ahead log. Most of it goes to the
    /// tables beside the sale. The sale waits for the rest, and for as long as readers finish, but no longer than this.
    /// </summary>
    public async Task<bool> ForgetOverwritten(UsherDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var connection = db.Database.GetDbConnection();
            await Pragma(connection, "wal_checkpoint(PASSIVE)", cancellationToken);
            using var turn = await EnterWrite(cancellationToken);
            await Pragma(connection, "busy_timeout = 50", cancellationToken);
            // Its first column: whether it had to leave something.
            return await Pragma(connection, "wal_checkpoint(TRUNCATE)", cancellationToken) is "0";
        }
        finally
        {
            // Every opening sets the patience back.
            await db.Database.CloseConnectionAsync();
        }
    }

    public string? ViolatedKey(Exception exception) =>
        Find(exception) is { SqliteExtendedErrorCode: Sqlite3ConstraintUnique or Sqlite3ConstraintPrimaryKey } unique ? unique.Message : null;

    public bool IsTransient(Exception exception) =>
        exception is WriterBusyException || Find(exception) is { SqliteErrorCode: Sqlite3Busy or Sqlite3Locked or Sqlite3IoError or Sqlite3Full or Sqlite3CannotOpen };

    /// <summary>The disk failed for another reason than lack of space: the running write may or may not be durable.</summary>
    public static bool IsDiskFailure(SqliteException exception) => exception.SqliteErrorCode == Sqlite3IoError;

    public async Task<IReadOnlyList<string>> FindUnsafeSettings(UsherDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var connection = db.Database.GetDbConnection();
        var unsafeSettings = new List<string>();
        if (await Pragma(connection, "journal_mode", cancellationToken) is not "wal" and var mode)
            unsafeSettings.Add($"journal_mode = {mode}, not wal");
        if (await Pragma(connection, "synchronous", cancellationToken) is not "2" and var level)
            unsafeSettings.Add($"synchronous = {level}, not 2 (FULL)");
        await db.Database.CloseConnectionAsync();
        return unsafeSettings;
    }

    public Sql ValueOf(DateTimeOffset instant) => Sql.Of($"{instant.ToUnixTimeMilliseconds()}");

    public Sql ValueOf(DateTime local) => Sql.Of($"{local}");

    public T Pick<T>(Func<T> sqlite, Func<T> postgres) => sqlite();

    /// <summary>
    /// After the last connection of a clean stop, all data is in the one file. A copy of that file alone would lose the content of the
    /// write-ahead log. While other processes read, the log stays.
    /// </summary>
    public void Dispose()
    {
        _writer.Dispose();
        if (!System.IO.File.Exists(File))
            return;
        try
        {
            using var connection = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(connection);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
            SqliteConnection.ClearPool(connection);
        }
        catch (SqliteException)
        {
            // The log is as durable as the file, and the next start reads it.
        }
    }

    internal const int Sqlite3Busy = 5, Sqlite3Locked = 6, Sqlite3IoError = 10, Sqlite3Full = 13, Sqlite3CannotOpen = 14;
    private const int Sqlite3ConstraintUnique = 2067, Sqlite3ConstraintPrimaryKey = 1555;

    private static SqliteException? Find(Exception? exception) => exception switch
    {
        null => null,
        SqliteException found => found,
        _ => Find(exception.InnerException),
    };

    private static async Task<string?> Pragma(DbConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return (await command.ExecuteScalarAsync(cancellationToken))?.ToString();
    }

    /// <summary>SQLite overwrites deleted and replaced data instead of only unlinking it. The box office deletes nothing.</summary>
    internal const string Overwrites = "PRAGMA secure_delete = ON;";

    /// <summary>Pragmas of a durable sale, for every connection.</summary>
    /// <param name="cacheKilobytes">Page cache of the connection. The system caches the other pages.</param>
    /// <param name="more">Additional pragmas.</param>
    public static void MakeDurable(DbConnection connection, int cacheKilobytes = 4_096, string more = "")
    {
        // EF Core checks for the database through a read-only connection, and a file restored from a backup has no log yet.
        if (connection.ConnectionString.Contains("Mode=ReadOnly", StringComparison.OrdinalIgnoreCase))
            return;
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture,
            $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -{cacheKilobytes};") + more;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// The driver checks a token only before a statement, and its Cancel does nothing. SQLite calls this progress handler every so many
    /// instructions. Unlike sqlite3_interrupt, it also stops a statement that begins after the cancellation.
    /// </summary>
    private sealed class Ended : IAsyncDisposable
    {
        private const int Instructions = 20_000;

        private readonly UsherDb _db;
        private readonly sqlite3 _connection;

        public Ended(UsherDb db, CancellationToken cancellationToken)
        {
            (_db, _connection) = (db, ((SqliteConnection)db.Database.GetDbConnection()).Handle!);
            raw.sqlite3_progress_handler(_connection, Instructions, _ => cancellationToken.IsCancellationRequested ? 1 : 0, null);
        }

        /// <summary>The next user of the connection must not be cancelled.</summary>
        public async ValueTask DisposeAsync()
        {
            raw.sqlite3_progress_handler(_connection, 0, null, null);
            await _db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>It returns its connection when it is disposed, not when the response has been read.</summary>
    private sealed class Snapshot(UsherDb db, SqliteTransaction transaction, IDbContextTransaction used) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await used.DisposeAsync();
            await transaction.DisposeAsync();
            await db.Database.CloseConnectionAsync();
        }
    }

    private sealed class Alone : IAlone
    {
        public Task<bool> IsHeld(CancellationToken cancellationToken) => Task.FromResult(true);

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}
