using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Usher.IntegrationTests.Harness;
using Usher.Server.Platform.Persistence;

namespace Usher.IntegrationTests.Jobs;

/// <summary>Where the database breaks under a piece of work.</summary>
internal enum BreakingPlace { FirstCommand, SecondCommand, ThirdCommand, Transaction, Commit }

/// <summary>
/// A database that breaks in the middle of the work: each context that is opened breaks at the next place, with what the driver
/// throws when the database has gone, and in the next round with what it throws when a table has.
/// </summary>
internal sealed class BreakingDatabase(IDatabaseEngine engine, Engine kind)
{
    private static readonly int Places = Enum.GetValues<BreakingPlace>().Length;

    private int _opened;

    /// <summary>Where it broke. Work that has no third command cannot break there.</summary>
    public ConcurrentDictionary<BreakingPlace, int> Broken { get; } = new();

    /// <summary>Each place twice, if the work gets there.</summary>
    public bool HasBrokenEverywhere => Volatile.Read(ref _opened) > 2 * Places;

    public UsherDb Open()
    {
        var turn = Interlocked.Increment(ref _opened) - 1;
        return TestDatabase.Model(engine, new Breaks((BreakingPlace)(turn % Places), Fault(isAway: turn / Places % 2 == 0), Broken));
    }

    private DbException Fault(bool isAway) => (kind, isAway) switch
    {
        (Engine.Sqlite, true) => new SqliteException("disk I/O error", 10),
        (Engine.Sqlite, false) => new SqliteException("no such table", 1),
        (_, true) => new NpgsqlException("Exception while reading from stream", new EndOfStreamException()),
        (_, false) => new PostgresException("relation does not exist", "ERROR", "ERROR", PostgresErrorCodes.UndefinedTable),
    };

    private sealed class Breaks(BreakingPlace place, Exception fault, ConcurrentDictionary<BreakingPlace, int> broken) : DbCommandInterceptor, IDbTransactionInterceptor
    {
        private int _commands;

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) => Pass(result);

        public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) => Pass(result);

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) => Pass(result);

        public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
            DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default) =>
            new(At(BreakingPlace.Transaction, result));

        public ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
            new(At(BreakingPlace.Commit, result));

        private ValueTask<InterceptionResult<T>> Pass<T>(InterceptionResult<T> result) =>
            new(++_commands <= 3 ? At(BreakingPlace.FirstCommand + _commands - 1, result) : result);

        private T At<T>(BreakingPlace here, T result)
        {
            if (here != place)
                return result;
            broken.AddOrUpdate(here, 1, (_, count) => count + 1);
            throw fault;
        }
    }
}
