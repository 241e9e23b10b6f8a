using System.Text.Json.Nodes;
using System.Xml.Linq;
using Xunit;

namespace Usher.UnitTests.Docs;

/// <summary>The table of dependencies against the files that pin them, and against what the packages say of themselves.</summary>
public class DependencyTests
{
    private sealed record Row(string Package, string Version, string Licence, string Why);

    /// <summary>With packages of npm.</summary>
    private static readonly string[] Folders = ["docs/postman", "tests/calendars", "tests/clients", "tools/lint"];

    private static List<Row> Table { get; } =
        [.. Page.Rows(Page.Read("docs/change/dependencies.md")).Select(cells => new Row(cells[0], cells[1], cells[2], cells[3]))];

    [Fact]
    public void All_that_is_pinned_is_in_the_table_with_its_version_and_a_reason()
    {
        var pinned = NuGet().Concat(Tools()).Concat(Folders.SelectMany(Npm)).Select(p => $"{p.Name} {p.Version}").Order(StringComparer.Ordinal);
        Assert.Equal(pinned, Table.Select(row => $"{row.Package} {row.Version}").Order(StringComparer.Ordinal));
        Assert.All(Table, row => Assert.True(row.Why.Length > 10, row.Package));
    }

    [Fact]
    public void All_that_is_pinned_is_used()
    {
        var root = Texts.Repository();
        string[] projects = [.. Directory.EnumerateFiles(root, "*.csproj", SearchOption.AllDirectories), Path.Combine(root, "Directory.Build.props")];
        var used = projects.SelectMany(file => XDocument.Load(file).Descendants("PackageReference").Select(p => p.Attribute("Include")!.Value)).ToHashSet();
        Assert.All(NuGet(), package => Assert.Contains(package.Name, used));
    }

    [Fact]
    public void The_licences_are_those_that_the_packages_name()
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var (name, version) in NuGet())
        {
            var id = name.ToLowerInvariant();
            var licence = XDocument.Load(Path.Combine(cache, id, version, $"{id}.nuspec")).Descendants().Single(e => e.Name.LocalName == "license");
            Assert.Equal("expression", licence.Attribute("type")!.Value);
            Assert.Equal((name, licence.Value), (name, Table.Single(row => row.Package == name).Licence));
        }
        foreach (var folder in Folders)
        {
            var locked = JsonNode.Parse(Page.Read($"{folder}/package-lock.json"))!["packages"]!;
            foreach (var (name, _) in Npm(folder))
                Assert.Equal((name, locked[$"node_modules/{name}"]!["license"]!.GetValue<string>()), (name, Table.Single(row => row.Package == name).Licence));
        }
    }

    private static IEnumerable<(string Name, string Version)> NuGet() =>
        XDocument.Parse(Page.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(p => (p.Attribute("Include")!.Value, p.Attribute("Version")!.Value));

    private static IEnumerable<(string Name, string Version)> Tools() =>
        JsonNode.Parse(Page.Read("dotnet-tools.json"))!["tools"]!.AsObject().Select(tool => (tool.Key, tool.Value!["version"]!.GetValue<string>()));

    private static IEnumerable<(string Name, string Version)> Npm(string folder) =>
        JsonNode.Parse(Page.Read($"{folder}/package.json"))!["devDependencies"]!.AsObject().Select(package => (package.Key, package.Value!.GetValue<string>()));
}
