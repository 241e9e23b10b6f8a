namespace Usher.Testing;

/// <summary>Where the large data sets stand: <c>USHER_DATA</c>, or <c>shared/data</c> beside the repository.</summary>
public static class DataSets
{
    public static string Directory()
    {
        if (Environment.GetEnvironmentVariable("USHER_DATA") is { Length: > 0 } named)
            return named;
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var beside = Path.Combine(directory.FullName, "shared", "data");
            if (File.Exists(Path.Combine(beside, "nyphil_concerts.csv")))
                return beside;
        }

        throw new DirectoryNotFoundException("The data sets were not found: name their directory by --data or USHER_DATA.");
    }
}
