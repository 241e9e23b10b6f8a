using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Usher.IntegrationTests.OpenApi;

namespace Usher.IntegrationTests.Trust;

/// <summary>
/// JSON Schema 2020-12, as much of it as the document uses. A word that is not known here is a fault of its own, and so is a
/// member that the schema does not name: what is shown is described.
/// </summary>
internal sealed class Schemas(JsonObject document)
{
    /// <summary>What says nothing of the value.</summary>
    private static readonly HashSet<string> Remarks = ["title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"];

    public JsonObject Named(string name) => document["components"]!["schemas"]![name]!.AsObject();

    /// <summary>What is wrong with a value, by where it stands.</summary>
    public IEnumerable<string> Faults(JsonNode? value, JsonObject schema, string at = "$")
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            return OpenApiTests.Resolve(document, reference) is JsonObject referred ? Faults(value, referred, at) : [$"{at}: {reference} leads nowhere"];
        return schema.SelectMany(rule => Of(rule.Key, rule.Value!, value, schema, at));
    }

    private IEnumerable<string> Of(string word, JsonNode rule, JsonNode? value, JsonObject schema, string at) => word switch
    {
        _ when Remarks.Contains(word) => [],
        "type" => Say(!Types(rule).Any(type => IsOf(type, value)), $"{at} is {value?.GetValueKind().ToString() ?? "null"}, not {rule.ToJsonString()}"),
        "enum" => Say(!rule.AsArray().Any(one => JsonNode.DeepEquals(one, value)), $"{at} is {value?.ToJsonString() ?? "null"}, none of {rule.ToJsonString()}"),
        "oneOf" or "anyOf" => Alternatives(word, rule.AsArray(), value, at),
        "allOf" => rule.AsArray().SelectMany(one => Faults(value, one!.AsObject(), at)),
        "required" => value is JsonObject owner ? rule.AsArray().Select(name => name!.GetValue<string>()).Where(name => !owner.ContainsKey(name)).Select(name => $"{at}.{name} is missing") : [],
        "properties" => value is JsonObject owner ? Members(owner, rule.AsObject(), schema, at) : [],
        "additionalProperties" => value is JsonObject owner && rule is JsonObject others
            ? owner.Where(m => schema["properties"]?[m.Key] is null).SelectMany(m => Faults(m.Value, others, $"{at}.{m.Key}")) : [],
        "items" => value is JsonArray list ? list.SelectMany((item, i) => Faults(item, rule.AsObject(), $"{at}[{i}]")) : [],
        "minItems" => value is JsonArray list ? Say(list.Count < rule.GetValue<int>(), $"{at} has {list.Count} items") : [],
        "maxItems" => value is JsonArray list ? Say(list.Count > rule.GetValue<int>(), $"{at} has {list.Count} items") : [],
        "minimum" => Number(value) is { } number ? Say(number < Number(rule), $"{at} is {number}, below {rule}") : [],
        "maximum" => Number(value) is { } number ? Say(number > Number(rule), $"{at} is {number}, above {rule}") : [],
        "minLength" => Text(value) is { } text ? Say(text.EnumerateRunes().Count() < rule.GetValue<int>(), $"{at} is shorter than {rule}") : [],
        "maxLength" => Text(value) is { } text ? Say(text.EnumerateRunes().Count() > rule.GetValue<int>(), $"{at} is longer than {rule}") : [],
        "pattern" => Text(value) is { } text ? Say(!Regex.IsMatch(text, rule.GetValue<string>(), RegexOptions.ECMAScript), $"{at} does not match {rule}") : [],
        "format" => Say(value is not null && !HasFormat(rule.GetValue<string>(), value), $"{at} is {value?.ToJsonString()}, no {rule}"),
        _ => [$"{at}: the schema says {word}, which is not known here"],
    };

    private IEnumerable<string> Members(JsonObject owner, JsonObject properties, JsonObject schema, string at) => owner.SelectMany(member =>
        properties[member.Key] is JsonObject described ? Faults(member.Value, described, $"{at}.{member.Key}")
        : schema["additionalProperties"] is null ? [$"{at}.{member.Key} is not described"]
        : []);

    /// <summary>Of several that do not fit, what is wrong with the one that fits deepest.</summary>
    private List<string> Alternatives(string word, JsonArray rules, JsonNode? value, string at)
    {
        var tried = rules.Select(one => Faults(value, one!.AsObject(), at).ToList()).ToList();
        var fitting = tried.Count(faults => faults.Count == 0);
        return fitting == 1 || (fitting > 1 && word == "anyOf") ? [] : fitting > 1 ? [$"{at} is of {fitting} kinds at once"] : tried.MaxBy(faults => faults.Max(fault => fault.IndexOf(' ', StringComparison.Ordinal)))!;
    }

    private static IEnumerable<string> Say(bool isWrong, string what) => isWrong ? [what] : [];

    private static IEnumerable<string> Types(JsonNode rule) => rule is JsonArray several ? several.Select(one => one!.GetValue<string>()) : [rule.GetValue<string>()];

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("null", JsonValueKind.Null) or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String)
            or ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => Number(value) is { } number && number == decimal.Truncate(number),
        _ => false,
    };

    private static bool HasFormat(string format, JsonNode value) => (format, Text(value), Number(value)) switch
    {
        ("uuid", { } text, _) => Guid.TryParseExact(text, "D", out _),
        // RFC 3339, which is stricter than what .NET reads.
        ("date-time", { } text, _) => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$") && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        ("date-time-local", { } text, _) => DateTime.TryParseExact(text, "yyyy-MM-ddTHH:mm:ss.FFF", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        ("date", { } text, _) => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        ("int32", _, { } number) => number is >= int.MinValue and <= int.MaxValue,
        ("int64", _, { } number) => number is >= long.MinValue and <= long.MaxValue,
        ("double" or "float", _, { }) => true,
        ("uri" or "uri-reference", { } text, _) => Uri.TryCreate(text, format == "uri" ? UriKind.Absolute : UriKind.RelativeOrAbsolute, out _),
        _ => false,
    };

    private static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static decimal? Number(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
