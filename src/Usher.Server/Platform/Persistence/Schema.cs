using Microsoft.EntityFrameworkCore;

namespace Usher.Server.Platform.Persistence;

/// <summary>Difference between the schema of a database and that of this program.</summary>
/// <param name="Lacking">Migrations of this program that the database lacks.</param>
/// <param name="Unknown">Migrations of the database that this program does not know: a newer version is being rolled out, or the database belongs to another program.</param>
internal sealed record Schema(IReadOnlyList<string> Lacking, IReadOnlyList<string> Unknown, bool IsEmpty)
{
    public bool IsNewest => Lacking.Count == 0;

    /// <summary>Reason why this program cannot work on it.</summary>
    public string Fault =>
        IsEmpty ? "The database has no tables yet: run `usher migrate` first."
        : Unknown.Count > 0 ? $"The database was made by a build of this program that was never released: it has {Unknown[0]}, which this one does not know, and lacks {Lacking[0]}. Start on an empty database."
        : $"The database has an older schema and lacks {Lacking[0]}{(Lacking.Count > 1 ? $" and {Lacking.Count - 1} more" : "")}: run `usher migrate` first.";

    public static async Task<Schema> Read(UsherDb db, CancellationToken cancellationToken)
    {
        string[] known = [.. db.Database.GetMigrations()];
        string[] applied = [.. await db.Database.GetAppliedMigrationsAsync(cancellationToken)];
        return new([.. known.Except(applied)], [.. applied.Except(known)], applied.Length == 0);
    }
}
