using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Deploy;

/// <summary>What the linter of the workflows cannot know: that what they call is there, and that they may do no more than they have to.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows => [.. Directory.GetFiles(Repository.PathOf(".github/workflows")).Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory, MemberData(nameof(Workflows))]
    public void They_may_do_little_and_use_released_actions(string file)
    {
        var workflow = ComposeFile.Yaml(file);
        Assert.Equal("""{"contents":"read"}""", workflow["permissions"]!.ToJsonString());
        foreach (var (name, job) in workflow["jobs"]!.AsObject())
        {
            // Only what publishes writes, and only there.
            var writes = (job!["permissions"]?.AsObject() ?? []).Where(one => one.Value!.GetValue<string>() == "write").Select(one => $"{name} {one.Key}");
            Assert.All(writes, one => Assert.Contains(one, (string[])["image packages", "notes contents"]));
            Assert.True(job["uses"] is not null || job["timeout-minutes"] is not null, $"{file}: {name} may run for hours.");
        }
        foreach (var step in Steps(workflow).Where(step => step["uses"] is not null))
            Assert.Matches(@"^[\w-]+/[\w-]+@v\d+(\.\d+)*$", step["uses"]!.GetValue<string>());
    }

    [Theory, MemberData(nameof(Workflows))]
    public void What_they_call_is_there(string file)
    {
        var workflow = ComposeFile.Yaml(file);
        var build = Repository.Read("build.sh");
        foreach (var run in Steps(workflow).Select(step => step["run"]?.GetValue<string>()).OfType<string>())
        {
            foreach (var verb in Verb().Matches(run).Select(match => match.Groups[1].Value))
                Assert.Matches($@"(?m)^  {Regex.Escape(verb)}\)$", build);
            foreach (var script in Script().Matches(run).Select(match => match.Value))
                Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Repository.PathOf(script)).HasFlag(UnixFileMode.UserExecute), $"{script} cannot be run.");
            if (run.Contains("docker compose up", StringComparison.Ordinal))
                Assert.All(Up().Match(run).Groups[1].Value.Split(' '), service => Assert.NotNull(ComposeFile.Read("compose.yaml")[service]));
        }
        foreach (var called in workflow["jobs"]!.AsObject().Select(job => job.Value!["uses"]?.GetValue<string>()).OfType<string>())
            Assert.True(File.Exists(Repository.PathOf(called)), $"{called} is not there.");
    }

    [Fact]
    public void Dependabot_looks_where_something_is()
    {
        var updates = ComposeFile.Yaml(".github/dependabot.yml")["updates"]!.AsArray();
        foreach (var (ecosystem, directory) in updates.Select(update => (update!["package-ecosystem"]!.GetValue<string>(), update["directory"]!.GetValue<string>())))
        {
            var looksFor = ecosystem switch
            {
                "nuget" => "Directory.Packages.props",
                "dotnet-sdk" => "global.json",
                "docker" => "Dockerfile",
                "docker-compose" => "compose.yaml",
                "github-actions" => ".github/workflows/ci.yml",
                "npm" => "package-lock.json",
                _ => throw new InvalidOperationException($"What does {ecosystem} look for?"),
            };
            Assert.True(File.Exists(Repository.PathOf(Path.Combine(directory.TrimStart('/'), looksFor))), $"{ecosystem} finds no {looksFor} in {directory}.");
        }
    }

    private static IEnumerable<JsonNode> Steps(JsonNode workflow) =>
        workflow["jobs"]!.AsObject().SelectMany(job => job.Value!["steps"]?.AsArray() ?? []).Select(step => step!);

    [GeneratedRegex(@"\./build\.sh ([\w-]+)")]
    private static partial Regex Verb();

    [GeneratedRegex(@"(?<![\w/])deploy/[\w-]+\.sh")]
    private static partial Regex Script();

    [GeneratedRegex(@"docker compose up --detach --wait --wait-timeout \d+ ([\w -]+)")]
    private static partial Regex Up();
}
