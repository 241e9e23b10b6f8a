using System.Text;
using System.Text.Json;
using Usher.Testing;

namespace Usher.UnitTests;

internal static class Texts
{
    public static IEnumerable<Rune> AllRunes => Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(value => new Rune(value));

    /// <summary>The Big List of Naughty Strings.</summary>
    public static IReadOnlyList<string> Naughty()
    {
        var path = Path.Combine(DataSets.Directory(), "blns.json");
        var strings = JsonSerializer.Deserialize<string[]>(File.ReadAllBytes(path)) ?? [];
        return strings.Length > 0 ? strings : throw new InvalidOperationException($"{path} is empty.");
    }

    public static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Usher.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
    }
}
