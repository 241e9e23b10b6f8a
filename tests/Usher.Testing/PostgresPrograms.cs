namespace Usher.Testing;

/// <summary>Where PostgreSQL's programs are on this machine, and where one of them is at work.</summary>
internal static class PostgresPrograms
{
    public static string Find()
    {
        string?[] likely =
        [
            Environment.GetEnvironmentVariable("USHER_PG_BIN"),
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
            .. Newest("/usr/lib/postgresql", "*", "bin"),
            .. Newest("/opt/homebrew/opt", "postgresql*", "bin"),
            .. Newest("/usr/local/opt", "postgresql*", "bin"),
        ];
        // Debian links only client programs into PATH, so initdb decides; and a link in PATH leads to where all of them are.
        var initdb = likely.Where(directory => !string.IsNullOrEmpty(directory))
            .Select(directory => new FileInfo(Path.Combine(directory!, "initdb")))
            .FirstOrDefault(file => file.Exists)
            ?? throw new InvalidOperationException(
                "PostgreSQL's programs (initdb, postgres) were not found. Install them with "
                + "`sudo apt-get install postgresql`, or name their directory in USHER_PG_BIN.");
        return Path.GetDirectoryName((initdb.ResolveLinkTarget(returnFinalTarget: true) ?? initdb).FullName)!;
    }

    private static IEnumerable<string> Newest(string parent, string pattern, string child) =>
        !Directory.Exists(parent)
            ? []
            : Directory.GetDirectories(parent, pattern)
                .OrderByDescending(path => double.TryParse(new string([.. Path.GetFileName(path).Where(char.IsDigit)]), out var version) ? version : 0)
                .Select(path => Path.Combine(path, child));

    /// <summary>Every PostgreSQL process works in its data directory; a zombie works nowhere.</summary>
    public static bool AnyWorksIn(string directory) =>
        Directory.GetDirectories("/proc").Any(process =>
            int.TryParse(Path.GetFileName(process), out _) && WorkingDirectory(process) == directory);

    private static string? WorkingDirectory(string process)
    {
        try
        {
            return File.ResolveLinkTarget(Path.Combine(process, "cwd"), returnFinalTarget: false)?.FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
