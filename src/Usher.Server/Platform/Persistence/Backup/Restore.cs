using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence.Sqlite;

namespace Usher.Server.Platform.Persistence.Backup;

/// <summary>
/// The verb <c>restore</c>. It keeps the previous database beside the restored one, because it may be the only copy of the newest data.
/// </summary>
internal static class Restore
{
    private const int Locked = 5;

    public static Task<int> Run(IServiceProvider services, string file, TextWriter output, CancellationToken cancellationToken) =>
        services.GetRequiredService<IDatabaseEngine>() is SqliteEngine sqlite
            ? PutBack(services, sqlite, file, output, cancellationToken)
            : SqliteFile.Fail(SqliteFile.OthersHaveTheirOwn);

    private static async Task<int> PutBack(IServiceProvider services, SqliteEngine engine, string file, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            await using var copy = await SqliteFile.Open(file, SqliteOpenMode.ReadOnly, cancellationToken);
            if (await SqliteFile.Fault(copy, cancellationToken) is { } fault)
                return await SqliteFile.Fail($"{file} is damaged: {fault}");
            if (await Newer(services, copy, cancellationToken) is { } newer)
                return await SqliteFile.Fail($"{file} is of a newer program than this one: {newer}");
            var kept = await MoveAway(engine.File, cancellationToken);
            await using (var target = await SqliteFile.Open(engine.File, SqliteOpenMode.ReadWriteCreate, cancellationToken))
                copy.BackupDatabase(target);
            await output.WriteLineAsync($"{engine.File} is what {file} was.{(kept is null ? "" : $" What was there is {kept} now.")} Start the program, and let `usher verify` look at it.");
            return 0;
        }
        catch (Exception failure) when (failure is SqliteException or IOException)
        {
            return await SqliteFile.Fail(failure.Message);
        }
    }

    /// <summary>A migration that only the copy knows, or the lack of any list of migrations.</summary>
    private static async Task<string?> Newer(IServiceProvider services, SqliteConnection copy, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var known = scope.ServiceProvider.GetRequiredService<UsherDb>().Database.GetMigrations().ToHashSet();
        var applied = await SqliteFile.Ask(copy, "SELECT migration_id FROM __migrations", cancellationToken);
        return applied.FirstOrDefault(migration => !known.Contains(migration));
    }

    /// <summary>Leaving the write-ahead log needs the only connection: it fails while a process has the database open.</summary>
    private static async Task<bool> LeavesTheLog(SqliteConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await SqliteFile.Ask(connection, "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE", cancellationToken) is [.., "delete"];
        }
        catch (SqliteException others) when (others.SqliteErrorCode == Locked)
        {
            return false;
        }
    }

    private static async Task<string?> MoveAway(string database, CancellationToken cancellationToken)
    {
        if (!File.Exists(database))
            return null;
        await using (var last = await SqliteFile.Open(database, SqliteOpenMode.ReadWrite, cancellationToken))
            if (!await LeavesTheLog(last, cancellationToken))
                throw new IOException($"A process has {database} open: stop it first.");
        var kept = string.Create(CultureInfo.InvariantCulture, $"{database}.before-{TimeProvider.System.GetUtcNow():yyyyMMddTHHmmssZ}");
        File.Move(database, kept);
        return kept;
    }
}
