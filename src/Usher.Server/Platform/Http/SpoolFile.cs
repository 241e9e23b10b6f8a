namespace Usher.Server.Platform.Http;

/// <summary>
/// A temporary file of one request, for data too large for memory. It has no name while it is open, so the end of the process deletes it.
/// </summary>
internal static class SpoolFile
{
    private const int OutOfSpace = 28, OutOfQuota = 122, DiskFullOfWindows = unchecked((int)0x80070070);

    public static FileStream Open()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None),
        };
        if (OperatingSystem.IsWindows())
            return new FileStream(path, options);
        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        File.Delete(path);
        return file;
    }

    /// <summary>The disk, or the quota of this user, is full. A later attempt may succeed.</summary>
    public static bool IsOutOfSpace(Exception exception) =>
        exception is IOException { HResult: OutOfSpace or OutOfQuota or DiskFullOfWindows } || (exception.InnerException is { } inner && IsOutOfSpace(inner));
}
