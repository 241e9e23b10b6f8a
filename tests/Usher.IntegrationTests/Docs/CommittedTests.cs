using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Docs;

/// <summary>What the program could write itself, and is committed so that it can be read and compared.</summary>
public sealed partial class CommittedTests(Servers servers)
{
    // As people write JSON: an apostrophe is no danger in a file.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory, OnBothEngines]
    public async Task The_document_of_the_API(Engine engine)
    {
        var document = (await new Person(await servers.Shared(engine)).Get("openapi/v1.json")).Expect(200).Json!;
        await Committed.IsStill("docs/openapi.json", document.ToJsonString(Readable) + "\n");
    }

    [Fact]
    public async Task The_table_of_the_settings()
    {
        var text = Repository.Read("docs/run/operations.md");
        Assert.Matches(Table(), text);
        await Committed.IsStill("docs/run/operations.md", Table().Replace(text, match => $"{match.Groups[1].Value}\n{ConfigurationTable.Text}\n{match.Groups[2].Value}"));
    }

    /// <summary>A setting that is read by its name is in no options class.</summary>
    [Fact]
    public void Every_setting_that_the_program_reads_is_in_the_table()
    {
        var read = Directory.GetFiles(Repository.PathOf("src/Usher.Server"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => ByName().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Success ? $"ConnectionStrings:{match.Groups[1].Value}" : match.Groups[2].Value).ToHashSet();
        // Of a verb, and of the environment that the table names under another key.
        read.ExceptWith(["organizer", "wait", "http_ports", "CREDENTIALS_DIRECTORY"]);
        Assert.True(read.Count >= 5, string.Join(' ', read));
        Assert.All(read, name => Assert.Contains(name, ConfigurationTable.Keys));
    }

    [GeneratedRegex("(<!-- The table is written by ./build.sh renew\\. -->)\n.*?(<!-- End of the table\\. -->)", RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex("""GetConnectionString\("(\w+)"\)|(?:[cC]onfiguration|settings)\["([\w:]+)"\]""")]
    private static partial Regex ByName();
}
