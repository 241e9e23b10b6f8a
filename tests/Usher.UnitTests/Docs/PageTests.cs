using System.Text.RegularExpressions;
using Usher.Server.Platform.Http;
using Xunit;

namespace Usher.UnitTests.Docs;

/// <summary>What the pages say of the repository is so.</summary>
public partial class PageTests
{
    [Fact]
    public void The_page_of_errors_is_the_catalogue() => Page.IsWritten("docs/use/errors.md", ErrorsPage.Markdown());

    [Fact]
    public void Every_problem_says_what_to_do_and_stands_in_the_catalogue()
    {
        var fields = typeof(Problems).GetFields().Where(f => f.FieldType == typeof(ProblemType)).Select(f => (ProblemType)f.GetValue(null)!).ToList();
        Assert.NotEmpty(fields);
        Assert.Equal(fields.OrderBy(p => p.Code).ThenBy(p => p.Status), Problems.All.OrderBy(p => p.Code).ThenBy(p => p.Status));
        Assert.All(Problems.All, problem => Assert.False(string.IsNullOrWhiteSpace(problem.Advice), $"{problem.Code} leaves its reader alone."));
    }

    [Fact]
    public void Every_link_leads_somewhere()
    {
        var root = Texts.Repository();
        var dead = new List<string>();
        var links = 0;
        foreach (var page in Page.All())
        {
            foreach (Match link in Links().Matches(Page.Prose(Page.Read(page))))
            {
                links++;
                var (target, anchor) = link.Groups[1].Value.Split('#') is [var file, var part] ? (file, part) : (link.Groups[1].Value, null);
                var path = target.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, target);
                if (!Path.Exists(Path.Combine(root, path)))
                    dead.Add($"{page}: there is no {target}");
                else if (anchor is not null && path.EndsWith(".md", StringComparison.Ordinal) && !Anchors(Page.Read(path)).Contains(anchor))
                    dead.Add($"{page}: {path} has no #{anchor}");
            }
        }
        Assert.True(links > 50, $"Only {links} links were found.");
        Assert.Empty(dead);
    }

    [Fact]
    public void Every_command_of_the_build_script_that_is_named_exists()
    {
        var verbs = Verbs().Matches(Page.Read("build.sh")).Select(verb => verb.Groups[1].Value).ToHashSet();
        var benches = Benches().Matches(Page.Read("bench/Usher.Bench/Program.cs")).Select(verb => verb.Groups[1].Value).ToHashSet();
        Assert.Contains("test", verbs);
        Assert.Contains("sale", benches);
        foreach (var page in Page.All())
        {
            var text = Page.Read(page);
            Assert.All(Named().Matches(text), named => Assert.True(verbs.Contains(named.Groups[1].Value), $"{page}: {named.Value}"));
            Assert.All(NamedBenches().Matches(text), named => Assert.True(benches.Contains(named.Groups[1].Value), $"{page}: {named.Value}"));
        }
    }

    [Fact]
    public void The_list_of_decisions_has_them_all_under_their_own_names()
    {
        var folder = Path.Combine(Texts.Repository(), "docs", "change", "adr");
        var files = Directory.EnumerateFiles(folder, "0*.md").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal).ToList();
        var rows = Page.Rows(Page.Read("docs/change/adr/README.md")).Select(row => $"{row[0]} {row[1]}").ToList();
        Assert.NotEmpty(files);
        Assert.Equal(files.Count, files.Select(f => f[..4]).Distinct().Count());
        Assert.Equal(files.Select(f => $"[{f[..4]}]({f}) {TitleOf(f)}"), rows);
        foreach (var file in files)
            foreach (var heading in (string[])["## Context", "## Decision", "## Price", "## When we would undo it"])
                Assert.True(Page.Read($"docs/change/adr/{file}").Contains($"\n{heading}\n", StringComparison.Ordinal), $"{file} has no {heading}.");

        static string TitleOf(string file)
        {
            var first = Page.Read($"docs/change/adr/{file}").Split('\n')[0];
            Assert.StartsWith($"# {file[..4]} ", first, StringComparison.Ordinal);
            return first[7..];
        }
    }

    [Fact]
    public void The_index_of_the_documentation_has_every_page()
    {
        var linked = Links().Matches(Page.Read("docs/README.md")).Select(link => $"docs/{link.Groups[1].Value}").ToHashSet();
        var pages = Page.All().Where(page => page.StartsWith("docs/", StringComparison.Ordinal) && !page.StartsWith("docs/change/adr/0", StringComparison.Ordinal) && page != "docs/README.md").ToList();
        Assert.NotEmpty(pages);
        Assert.Empty(pages.Except(linked));
    }

    [Fact]
    public void The_front_page_is_short() => Assert.InRange(Page.Read("README.md").Split('\n').Length, 60, 151);

    private static HashSet<string> Anchors(string text) =>
        [.. Headings().Matches(Page.Prose(text)).Select(heading => Page.AnchorOf(heading.Groups[1].Value))];

    /// <summary>In the repository; what is elsewhere may be away today.</summary>
    [GeneratedRegex(@"\]\((?!https?:|mailto:)([^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex("^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"^  ([a-z-]+)\)$", RegexOptions.Multiline)]
    private static partial Regex Verbs();

    [GeneratedRegex("^        \"([a-z-]+)\" =>", RegexOptions.Multiline)]
    private static partial Regex Benches();

    [GeneratedRegex(@"\./build\.sh ([a-z-]+)")]
    private static partial Regex Named();

    [GeneratedRegex(@"(?:\./build\.sh bench|bench/Usher\.Bench --) ([a-z][a-z-]*)")]
    private static partial Regex NamedBenches();
}
