namespace Usher.Server.Platform;

/// <summary>Folder of all files that this machine stores.</summary>
internal sealed class DataDirectory(IConfiguration configuration, IHostEnvironment environment)
{
    public string Path { get; } = Make(System.IO.Path.GetFullPath(
        configuration["DataDirectory"] is { Length: > 0 } configured ? configured : "data",
        environment.ContentRootPath));

    /// <summary>Readable by its owner only, because it contains personal data. An existing folder keeps its permissions.</summary>
    private static string Make(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path).FullName
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);
}
