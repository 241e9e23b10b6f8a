using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.Trust;

namespace Usher.IntegrationTests.OpenApi;

/// <summary>What generators of clients need of the document, a rule a sentence. Each returns where it is broken.</summary>
internal static partial class DocumentRules
{
    private static readonly string[] Values = ["default", "enum", "example", "examples"];

    /// <summary>What is left out depends on something else: no value could be said.</summary>
    private static readonly string[] Conditional =
    [
        "ListEvents sortBy", "ListEvents order", "ListOwnEvents sortBy", "ListOwnEvents order", "ListUserBookings order", "ListMyBookings order",
        "CreateEventRequest.timeZone", "CreateEventRequest.cancellationDeadline",
    ];

    /// <summary>What generators call the types of an operation.</summary>
    private static readonly string[] Made = ["Data", "Error", "Errors", "Response", "Responses"];

    /// <summary>It changes something, and is none of a thing's members.</summary>
    private static readonly string[] Actions = ["ChangePassword"];

    public static IEnumerable<string> Every_enum_has_a_type(JsonNode document) =>
        Schemas(document).Where(s => s.Schema["enum"] is not null && s.Schema["type"] is null).Select(s => s.At);

    public static IEnumerable<string> Null_comes_last(JsonNode document) => Schemas(document)
        .Where(s => ((string[])["type", "oneOf", "anyOf"]).Any(word => s.Schema[word] is JsonArray several && several.SkipLast(1).Any(IsNull))).Select(s => s.At);

    public static IEnumerable<string> Enums_and_objects_have_names(JsonNode document) => Schemas(document)
        .Where(s => (s.Schema["enum"] is not null || s.Schema["properties"] is not null) && !OfTheirOwn().IsMatch(s.At)).Select(s => s.At);

    public static IEnumerable<string> Changes_require_nothing(JsonNode document) => OpenApiTests.Operations(document)
        .Where(one => one.Method is "PUT" or "PATCH" && !Actions.Contains($"{one.Operation["operationId"]}"))
        .SelectMany(one => Bodies(one.Operation).Where(body => Resolve(document, body.Schema)["required"] is not null), (one, _) => one.Name);

    /// <summary>Generators send the defaults that they find.</summary>
    public static IEnumerable<string> Changes_have_no_defaults(JsonNode document) => OpenApiTests.Operations(document)
        .Where(one => one.Method is "PATCH")
        .SelectMany(one => Bodies(one.Operation).SelectMany(body => Members(Resolve(document, body.Schema))).Where(m => m.Value!["default"] is not null), (one, m) => $"{one.Name} {m.Key}");

