using Microsoft.Data.Sqlite;
using Usher.Server.Platform.Persistence.Sqlite;

namespace Usher.Server.Platform.Persistence.Backup;

/// <summary>A SQLite database file, beside other processes that have it open.</summary>
internal static class SqliteFile
{
    public const string OthersHaveTheirOwn = "PostgreSQL is backed up by its own programs: see deploy/backup.sh and deploy/restore.sh.";

    public static async Task<SqliteConnection> Open(string file, SqliteOpenMode mode, CancellationToken cancellationToken)
    {
        if (mode == SqliteOpenMode.ReadWriteCreate)
            PrivateFiles.Make(file);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ConnectionString);
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

    /// <summary>First column of all results of the statements.</summary>
    public static async Task<List<string>> Ask(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var answers = new List<string>();
        do
        {
            while (await reader.ReadAsync(cancellationToken))
                answers.Add(reader.GetString(0));
        }
        while (await reader.NextResultAsync(cancellationToken));
        return answers;
    }

    /// <summary>Integrity errors that the database reports for its pages, without indexes; null if there are none.</summary>
    public static async Task<string?> Fault(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var found = await Ask(connection, "PRAGMA quick_check(1)", cancellationToken);
        return found is ["ok"] ? null : string.Join(' ', found);
    }

    public static async Task<int> Fail(string why)
    {
        await Console.Error.WriteLineAsync($"usher: {why}");
        return 1;
    }
}
