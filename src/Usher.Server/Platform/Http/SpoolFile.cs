namespace Usher.Server.Platform.Http;

/// <summary>A file for what is too large for memory and belongs to one request. It has no name once it is open, so whatever ends the process ends it, too.</summary>
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

    /// <summary>No room is left, on the disk or for this user of it; there may be later.</summary>
    public static bool IsOutOfSpace(Exception exception) =>
        exception is IOException { HResult: OutOfSpace or OutOfQuota or DiskFullOfWindows } || (exception.InnerException is { } inner && IsOutOfSpace(inner));
}
