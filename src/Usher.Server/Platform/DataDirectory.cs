namespace Usher.Server.Platform;

/// <summary>The folder in which everything lies that is kept on this machine.</summary>
internal sealed class DataDirectory(IConfiguration configuration, IHostEnvironment environment)
{
    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.GetFullPath(
        configuration["DataDirectory"] is { Length: > 0 } configured ? configured : "data",
        environment.ContentRootPath)).FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);
}
