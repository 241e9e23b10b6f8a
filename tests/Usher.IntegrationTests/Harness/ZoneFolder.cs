namespace Usher.IntegrationTests.Harness;

/// <summary>A copy of the system's time zones for a process to find by <c>TZDIR</c>, in which some are missing or have the rules of others.</summary>
public sealed class ZoneFolder : IDisposable
{
    private static readonly string System = Environment.GetEnvironmentVariable("TZDIR") ?? "/usr/share/zoneinfo";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("usher-zones-");

    private ZoneFolder()
    {
        foreach (var file in Directory.EnumerateFiles(System, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(System, file);
            if (name.StartsWith("posix", StringComparison.Ordinal) || name.StartsWith("right", StringComparison.Ordinal))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, name))!);
            File.Copy(file, Path.Combine(Folder, name));
        }
    }

    public string Folder => _folder.FullName;

    public (string, string) Setting => ("TZDIR", Folder);

    public static ZoneFolder Without(params string[] names)
    {
        var folder = new ZoneFolder();
        foreach (var path in names.Select(name => Path.Combine(folder.Folder, name)))
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
        return folder;
    }

    /// <summary>In which a zone has the rules of another, as if a government had decided so.</summary>
    public static ZoneFolder With(string name, string rulesOf, string? version = null)
    {
        var folder = new ZoneFolder();
        File.Delete(Path.Combine(folder.Folder, name));
        File.Copy(Path.Combine(System, rulesOf), Path.Combine(folder.Folder, name));
        if (version is not null)
            File.WriteAllText(Path.Combine(folder.Folder, "tzdata.zi"), $"# version {version}\n");
        return folder;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
