namespace Usher.Server.Platform.Persistence.Sqlite;

/// <summary>
/// SQLite gives its log and its index the permissions of the database file, and the process's umask determines those of the database file.
/// </summary>
internal static class PrivateFiles
{
    private const UnixFileMode OfOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OfOthers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Creates the empty file, readable by its owner only. An existing file keeps its permissions.</summary>
    public static void Make(string database)
    {
        if (OperatingSystem.IsWindows() || !IsFile(database))
            return;
        if (!File.Exists(database))
        {
            new FileStream(database, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = OfOwner }).Dispose();
            return;
        }
        foreach (var file in (string[])[database, $"{database}-wal", $"{database}-shm"])
            Close(file);
    }

    private static void Close(string file)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && File.Exists(file) && (File.GetUnixFileMode(file) & OfOthers) != 0)
                File.SetUnixFileMode(file, File.GetUnixFileMode(file) & ~OfOthers);
        }
        catch (Exception others) when (others is UnauthorizedAccessException or IOException)
        {
            // The file belongs to another user, who decides about its permissions.
        }
    }

    private static bool IsFile(string database) => database.Length > 0 && database != ":memory:" && !database.StartsWith("file:", StringComparison.Ordinal);
}
