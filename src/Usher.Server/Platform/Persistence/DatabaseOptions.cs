using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Platform.Persistence;

internal enum EngineName { Sqlite, Postgres }

internal sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary><c>Sqlite</c>, a file for one process, or <c>Postgres</c>, for any number of processes.</summary>
    public EngineName Engine { get; init; } = EngineName.Sqlite;

    /// <summary>Seconds after which the database cancels a statement.</summary>
    [Range(1, 600)]
    public int StatementTimeoutSeconds { get; init; } = 15;

    /// <summary>Seconds that a statement may wait for a lock, or on SQLite for the writer.</summary>
    [Range(1, 600)]
    public int LockTimeoutSeconds { get; init; } = 10;
}
