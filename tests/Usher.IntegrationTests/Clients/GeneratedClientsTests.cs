using System.Text.RegularExpressions;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Clients;

/// <summary>
/// Clients that others' generators make of the committed document, compiled and used at a real server. That the document is the
/// server's own, another test says.
/// </summary>
public sealed partial class GeneratedClientsTests(Servers servers)
{
    private const string CSharp = "tests/Usher.GeneratedClients";

    private static readonly Lazy<Task> CSharpClients = new(BuildCSharp), TypeScriptClients = new(BuildTypeScript);

    private static string Document => Repository.PathOf("docs/openapi.json");

    [Theory, OnBothEngines]
    public async Task A_client_of_NSwag_goes_from_an_account_to_a_cancellation(Engine engine) => await Walk("nswag", engine);

    [Theory, OnBothEngines]
    public async Task A_client_of_Kiota_goes_from_an_account_to_a_cancellation(Engine engine) => await Walk("kiota", engine);

    [Theory, OnBothEngines]
    public async Task Types_of_openapi_typescript_take_a_change_of_one_member_without_a_cast(Engine engine) => await WalkTypeScript("fetch", engine);

    [Theory, OnBothEngines]
    public async Task A_client_of_hey_api_imports_a_file(Engine engine) => await WalkTypeScript("hey", engine);

    /// <summary>What has no name gets one from its place in the document, and another when something comes before it.</summary>
    [Fact]
    public async Task Nothing_that_is_generated_is_numbered()
    {
        await Task.WhenAll(CSharpClients.Value, TypeScriptClients.Value);
        var types = CSharpType().Matches(File.ReadAllText(Repository.PathOf($"{CSharp}/obj/nswag/UsherApi.cs"))).Select(m => m.Groups[1].Value)
            .Concat(Directory.EnumerateFiles(Repository.PathOf($"{CSharp}/obj/kiota"), "*.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension))
            .Concat(TypeScriptType().Matches(File.ReadAllText(Repository.PathOf($"{Tools.Folder}/obj/hey/types.gen.ts"))).Select(m => m.Groups[1].Value)).ToList();
        Assert.True(types.Count > 300, $"Only {types.Count} types.");
        Assert.DoesNotContain(types, type => char.IsAsciiDigit(type![^1]) || type.Contains("Anonymous", StringComparison.Ordinal));
    }

    private async Task Walk(string client, Engine engine)
    {
        var server = await servers.Shared(engine);
        await CSharpClients.Value;
        var said = await Tools.Run("dotnet", CSharp, "run", "--no-build", "-c", "Generated", "--", client, server.Address.ToString());
        Assert.Contains($"{client} walked", said, StringComparison.Ordinal);
        await server.Verify();
    }

    private async Task WalkTypeScript(string script, Engine engine)
    {
        var server = await servers.Shared(engine);
        await TypeScriptClients.Value;
        Assert.Contains("walked", await Tools.Run("node", Tools.Folder, $"obj/js/{script}.js", server.Address.ToString().TrimEnd('/')), StringComparison.Ordinal);
    }

    private static async Task BuildCSharp()
    {
        await Tools.Run("dotnet", CSharp, "tool", "restore");
        await Task.WhenAll(
            Tools.Run("dotnet", CSharp, "nswag", "openapi2csclient", $"/input:{Document}", "/output:obj/nswag/UsherApi.cs", "/namespace:Usher.NSwag", "/className:UsherApi",
                "/clientClassAccessModifier:internal", "/jsonLibrary:SystemTextJson", "/generateNullableReferenceTypes:true", "/generateOptionalPropertiesAsNullable:true",
                "/generateOptionalParameters:true", "/operationGenerationMode:SingleClientFromOperationId", "/useBaseUrl:false", "/injectHttpClient:true"),
            Tools.Run("dotnet", CSharp, "kiota", "generate", "-l", "CSharp", "-d", Document, "-c", "UsherClient", "-n", "Usher.Kiota", "-o", "obj/kiota", "--clean-output"));
        await Tools.Run("dotnet", CSharp, "build", "-c", "Generated", "-v", "q", "--nologo");
    }

    private static async Task BuildTypeScript()
    {
        await Task.WhenAll(
            // A member of a new thing that has a default may be left out; a change has none, whatever is set here.
            Tools.Npm("openapi-typescript", Document, "-o", "obj/api.d.ts", "--default-non-nullable=false"),
            Tools.Npm("openapi-ts", "-i", Document, "-o", "obj/hey", "--no-log-file"));
        await Tools.Npm("tsc");
    }

    [GeneratedRegex(@"^    (?:public|internal) (?:partial )?(?:class|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex CSharpType();

    // ClientOptions is hey-api's own, whatever the document has.
    [GeneratedRegex(@"^export type (?!ClientOptions)(\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeScriptType();
}
