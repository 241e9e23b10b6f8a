using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Usher.UnitTests.Docs;

/// <summary>The pages of the repository, and those among them that are written from the code.</summary>
internal static partial class Page
{
    public static string Read(string path) => File.ReadAllText(Path.Combine(Texts.Repository(), path));

    /// <summary>Every page in Markdown, by its path from the root.</summary>
    public static IReadOnlyList<string> All()
    {
        var root = Texts.Repository();
        string[] pages =
        [
            .. Directory.EnumerateFiles(root, "*.md"),
            .. ((string[])["docs", "bench", "deploy", "clients", ".github"]).Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)),
        ];
        return [.. pages.Select(page => Path.GetRelativePath(root, page).Replace('\\', '/')).Where(page => !page.Contains("node_modules/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>What the page says is what the code says. <c>./build.sh renew</c> writes it anew.</summary>
    public static void IsWritten(string path, string text)
    {
        var file = Path.Combine(Texts.Repository(), path);
        if (Environment.GetEnvironmentVariable("USHER_RENEW") == "1")
            File.WriteAllText(file, text);
        var there = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(there == text, $"{path} is not what the code says: run ./build.sh renew, and look at the difference.");
    }

    /// <summary>The cells of the rows of all its tables, heads and rules left out.</summary>
    public static IEnumerable<string[]> Rows(string text)
    {
        string[]? before = null;
        foreach (var line in text.Split('\n'))
        {
            var cells = line.StartsWith('|') ? line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim()).ToArray() : null;
            // A head is a head because of the rule under it.
            if (before is not null && !Rule().IsMatch(line) && !Rule().IsMatch(string.Join(" | ", before)))
                yield return before;
            before = cells is not null && Rule().IsMatch(line) ? null : cells;
        }
        if (before is not null)
            yield return before;
    }

    /// <summary>As GitHub makes it of a heading.</summary>
    public static string AnchorOf(string heading)
    {
        var plain = Linked().Replace(heading, "$1").Trim();
        var anchor = new StringBuilder();
        foreach (var letter in plain.ToLowerInvariant())
            if (char.IsLetterOrDigit(letter) || letter is '-' or '_')
                anchor.Append(letter);
            else if (letter == ' ')
                anchor.Append('-');
        return anchor.ToString();
    }

    /// <summary>Without the blocks of code, in which nothing is a link or a heading.</summary>
    public static string Prose(string text) => Fenced().Replace(text, "");

    [GeneratedRegex(@"^\|?[\s:|-]*-[\s:|-]*\|?$")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Linked();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fenced();
}
