using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Clients;

/// <summary>Others' programs that hold the document to its word: two linters, and a proxy that compares what goes through it.</summary>
public sealed class DocumentReadersTests(Servers servers)
{
    /// <summary>Requests of the collection that are meant to be wrong, by their names there.</summary>
    private static readonly string[] MeantToBeWrong = ["Announce something with everything wrong"];

    /// <summary>Not of the API, and so not in its document.</summary>
    private const string NotDescribed = "The document of the API";

    private static string Document => Repository.PathOf("docs/openapi.json");

    [Fact]
    public async Task The_recommended_rules_of_Spectral_find_no_error()
    {
        var rules = Repository.PathOf($"{Tools.Folder}/obj/spectral.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(rules)!);
        await File.WriteAllTextAsync(rules, "extends: [[\"spectral:oas\", \"recommended\"]]\n");
        Assert.DoesNotContain(" error ", await Tools.Run("node", Tools.Folder, Tools.Program("spectral"), "lint", "-r", rules, Document), StringComparison.Ordinal);
        // It looks: a document without a title is none.
        var (exitCode, said) = await Tools.Try("node", Tools.Folder, Tools.Program("spectral"), "lint", "-r", rules, await Broken());
        Assert.True(exitCode != 0 && said.Contains("error", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task The_recommended_rules_of_Redocly_find_no_error()
    {
        Assert.Contains("valid", await Tools.Run("node", Tools.Folder, Tools.Program("redocly"), "lint", "--extends=recommended", Document), StringComparison.Ordinal);
        var (exitCode, said) = await Tools.Try("node", Tools.Folder, Tools.Program("redocly"), "lint", "--extends=recommended", await Broken());
        Assert.True(exitCode != 0 && said.Contains("error", StringComparison.Ordinal), said);
    }

    [Theory, OnBothEngines]
    public async Task What_goes_through_a_validating_proxy_is_as_the_document_says(Engine engine)
    {
        var server = await servers.Shared(engine);
        var port = FreePort();
        using var prism = Process.Start(Tools.Start("node", Tools.Folder, Tools.Program("prism"), "proxy", Document, server.Address.ToString().TrimEnd('/'), "--port", $"{port}"))!;
        try
        {
            _ = prism.StandardError.ReadToEndAsync();
            while (await prism.StandardOutput.ReadLineAsync() is { } line && !line.Contains("listening", StringComparison.Ordinal))
                continue;
            _ = prism.StandardOutput.ReadToEndAsync();
            var report = Path.Combine(server.Database.DataDirectory, "prism.json");
            await PostmanTests.Newman($"http://127.0.0.1:{port}", report);

            var executions = JsonNode.Parse(await File.ReadAllTextAsync(report))!["run"]!["executions"]!.AsArray();
            var violations = executions.SelectMany(one => one!["response"]!["header"]!.AsArray().Where(h => $"{h!["key"]}".Equals("sl-violations", StringComparison.OrdinalIgnoreCase)),
                (one, header) => (Name: $"{one!["item"]!["name"]}", Status: one["response"]!["code"]!.GetValue<int>(), Found: JsonNode.Parse($"{header!["value"]}")!.AsArray())).ToList();
            Assert.Equal(executions.Count, executions.Count(one => one!["response"]!["header"]!.AsArray().Any(h => $"{h!["key"]}".Equals("X-Request-Id", StringComparison.OrdinalIgnoreCase))));
            // What is wrong on purpose is seen, so the proxy looks.
            Assert.All(MeantToBeWrong, name => Assert.Contains(violations, v => v.Name == name && v.Status == 400 && v.Found.All(f => $"{f!["location"]![0]}" == "request")));
            Assert.Empty(violations.Where(v => v.Name != NotDescribed && !MeantToBeWrong.Contains(v.Name)).Select(v => $"{v.Name}: {v.Status} {v.Found.ToJsonString()}"));
        }
        finally
        {
            prism.Kill(entireProcessTree: true);
            await prism.WaitForExitAsync();
        }
    }

    private static async Task<string> Broken()
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(Document))!;
        document["info"]!.AsObject().Remove("title");
        var file = Repository.PathOf($"{Tools.Folder}/obj/broken-{Guid.CreateVersion7():n}.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, document.ToJsonString());
        return file;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
