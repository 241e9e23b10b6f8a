using System.Data;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Usher.Server.Platform.Persistence.Postgres;

internal sealed class PostgresEngine : IDatabaseEngine, IDisposable
{
    private readonly NpgsqlDataSource _pool;

    public PostgresEngine(string connectionString, DatabaseOptions options)
    {
        // Two servers and one worker fit into the 100 connections of a default PostgreSQL. Later settings override this one.
        var settings = new NpgsqlConnectionStringBuilder($"Maximum Pool Size=30;{connectionString}");
        settings.ApplicationName ??= "usher";
        settings.Options = string.Join(' ', settings.Options,
            $"-c statement_timeout={options.StatementTimeoutSeconds}s",
            // With less, the index of words stores pages instead of rows, and each row of those pages is checked again.
            "-c work_mem=16MB",
            // On current disks, a random page costs hardly more than a sequential one, and most pages are in memory. With the default of four,
            // the planner scans a whole index of shown events to avoid a few random pages.
            "-c random_page_cost=1.1",
            // JIT compilation takes longer than any of our plans runs.
            "-c jit=off",
            // A reader uses one core at most: the others serve other readers and the sale.
            "-c max_parallel_workers_per_gather=0",
            $"-c lock_timeout={options.LockTimeoutSeconds}s",
            $"-c idle_in_transaction_session_timeout={options.StatementTimeoutSeconds}s").Trim();
        ConnectionOptions = settings.Options;
        ConnectionString = settings.ConnectionString;
        // Without a name, metrics and traces would use the connection string.
        _pool = new NpgsqlDataSourceBuilder(ConnectionString) { Name = "usher" }.Build();
    }

    public string ConnectionString { get; }

    /// <summary>Server settings of every connection.</summary>
    public string ConnectionOptions { get; }

    /// <summary>Closes the pooled connections.</summary>
    public void Dispose() => _pool.Dispose();

    public void Configure(DbContextOptionsBuilder options) => options
        .UseNpgsql(_pool, postgres => postgres.MigrationsHistoryTable("__migrations"))
        .UseSnakeCaseNamingConvention();

