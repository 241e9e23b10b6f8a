using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Persistence.Postgres;
using Usher.Server.Platform.Persistence.Sqlite;

namespace Usher.IntegrationTests.Harness;

/// <summary>Looks past the API where a test must: to move an event into the past, or to count what is really there.</summary>
/// <param name="DataDirectory">Servers that share it share the signing key, too.</param>
public sealed record TestDatabase(Engine Engine, string ConnectionString, string DataDirectory)
{
    public async Task<long> Count(string sql, params (string Name, object Value)[] values)
    {
        await using var connection = await Open();
        await using var command = Command(connection, sql, values);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), null);
    }

    /// <summary>All that a table has in a column of ids.</summary>
    public async Task<HashSet<Guid>> Ids(string table, string column)
    {
        await using var connection = await Open();
        await using var command = Command(connection, $"SELECT {column} FROM {table}", []);
        await using var rows = await command.ExecuteReaderAsync();
        var ids = new HashSet<Guid>();
        while (await rows.ReadAsync())
            ids.Add(rows.GetGuid(0));
        return ids;
    }

    public async Task<int> Run(string sql, params (string Name, object Value)[] values)
    {
        await using var connection = await Open();
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>PostgreSQL only: a transaction that has run the statement, and keeps its locks until it is disposed.</summary>
    public async Task<NpgsqlConnection> Hold(string sql)
    {
        var connection = new NpgsqlConnection($"{ConnectionString};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; {sql}", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Moves the times of an event, as if it had been made earlier. Instants are kept as the engine keeps them.</summary>
    public Task Shift(Guid eventId, string column, DateTimeOffset to) =>
        Run($"UPDATE events SET {column} = @to WHERE id = @id", ("to", Instant(to)), ("id", eventId));

    public object Instant(DateTimeOffset instant) => Engine == Engine.Sqlite ? instant.ToUnixTimeMilliseconds() : instant.UtcDateTime;

    /// <summary>Every column that holds text, by its table.</summary>
    public async Task<List<(string Table, string Column)>> TextColumns()
    {
        await using var db = Model(NewEngine());
        return [.. from table in db.Model.GetEntityTypes()
                   from property in table.GetProperties()
                   where property.ClrType == typeof(string)
                   select (table.GetTableName(), property.GetColumnName())];
    }

    /// <summary>The invariants, by the program's own checkers, in this process: a verb a test would cost seconds.</summary>
    public async Task Verify()
    {
        await using var db = Model(NewEngine());
        foreach (var (invariant, breaches) in await Server.Features.BoxOffice.Verification.Verify.Check(db, CancellationToken.None))
            Assert.True(breaches.Count == 0, $"{invariant.Id} {invariant.Name}: {string.Join("; ", breaches)}");
    }

    /// <summary>It keeps no connection unless told so: one a test would be too many for the cluster.</summary>
    internal IDatabaseEngine NewEngine(bool keepsConnections = false) => Engine == Engine.Sqlite
        ? new SqliteEngine(ConnectionString)
        : new PostgresEngine(keepsConnections ? ConnectionString : $"{ConnectionString};Pooling=False", new DatabaseOptions());

    internal static UsherDb Model(IDatabaseEngine engine, params IInterceptor[] interceptors) => engine.Pick<UsherDb>(
        () => new SqliteDb(Options<SqliteDb>(engine, interceptors)), () => new PostgresDb(Options<PostgresDb>(engine, interceptors)));

    private static DbContextOptions<T> Options<T>(IDatabaseEngine engine, IInterceptor[] interceptors) where T : DbContext
    {
        var options = new DbContextOptionsBuilder<T>();
        engine.Configure(options);
        options.AddInterceptors(interceptors).UseApplicationServiceProvider(new ServiceCollection()
            .AddSingleton(engine).AddSingleton(TimeProvider.System).AddSingleton<DatabaseClock>().AddSingleton<OutboxSignal>().BuildServiceProvider());
        return options.Options;
    }

    private async Task<DbConnection> Open()
    {
        DbConnection connection = Engine == Engine.Sqlite ? new SqliteConnection(ConnectionString) : new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static DbCommand Command(DbConnection connection, string sql, (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