    public static IEnumerable<string> Every_default_is_said(JsonNode document)
    {
        foreach (var (name, _, _, operation) in OpenApiTests.Operations(document))
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
                if ((parameter!["name"]!.GetValue<string>() is "page" or "limit" || SpeaksOfADefault().IsMatch($"{parameter["description"]}"))
                    && parameter["schema"]!["default"] is null && !Conditional.Contains($"{operation["operationId"]} {parameter["name"]}"))
                    yield return $"{name} {parameter["name"]}";
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject().Where(s => s.Key.EndsWith("Request", StringComparison.Ordinal) && !s.Key.StartsWith("Change", StringComparison.Ordinal)))
            foreach (var (member, property) in Members(schema!))
                if (SpeaksOfADefault().IsMatch($"{property!["description"]}") && property["default"] is null && !Conditional.Contains($"{name}.{member}"))
                    yield return $"{name}.{member}";
    }

    public static IEnumerable<string> Defaults_are_valid(JsonNode document) => Schemas(document).Where(s => s.Schema["default"] is not null)
        .SelectMany(s => new Schemas(document.AsObject()).Faults(s.Schema["default"], s.Schema, s.At));

    public static IEnumerable<string> Examples_are_valid(JsonNode document) => Contents(document)
        .SelectMany(c => new[] { c.Content["example"] }.Concat(Members(c.Content["examples"]).Select(e => e.Value!["value"])).Where(value => value is not null),
            (c, value) => new Schemas(document.AsObject()).Faults(value, c.Content["schema"]!.AsObject(), c.At)).SelectMany(faults => faults);

    public static IEnumerable<string> Examples_stand_at_the_media_type(JsonNode document) =>
    [
        .. Schemas(document).Where(s => s.Schema["example"] is not null || s.Schema["examples"] is not null).Select(s => s.At),
        .. OpenApiTests.Operations(document).SelectMany(one => Bodies(one.Operation).Where(body => body.Type.EndsWith("json", StringComparison.Ordinal) && !body.Type.EndsWith("ndjson", StringComparison.Ordinal))
            .Where(body => body.Content["example"] is null), (one, body) => $"{one.Name} has no example"),
    ];

    /// <summary>A page for people would fill it in, and send it.</summary>
    public static IEnumerable<string> No_parameter_has_an_example(JsonNode document) => OpenApiTests.Operations(document)
        .SelectMany(one => (one.Operation["parameters"]?.AsArray() ?? []).Where(p => p!["example"] is not null || p["examples"] is not null), (one, p) => $"{one.Name} {p!["name"]}");

    public static IEnumerable<string> No_HEAD_is_described(JsonNode document) => OpenApiTests.Operations(document).Where(one => one.Method == "HEAD").Select(one => one.Name);

    /// <summary>A generator numbers what has no name, and what has the same name as another.</summary>
    public static IEnumerable<string> Operations_have_names_of_their_own(JsonNode document)
    {
        var names = OpenApiTests.Operations(document).Select(one => (one.Name, Id: $"{one.Operation["operationId"]}")).ToList();
        var schemas = document["components"]!["schemas"]!.AsObject().Select(s => s.Key).ToList();
        return names.Where(one => !OneWord().IsMatch(one.Id) || names.Count(other => other.Id.Equals(one.Id, StringComparison.OrdinalIgnoreCase)) > 1
            || schemas.Any(schema => Made.Any(end => schema == one.Id + end))).Select(one => $"{one.Name}: {one.Id}");
    }

    public static IEnumerable<string> Files_are_binary(JsonNode document) => Contents(document)
        .Where(c => !c.Type.EndsWith("json", StringComparison.Ordinal) || c.Type.EndsWith("ndjson", StringComparison.Ordinal))
        .Where(c => $"{c.Content["schema"]?["type"]} {c.Content["schema"]?["format"]}" != "string binary").Select(c => c.At);

    /// <summary>Kiota would take the file for no answer.</summary>
    public static IEnumerable<string> Files_have_no_304_beside_them(JsonNode document) => OpenApiTests.Operations(document)
        .Where(one => one.Operation["responses"]!["304"] is not null && one.Operation["responses"]!["200"]?["content"]?["application/json"] is null).Select(one => one.Name);

    /// <summary>What the name of a header says is described once, and every answer refers to it.</summary>
    public static IEnumerable<string> Answers_declare_headers(JsonNode document) => OpenApiTests.Operations(document)
        .SelectMany(one => one.Operation["responses"]!.AsObject(), (one, answer) => (one.Name, answer.Key, Headers: answer.Value!["headers"] as JsonObject ?? []))
        .Where(a => !a.Headers.ContainsKey("X-Request-Id") || (a.Key is "429" or "503" && !a.Headers.ContainsKey("Retry-After")) || (a.Key == "401" && !a.Headers.ContainsKey("WWW-Authenticate"))
            || a.Headers.Any(h => h.Value!["$ref"]?.GetValue<string>() != $"#/components/headers/{h.Key}" || document["components"]!["headers"]![h.Key] is null))
        .Select(a => $"{a.Name} {a.Key}");

    /// <summary>Every schema of the document, with where it stands.</summary>
    private static IEnumerable<(string At, JsonObject Schema)> Schemas(JsonNode document) =>
        Below(document["components"]!["schemas"], "/components/schemas").Concat(Roots(document["paths"], "/paths").SelectMany(root => Below(root.Schema, root.At)));

    private static IEnumerable<(string At, JsonNode Schema)> Roots(JsonNode? node, string at) => node switch
    {
        JsonObject owner => owner.SelectMany(m => m.Key == "schema" ? [($"{at}/schema", m.Value!)] : Values.Contains(m.Key) ? [] : Roots(m.Value, $"{at}/{m.Key}")),
        JsonArray list => list.SelectMany((one, i) => Roots(one, $"{at}/{i}")),
        _ => [],
    };

    private static IEnumerable<(string At, JsonObject Schema)> Below(JsonNode? node, string at) => node switch
    {
        // A map of names, one of which could be the name of a word.
        JsonObject names when at.EndsWith("/properties", StringComparison.Ordinal) || at.EndsWith("/schemas", StringComparison.Ordinal) =>
            names.SelectMany(m => Below(m.Value, $"{at}/{m.Key}")),
        JsonObject schema => schema.Where(m => !Values.Contains(m.Key)).SelectMany(m => Below(m.Value, $"{at}/{m.Key}")).Prepend((at, schema)),
        JsonArray list => list.SelectMany((one, i) => Below(one, $"{at}/{i}")),
        _ => [],
    };

    private static IEnumerable<(string At, string Type, JsonNode Content)> Contents(JsonNode document) => OpenApiTests.Operations(document).SelectMany(one =>
        Bodies(one.Operation).Select(b => ($"{one.Name} {b.Type}", b.Type, b.Content))
            .Concat(one.Operation["responses"]!.AsObject().SelectMany(answer => Members(answer.Value!["content"]), (answer, c) => ($"{one.Name} {answer.Key} {c.Key}", c.Key, c.Value!))));

    private static IEnumerable<(string Type, JsonNode Content, JsonNode Schema)> Bodies(JsonNode operation) =>
        Members(operation["requestBody"]?["content"]).Select(content => (content.Key, content.Value!, content.Value!["schema"]!));

    private static JsonObject Resolve(JsonNode document, JsonNode schema) =>
        (schema["$ref"] is { } reference ? OpenApiTests.Resolve(document, reference.GetValue<string>())! : schema).AsObject();

    private static JsonObject Members(JsonNode? node) => (node?["properties"] ?? node) as JsonObject ?? [];

    private static bool IsNull(JsonNode? one) => one is JsonObject schema ? $"{schema["type"]}" == "null" : $"{one}" == "null";

    [GeneratedRegex("^/components/schemas/[^/]+$")]
    private static partial Regex OfTheirOwn();

    [GeneratedRegex(@"\bunless told|\bwhen left out\b|\bby default\b|\bthe default is\b", RegexOptions.IgnoreCase)]
    private static partial Regex SpeaksOfADefault();

    [GeneratedRegex("^[A-Z][A-Za-z]+$")]
    private static partial Regex OneWord();
}
