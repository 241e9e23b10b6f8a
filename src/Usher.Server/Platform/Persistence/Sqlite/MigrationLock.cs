namespace Usher.Server.Platform.Persistence.Sqlite;

/// <summary>
/// A lock file: the operating system releases it with the process that holds it. The file itself stays, because deleting it could delete
/// the lock of the next process.
/// </summary>
internal static class MigrationLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>EWOULDBLOCK on Linux and on macOS, and a sharing violation on Windows.</summary>
    private static bool IsTaken(IOException exception) => (exception.HResult & 0xFFFF) is 11 or 35 or 32;

    /// <summary>Waits for a process that migrates the same database.</summary>
    public static async Task<IAsyncDisposable> Take(string database, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new FileStream($"{database}.lock", OptionsOfFile());
            }
            catch (IOException taken) when (IsTaken(taken))
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static FileStreamOptions OptionsOfFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