    /// <summary>
    /// An advisory lock of the migrating session: a statement of a killed process continues in the server, and the lock with it. Table
    /// locks wait no longer than usual, because the sale would queue behind a waiting migration.
    /// </summary>
    public async Task<IAsyncDisposable> BeginMigration(UsherDb db, CancellationToken cancellationToken)
    {
        db.Database.SetCommandTimeout(TimeSpan.FromDays(1));
        try
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
        }
        catch (PostgresException none) when (none.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            // The migration creates the database too.
            return new Migration(db);
        }
        await db.Database.ExecuteSqlRawAsync(
            "SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock(hashtextextended('Migrate', 0)); RESET lock_timeout", cancellationToken);
        return new Migration(db);
    }

    /// <summary>
    /// A pooler in transaction mode sends the next statement of a session to another connection, on which nothing is prepared or locked:
    /// two sessions then share a backend, or one session changes its backend.
    /// </summary>
    public async Task<string?> FindObstacle(CancellationToken cancellationToken)
    {
        const int Looks = 3;
        try
        {
            await using var one = await Unpooled(cancellationToken);
            await using var other = await Unpooled(cancellationToken);
            var backend = await Backend(one, cancellationToken);
            for (var look = 0; look < Looks; look++)
                if (await Backend(other, cancellationToken) == backend || await Backend(one, cancellationToken) != backend)
                    return "ConnectionStrings:Database leads to a pooler in transaction mode (pool_mode of PgBouncer), which takes prepared statements and " +
                        "advisory locks apart: let it lead to PostgreSQL itself, or to a pool in session mode.";
        }
        catch (PostgresException none) when (none.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            // The database does not exist yet.
        }
        return null;
    }

    private async Task<NpgsqlConnection> Unpooled(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<int> Backend(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public ValueTask<IDisposable?> EnterWrite(CancellationToken cancellationToken, TimeSpan? patience = null) => default;

    public async Task<IDbContextTransaction> BeginLazily(UsherDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SET LOCAL synchronous_commit = off", cancellationToken);
        return transaction;
    }

    /// <summary>NO KEY: a foreign-key check of the same row does not queue behind it.</summary>
    public Task LockStock(UsherDb db, Guid eventId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT 1 FROM event_stock WHERE event_id = {eventId} FOR NO KEY UPDATE", cancellationToken);

    /// <summary>A foreign-key check takes KEY SHARE; only the strongest lock blocks it.</summary>
    public async Task LockAccount(UsherDb db, Guid userId, AccountLock mode, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync(mode switch
        {
            AccountLock.Use => $"SELECT 1 FROM users WHERE id = {userId} FOR KEY SHARE",
            AccountLock.Change => $"SELECT 1 FROM users WHERE id = {userId} FOR NO KEY UPDATE",
            _ => $"SELECT 1 FROM users WHERE id = {userId} FOR UPDATE",
        }, cancellationToken);
        if (mode == AccountLock.Erase)
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AccountLocks}, {BucketsOf([userId])[0]})", cancellationToken);
    }

    /// <summary>
    /// Advisory locks that stand for accounts: a row lock writes to the row, which is too much for each booking. A few locks stand for all
    /// accounts, so that a batch takes no more locks than the server has room for.
    /// </summary>
    public const int AccountLocks = 1_970_496_882;

    private const int Buckets = 256;

    /// <summary>Sorted, to avoid deadlocks. The last bits of an id are random.</summary>
    public static int[] BucketsOf(IEnumerable<Guid> accounts) => [.. accounts.Select(id => id.ToByteArray()[15] % Buckets).Distinct().Order()];

    public async Task<IAsyncDisposable> BeginSnapshot(UsherDb db, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        if (patience is { } each)
            await db.Database.ExecuteSqlAsync($"SELECT set_config('statement_timeout', {((long)each.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}, true)", cancellationToken);
        return transaction;
    }

    /// <summary>Npgsql tells the server when a token is cancelled.</summary>
    public Task<IAsyncDisposable?> EndWith(UsherDb db, CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable?>(null);

    public async Task<IAlone?> TryRunAlone(string job, CancellationToken cancellationToken)
    {
        var connection = await _pool.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection) { Parameters = { new() { Value = job } } };
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
                return new Alone(connection, job);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        await connection.DisposeAsync();
        return null;
    }

    public async Task<DateTimeOffset> ReadClock(UsherDb db, CancellationToken cancellationToken) =>
        await db.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"").SingleAsync(cancellationToken);

    /// <summary>VACUUM removes what was there before, by its own plan; the log and its archive are the operator's.</summary>
    public Task<bool> ForgetOverwritten(UsherDb db, CancellationToken cancellationToken) => Task.FromResult(true);

    public string? ViolatedKey(Exception exception) =>
        Find(exception) is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } unique ? unique.ConstraintName : null;

    public bool IsTransient(Exception exception) => Find(exception) is { } found && (found.IsTransient || found is PostgresException
    {
        SqlState: PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DiskFull
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            // Errors behind a pooler in transaction mode: the statement was prepared on another connection.
            or PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.ProtocolViolation
            or "25P03" // idle_in_transaction_session_timeout
    } || found is not PostgresException);

    public async Task<IReadOnlyList<string>> FindUnsafeSettings(UsherDb db, CancellationToken cancellationToken)
    {
        var settings = await db.Database.SqlQuery<string>(
            $"SELECT name || ' = ' || setting AS \"Value\" FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off'")
            .ToListAsync(cancellationToken);
        return settings;
    }

    public Sql ValueOf(DateTimeOffset instant) => Sql.Of($"{instant}");

    /// <summary>Parsing it from a text depends on a setting, so PostgreSQL would parse it again for each row.</summary>
    public Sql ValueOf(DateTime local) => Sql.Of(
        $"make_timestamp({local.Year}, {local.Month}, {local.Day}, {local.Hour}, {local.Minute}, {local.TimeOfDay.TotalSeconds % 60})");

    public T Pick<T>(Func<T> sqlite, Func<T> postgres) => postgres();

    /// <summary>The lock belongs to the connection: the server releases it when the process dies.</summary>
    private sealed class Alone(NpgsqlConnection connection, string job) : IAlone
    {
        public async Task<bool> IsHeld(CancellationToken cancellationToken)
        {
            try
            {
                await using var command = new NpgsqlCommand("SELECT 1", connection);
                return await command.ExecuteScalarAsync(cancellationToken) is not null;
            }
            catch (Exception broken) when (broken is NpgsqlException or InvalidOperationException or IOException)
            {
                return false;
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock(hashtextextended($1, 0))", connection) { Parameters = { new() { Value = job } } };
                await command.ExecuteNonQueryAsync();
            }
            catch (Exception broken) when (broken is NpgsqlException or InvalidOperationException or IOException)
            {
                // A broken connection has released its locks.
            }
            await connection.DisposeAsync();
        }
    }

    private sealed class Migration(UsherDb db) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                if (db.Database.GetDbConnection().State == ConnectionState.Open)
                    await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_unlock_all(); RESET statement_timeout");
            }
            catch (Exception broken) when (broken is NpgsqlException or InvalidOperationException or IOException)
            {
                // A broken connection has released its locks.
            }
            await db.Database.CloseConnectionAsync();
        }
    }

    private static NpgsqlException? Find(Exception? exception) => exception switch
    {
        null => null,
        NpgsqlException found => found,
        _ => Find(exception.InnerException),
    };
}
