using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Docs;

/// <summary>Files of the repository that are written by the program: what is committed is what it would write now.</summary>
internal static class Committed
{
    private static readonly bool Renewing = Environment.GetEnvironmentVariable("USHER_RENEW") == "1";

    public static async Task IsStill(string file, string now)
    {
        var path = Repository.PathOf(file);
        var committed = File.Exists(path) ? await File.ReadAllTextAsync(path) : "";
        if (committed == now)
            return;
        if (Renewing)
        {
            await File.WriteAllTextAsync(path, now);
            return;
        }
        var (before, after) = (committed.Split('\n'), now.Split('\n'));
        var at = Enumerable.Range(0, Math.Min(before.Length, after.Length)).FirstOrDefault(line => before[line] != after[line], Math.Min(before.Length, after.Length));
        Assert.Fail($"{file} is behind from line {at + 1} on: it has '{before.ElementAtOrDefault(at)}' for '{after.ElementAtOrDefault(at)}'. Look whether that is meant, and write it anew with ./build.sh renew");
    }
}
