using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.OpenApi;

namespace Usher.IntegrationTests.Clients;

/// <summary>The Postman collection, run by newman as anyone would run it.</summary>
public sealed partial class PostmanTests(Servers servers)
{
    private const string Folder = "docs/postman";

    /// <summary>It has no end that a runner of collections could wait for.</summary>
    private const string Endless = "GET /api/events/{id}/availability/stream";

    [Theory, OnBothEngines]
    public async Task It_runs_green_from_top_to_bottom(Engine engine)
    {
        var server = await servers.Shared(engine);
        var report = Path.Combine(server.Database.DataDirectory, "newman.json");
        var said = await Newman(server.Address.ToString().TrimEnd('/'), report);

        var run = JsonNode.Parse(await File.ReadAllTextAsync(report))!["run"]!;
        Assert.True(run["stats"]!["assertions"]!["total"]!.GetValue<int>() > 200, said);
        Assert.True(run["stats"]!["requests"]!["total"]!.GetValue<int>() >= Requests().Count, said);
        await server.Verify();
    }

    /// <returns>What it said; what happened is in the report.</returns>
    internal static async Task<string> Newman(string baseUrl, string report)
    {
        var newman = Repository.PathOf($"{Folder}/node_modules/newman/bin/newman.js");
        Assert.True(File.Exists(newman), $"newman is not there: npm ci --prefix {Folder}");
        return await Tools.Run("node", Folder, newman, "run", "usher.postman_collection.json", "--environment", "usher.postman_environment.json", "--env-var", $"baseUrl={baseUrl}",
            "--color", "off", "--reporters", "cli,json", "--reporter-cli-no-success-assertions", "--reporter-json-export", report);
    }

    [Fact]
    public async Task It_has_every_operation_of_the_document_and_no_other()
    {
        var document = (await new Person(await servers.Shared(Engine.Sqlite)).Get("openapi/v1.json")).Expect(200).Json!;
        var documented = OpenApiTests.Operations(document).Select(one => one.Name).Append("GET /openapi/v1.json").ToList();
        Assert.Contains(Endless, documented);
        var asked = Requests();
        Assert.All(documented, operation => Assert.True(operation == Endless || asked.Any(request => IsOf(operation, request)), $"{operation} is not in the collection."));
        Assert.All(asked, request => Assert.True(request.Contains(" /health/", StringComparison.Ordinal) || documented.Any(operation => IsOf(operation, request)), $"{request} is not in the document."));
    }

    /// <summary>Each by its method and path; what stands in braces in the document is a variable, or <c>me</c>.</summary>
    private static bool IsOf(string operation, string request) =>
        Regex.IsMatch(request, $"^{InBraces().Replace(Regex.Escape(operation).Replace("\\{", "{", StringComparison.Ordinal), @"(\{\{\w+\}\}|me)")}$");

    private static List<string> Requests()
    {
        return [.. Of(JsonNode.Parse(File.ReadAllText(Repository.PathOf($"{Folder}/usher.postman_collection.json")))!["item"]!)];

        static IEnumerable<string> Of(JsonNode items) => items.AsArray().SelectMany(item => item!["item"] is { } inner ? Of(inner)
            : [$"{item["request"]!["method"]} {item["request"]!["url"]!["raw"]!.GetValue<string>().Replace("{{baseUrl}}", "", StringComparison.Ordinal).Split('?')[0]}"]);
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex InBraces();
}
