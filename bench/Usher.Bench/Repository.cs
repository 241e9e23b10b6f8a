using System.Diagnostics;

namespace Usher.Bench;

/// <summary>The working copy this program was built in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>This copy's, unless a run is told of another build.</summary>
    public static string Server { get; set; } = Path.Combine(Root, "src", "Usher.Server", "bin", "Release", "net10.0", "usher.dll");

    public static string Commit() => Git("describe", "--always", "--dirty", "--abbrev=10") ?? "unknown";

    /// <summary>What differs from the commit, but for the pages that runs write.</summary>
    public static string Changes() => Git("status", "--porcelain", "--", ".", ":!docs/proof") ?? "";

    /// <summary>What git prints, or null if it fails.</summary>
    private static string? Git(params string[] words)
    {
        var git = new ProcessStartInfo("git", words)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(git)!;
        var printed = process.StandardOutput.ReadToEnd().TrimEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? printed : null;
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Usher.slnx")))
                return directory.FullName;
        }

        throw new DirectoryNotFoundException("Run this from a build inside the repository: Usher.slnx was not found above it.");
    }
}
