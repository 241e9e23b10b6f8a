using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.Http;

namespace Usher.IntegrationTests.Trust;

/// <summary>One operation as the OpenAPI document of the program describes it.</summary>
/// <param name="Body">The schema of its JSON body, or null.</param>
internal sealed record Operation(string Method, string Path, string Id, IReadOnlyList<(string Name, JsonObject Schema)> Query, JsonObject? Body, HashSet<int> Statuses);

/// <summary>The OpenAPI document, as far as requests can be made of it.</summary>
internal sealed class ApiDocument(JsonObject document)
{
    public static async Task<ApiDocument> Read(UsherServer server) => new((await new Person(server).Get("openapi/v1.json")).Expect(200).Json!.AsObject());

    /// <summary>HEAD left out: it does what GET does.</summary>
    public IEnumerable<Operation> Operations =>
        from one in OpenApiTests.Operations(document)
        where one.Method is not ("HEAD" or "OPTIONS" or "TRACE")
        let operation = one.Operation
        let parameters = operation["parameters"]?.AsArray().Select(p => p!.AsObject()) ?? []
        select new Operation(
            one.Method, one.Path, operation["operationId"]!.GetValue<string>(),
            [.. parameters.Where(p => p["in"]!.GetValue<string>() == "query").Select(p => (p["name"]!.GetValue<string>(), p["schema"]!.AsObject()))],
            operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } body ? Resolve(body.AsObject()) : null,
            [.. operation["responses"]!.AsObject().Select(response => int.Parse(response.Key, null))]);

    /// <summary>The schema a reference leads to; of alternatives the one that is not null.</summary>
    public JsonObject Resolve(JsonObject schema)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            return OpenApiTests.Resolve(document, reference)!.AsObject();
        var one = (schema["oneOf"] ?? schema["anyOf"] ?? schema["allOf"])?.AsArray().Select(s => s!.AsObject()).FirstOrDefault(s => s["type"]?.ToString() != "null");
        return one is null ? schema : Resolve(one);
    }

    /// <param name="schema">Resolved.</param>
    /// <param name="unlessSaid">What a schema without a type stands for.</param>
    public static string TypeOf(JsonObject schema, string unlessSaid = "string") => schema["type"] switch
    {
        JsonArray types => types.Select(t => t!.GetValue<string>()).First(t => t != "null"),
        JsonValue type => type.GetValue<string>(),
        _ => unlessSaid,
    };
}
