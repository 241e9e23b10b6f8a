using System.Text.Json.Nodes;

namespace Usher.Testing;

/// <summary>
/// Which changes from one OpenAPI document to another a client would notice that was right before. What is sent may be taken
/// more widely and never more narrowly; what is answered may be more and never something else.
/// </summary>
public sealed class ApiChanges
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    private readonly JsonObject _before, _after;
    private readonly List<string> _breaking = [];
    private readonly HashSet<(string, string, bool)> _compared = [];

    private ApiChanges(JsonObject before, JsonObject after) => (_before, _after) = (before, after);

    /// <returns>None when everything that was right before is right still.</returns>
    public static IReadOnlyList<string> Breaking(JsonObject before, JsonObject after)
    {
        var changes = new ApiChanges(before, after);
        foreach (var (path, item) in Members(before["paths"]))
            foreach (var (method, operation) in Members(item).Where(one => Methods.Contains(one.Key) && !IsHeadOfAGet(one.Key, after["paths"]?[path])))
                changes.Compare($"{method.ToUpperInvariant()} {path}", operation!, after["paths"]?[path]?[method]);
        return [.. changes._breaking.Distinct()];
    }

    /// <summary>HEAD is there wherever GET is (RFC 9110, 9.1), described or not.</summary>
    private static bool IsHeadOfAGet(string method, JsonNode? item) => method == "head" && item?["get"] is not null;

    /// <summary>A new major version may break what it likes.</summary>
    public static bool IsNewMajor(JsonObject before, JsonObject after) => Major(after) > Major(before);

    private static int Major(JsonObject document) => int.Parse(document["info"]!["version"]!.GetValue<string>().Split('.')[0], null);

    private void Compare(string name, JsonNode before, JsonNode? after)
    {
        if (after is null)
        {
            Breaks(name, "is gone");
            return;
        }
        if (!IsSecured(before) && IsSecured(after))
            Breaks(name, "asks for a token now");
        CompareParameters(name, Parameters(before), Parameters(after));

        var (bodyBefore, bodyAfter) = (before["requestBody"], after["requestBody"]);
        if (IsTrue(bodyAfter?["required"]) && !IsTrue(bodyBefore?["required"]))
            Breaks(name, "needs a body now");
        if (bodyBefore is not null)
            CompareContents($"{name} body", bodyBefore["content"], bodyAfter?["content"], sent: true);

        foreach (var (status, response) in Members(before["responses"]))
        {
            if (after["responses"]?[status] is { } now)
                CompareContents($"{name} {status}", response!["content"], now["content"], sent: false);
            else if (status.StartsWith('2'))
                Breaks(name, $"no longer answers {status}");
        }
    }

    private void CompareParameters(string name, Dictionary<string, JsonNode> before, Dictionary<string, JsonNode> after)
    {
        foreach (var (parameter, was) in before)
        {
            if (after.TryGetValue(parameter, out var now))
                CompareSchemas($"{name} {parameter}", was["schema"], now["schema"], sent: true);
            else
                Breaks(name, $"no longer knows the parameter {parameter}");
        }
        foreach (var (parameter, now) in after)
            if (IsTrue(now["required"]) && !(before.TryGetValue(parameter, out var was) && IsTrue(was["required"])))
                Breaks(name, $"needs the parameter {parameter} now");
    }

    private void CompareContents(string name, JsonNode? before, JsonNode? after, bool sent)
    {
        foreach (var (type, was) in Members(before))
        {
            if (after?[type] is { } now)
                CompareSchemas(name, was!["schema"], now["schema"], sent);
            else
                Breaks(name, $"is no longer {type}");
        }
    }

    /// <param name="sent">By a client, which may go on sending what it sent; else answered, which may only be what it was.</param>
    private void CompareSchemas(string name, JsonNode? before, JsonNode? after, bool sent)
    {
        if (before is null || after is null)
        {
            if (before is null != after is null && (sent ? before is null : after is null))
                Breaks(name, "has another schema");
            return;
        }
        // A schema that has itself in it would never end.
        if (ReferenceOf(before) is { } was && ReferenceOf(after) is { } now && !_compared.Add((was, now, sent)))
            return;
        // In an address, both are the same text.
        if (sent && Values(before.AsObject())?.SetEquals(["\"true\"", "\"false\""]) == true && Types(after.AsObject()).SetEquals(["boolean"]))
            return;
        var (schemaBefore, schemaAfter) = (Resolve(_before, before), Resolve(_after, after));
        var (narrow, wide) = sent ? (schemaBefore, schemaAfter) : (schemaAfter, schemaBefore);

        var (typesNarrow, typesWide) = (Types(narrow), Types(wide));
        if (typesWide.Count > 0 && (typesNarrow.Count == 0 || typesNarrow.Any(type => !typesWide.Contains(type) && !(type == "integer" && typesWide.Contains("number")))))
            Breaks(name, $"was {string.Join(" or ", Types(schemaBefore))} and is {string.Join(" or ", Types(schemaAfter))}");
        if (Values(wide) is { } allowed && (Values(narrow) is not { } possible || possible.Except(allowed).Any()))
            Breaks(name, sent ? "takes fewer values" : "answers values that were not among its own");
        if (schemaBefore["format"]?.ToString() is { } format && schemaAfter["format"]?.ToString() != format)
            Breaks(name, $"no longer has the format {format}");
        if (sent)
            CompareLimits(name, schemaBefore, schemaAfter);
        CompareMembers(name, schemaBefore, schemaAfter, sent);
        foreach (var inner in (string[])["items", "additionalProperties"])
            if (schemaBefore[inner] is JsonObject one && schemaAfter[inner] is JsonObject other)
                CompareSchemas($"{name}[]", one, other, sent);
        var (choicesBefore, choicesAfter) = (Choices(schemaBefore), Choices(schemaAfter));
        if (sent ? choicesAfter.Count < choicesBefore.Count : choicesAfter.Count > choicesBefore.Count)
            Breaks(name, "has other alternatives");
        foreach (var (one, other) in choicesBefore.Zip(choicesAfter))
            CompareSchemas(name, one, other, sent);
    }

    private void CompareMembers(string name, JsonObject before, JsonObject after, bool sent)
    {
        var (requiredBefore, requiredAfter) = (Texts(before["required"]), Texts(after["required"]));
        foreach (var (member, was) in Members(before["properties"]))
        {
            if (after["properties"]?[member] is { } now)
                CompareSchemas($"{name}.{member}", was, now, sent);
            else
                Breaks(name, $"no longer has {member}");
        }
        if (sent)
            foreach (var member in requiredAfter.Except(requiredBefore))
                Breaks(name, $"needs {member} now");
        else
            foreach (var member in requiredBefore.Except(requiredAfter))
                Breaks(name, $"may come without {member}");
    }

    private void CompareLimits(string name, JsonObject before, JsonObject after)
    {
        foreach (var limit in (string[])["maxLength", "maximum", "exclusiveMaximum", "maxItems"])
            if (Number(after[limit]) is { } now && !(Number(before[limit]) <= now))
                Breaks(name, $"has a lower {limit}");
        foreach (var limit in (string[])["minLength", "minimum", "exclusiveMinimum", "minItems"])
            if (Number(after[limit]) is { } now && !(Number(before[limit]) >= now))
                Breaks(name, $"has a higher {limit}");
        if (after["pattern"]?.ToString() is { } pattern && before["pattern"]?.ToString() != pattern)
            Breaks(name, "has another pattern");
    }

    private void Breaks(string name, string how) => _breaking.Add($"{name} {how}");

    private static JsonObject Resolve(JsonObject document, JsonNode schema)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            return Resolve(document, reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode)document, (at, step) => at[step.Replace("~1", "/", StringComparison.Ordinal)]!));
        if (OneOrNull(schema) is not { } one)
            return schema.AsObject();
        var nullable = Resolve(document, one).DeepClone().AsObject();
        if (Types(nullable) is { Count: > 0 } types)
            nullable["type"] = new JsonArray([.. types.Append("null").Select(type => (JsonNode)type)]);
        (nullable["enum"] as JsonArray)?.Add(null);
        return nullable;
    }

    /// <summary>Of a choice between one schema and null, in whichever order, that schema.</summary>
    private static JsonNode? OneOrNull(JsonNode schema) =>
        (schema["oneOf"] ?? schema["anyOf"]) is JsonArray { Count: 2 } ways && ways.Count(IsNull) == 1 ? ways.Single(way => !IsNull(way)) : null;

    private static bool IsNull(JsonNode? way) => way?["type"] is JsonValue type && type.GetValue<string>() == "null";

    private static string? ReferenceOf(JsonNode schema) => schema["$ref"]?.GetValue<string>() ?? (OneOrNull(schema)?["$ref"] is { } one ? $"{one} or null" : null);

    private static Dictionary<string, JsonNode> Parameters(JsonNode operation) =>
        (operation["parameters"]?.AsArray() ?? []).ToDictionary(one => $"{one!["in"]} {one["name"]}", one => one!);

    private static bool IsSecured(JsonNode operation) => operation["security"]?.AsArray().Count > 0;

    private static bool IsTrue(JsonNode? node) => node?.GetValue<bool>() == true;

    /// <summary>An enum of texts that does not say so is of texts all the same.</summary>
    private static HashSet<string> Types(JsonObject schema) => schema["type"] is JsonArray several ? [.. Texts(several)]
        : schema["type"] is { } one ? [one.GetValue<string>()]
        : schema["enum"] is JsonArray values && values.All(value => value?.GetValueKind() == System.Text.Json.JsonValueKind.String) ? ["string"] : [];

    private static HashSet<string>? Values(JsonObject schema) => schema["enum"] is JsonArray values ? [.. values.Select(value => value?.ToJsonString() ?? "null")] : null;

    private static List<JsonNode> Choices(JsonObject schema) => [.. ((string[])["oneOf", "anyOf", "allOf"]).SelectMany(kind => schema[kind]?.AsArray() ?? []).Select(choice => choice!)];

    private static string[] Texts(JsonNode? list) => [.. (list?.AsArray() ?? []).Select(one => one!.GetValue<string>())];

    private static decimal? Number(JsonNode? node) => node?.GetValue<decimal>();

    private static JsonObject Members(JsonNode? node) => node as JsonObject ?? [];
}
