using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;
using Usher.IntegrationTests.OpenApi;

namespace Usher.IntegrationTests.Trust;

/// <summary>One operation as the OpenAPI document of the program describes it.</summary>
/// <param name="Body">The schema of its JSON body, or null.</param>
/// <param name="Example">A body that is right, as the document shows it; null where it shows none.</param>
/// <param name="Files">The content types of the files it takes, if it takes any.</param>
/// <param name="Answers">What it announces, by status.</param>
internal sealed record Operation(
    string Method, string Path, string Id, IReadOnlyList<(string Name, JsonObject Schema)> Query, JsonObject? Body, JsonObject? Example, IReadOnlyList<string> Files,
    IReadOnlyDictionary<int, JsonObject> Answers)
{
    /// <summary>The example, with what has to be real in its place.</summary>
    public JsonObject? ExampleWith(params (string Name, object? Value)[] changes) => Example?.DeepClone().AsObject().With(changes);

    /// <summary>What its success shows, or null when that is no JSON.</summary>
    public JsonObject? Success => Answers.OrderBy(a => a.Key).First(a => a.Key is >= 200 and < 300).Value["content"]?["application/json"]?["schema"]?.AsObject();
}

/// <summary>The OpenAPI document, as far as requests can be made of it.</summary>
internal sealed class ApiDocument(JsonObject document)
{
    public static async Task<ApiDocument> Read(UsherServer server) => new((await new Person(server).Get("openapi/v1.json")).Expect(200).Json!.AsObject());

    public Schemas Schemas { get; } = new(document);

    public IReadOnlyList<Operation> Operations { get; } =
    [
        .. from one in OpenApiTests.Operations(document)
           let operation = one.Operation
           let parameters = operation["parameters"]?.AsArray().Select(p => p!.AsObject()) ?? []
           let taken = operation["requestBody"]?["content"]?.AsObject()
           let body = taken?.FirstOrDefault(content => content.Key.EndsWith("json", StringComparison.Ordinal) && !content.Key.EndsWith("ndjson", StringComparison.Ordinal)).Value?["schema"]
           select new Operation(
               one.Method, one.Path, operation["operationId"]!.GetValue<string>(),
               [.. parameters.Where(p => p["in"]!.GetValue<string>() == "query").Select(p => (p["name"]!.GetValue<string>(), Inlined(document, p["schema"]!.AsObject())))],
               body is null ? null : Resolve(document, body.AsObject()),
               taken?.Select(content => content.Value!["example"]).OfType<JsonObject>().FirstOrDefault(),
               body is null ? [.. taken?.Select(content => content.Key) ?? []] : [],
               operation["responses"]!.AsObject().ToDictionary(response => int.Parse(response.Key, null), response => response.Value!.AsObject())),
    ];

    public JsonObject Resolve(JsonObject schema) => Resolve(document, schema);

    /// <summary>The schema a reference leads to; of alternatives the one that is not null.</summary>
    private static JsonObject Resolve(JsonObject document, JsonObject schema)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            return OpenApiTests.Resolve(document, reference)!.AsObject();
        var one = (schema["oneOf"] ?? schema["anyOf"] ?? schema["allOf"])?.AsArray().Select(s => s!.AsObject()).FirstOrDefault(s => s["type"]?.ToString() != "null");
        return one is null ? schema : Resolve(document, one);
    }

    /// <summary>Of a parameter, with its values there and then.</summary>
    private static JsonObject Inlined(JsonObject document, JsonObject schema) => schema["items"] is JsonObject items
        ? new JsonObject { ["type"] = "array", ["items"] = Resolve(document, items).DeepClone() }
        : Resolve(document, schema);

    /// <param name="schema">Resolved.</param>
    /// <param name="unlessSaid">What a schema without a type stands for.</param>
    public static string TypeOf(JsonObject schema, string unlessSaid = "string") => schema["type"] switch
    {
        JsonArray types => types.Select(t => t!.GetValue<string>()).First(t => t != "null"),
        JsonValue type => type.GetValue<string>(),
        _ => schema["properties"] is null ? unlessSaid : "object",
    };
}
