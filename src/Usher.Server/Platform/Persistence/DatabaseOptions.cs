using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Platform.Persistence;

internal enum EngineName { Sqlite, Postgres }

internal sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary><c>Sqlite</c>, a file and one process, or <c>Postgres</c>, for as many processes as one likes.</summary>
    public EngineName Engine { get; init; } = EngineName.Sqlite;

    /// <summary>Seconds a statement may run before the database ends it.</summary>
    [Range(1, 600)]
    public int StatementTimeoutSeconds { get; init; } = 15;

    /// <summary>Seconds a statement may wait for a lock, or on SQLite for its turn to write.</summary>
    [Range(1, 600)]
    public int LockTimeoutSeconds { get; init; } = 10;
}
