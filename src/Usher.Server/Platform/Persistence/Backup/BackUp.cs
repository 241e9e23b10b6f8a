using Microsoft.Data.Sqlite;
using Usher.Server.Platform.Persistence.Sqlite;

namespace Usher.Server.Platform.Persistence.Backup;

/// <summary>
/// The verb <c>backup</c>. The copy is the database at one moment, made while a process sells: readers block no writer. The database itself
/// writes it, so the copy is durable when the verb ends, and an interrupted copy is not mistaken for a complete one.
/// </summary>
internal static class BackUp
{
    public static Task<int> Run(IServiceProvider services, string file, TextWriter output, CancellationToken cancellationToken) =>
        services.GetRequiredService<IDatabaseEngine>() is SqliteEngine sqlite
            ? Make(sqlite, file, output, cancellationToken)
            : SqliteFile.Fail(SqliteFile.OthersHaveTheirOwn);

    private static async Task<int> Make(SqliteEngine engine, string file, TextWriter output, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
            return await SqliteFile.Fail($"{file} is there already.");
        try
        {
            await using (var source = await SqliteFile.Open(engine.File, SqliteOpenMode.ReadWrite, cancellationToken))
            await using (var copy = await SqliteFile.Open(file, SqliteOpenMode.ReadWriteCreate, cancellationToken))
            {
                source.BackupDatabase(copy);
                // One file that can be moved, instead of three.
                await SqliteFile.Ask(copy, "PRAGMA journal_mode = DELETE", cancellationToken);
                if (await SqliteFile.Fault(copy, cancellationToken) is { } fault)
                    throw new InvalidDataException($"The database is damaged: {fault}");
            }
        }
        catch (Exception failure) when (failure is SqliteException or InvalidDataException or IOException)
        {
            File.Delete(file);
            return await SqliteFile.Fail(failure.Message);
        }
        await output.WriteLineAsync($"{file}: {new FileInfo(file).Length:N0} bytes. It holds personal data, as the database does.");
        return 0;
    }
}
