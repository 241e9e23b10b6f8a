namespace Usher.Server.Platform;

/// <summary>The folder in which everything lies that is kept on this machine.</summary>
internal sealed class DataDirectory(IConfiguration configuration, IHostEnvironment environment)
{
    public string Path { get; } = Make(System.IO.Path.GetFullPath(
        configuration["DataDirectory"] is { Length: > 0 } configured ? configured : "data",
        environment.ContentRootPath));

    /// <summary>For its owner alone: it holds personal data. One that is there already keeps what it lets in.</summary>
    private static string Make(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path).FullName
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);
}
