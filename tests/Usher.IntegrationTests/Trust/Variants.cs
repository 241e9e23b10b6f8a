using System.Text.Json;
using System.Text.Json.Nodes;

namespace Usher.IntegrationTests.Trust;

/// <summary>A body that is sent as it stands, and what was done to it.</summary>
internal sealed record Variant(string What, string Json);

/// <summary>What can be done to a good body: each of its members made wrong, strange or extreme, and then the JSON itself.</summary>
internal sealed class Variants(ApiDocument document, IReadOnlyList<string> naughty, Random random)
{
    private static readonly string[] Numbers =
        ["0", "-1", "1", "0.001", "1.5", "1e3", "1E+2", "-0", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "1e308", "1e400", "1e-400", "79228162514264337593543950336", "0.1000000000000000055511151231257827"];

    private static readonly string[] Dates =
        ["", "tomorrow", "2030", "2030-05", "2030-02-30T10:00", "2030-13-01T10:00", "2030-05-01T25:00", "2030-05-01T10:00:61", "2030-03-31T02:30:00", "2030-10-27T02:30:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59Z",
         "2030-05-01T10:00:00+14:00", "2030-05-01T10:00:00+15:00", "2030-05-01T10:00:00.123456789Z", "2030-05-01 10:00", "-2030-05-01T10:00", "+12030-05-01T10:00", "２０３０-05-01T10:00", "1777777777", "2100-12-31T23:59:59Z"];

    private static readonly string[] Texts =
        ["\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u202eevil\"", "\"\\u200b\"", "\"\\r\\nBcc: all@example.com\"", "\"%00\"", "\"../../etc/passwd\"", "\"{{7*7}}\"", "\"' OR 1=1 --\"",
         "\"00000000-0000-0000-0000-000000000000\"", "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"", "\"0199D6A2-5C00-7000-8000-00000000000G\"", "\"{0199d6a2-5c00-7000-8000-000000000001}\""];

    private static readonly string[] Others = ["null", "true", "false", "[]", "{}", "[null]", "[[[]]]", "{\"a\":1}", "\"text\"", "5"];

    /// <param name="schema">Of the body.</param>
    /// <param name="good">A body that is accepted.</param>
    /// <param name="texts">How many naughty strings a text is tried with.</param>
    public IEnumerable<Variant> Of(JsonObject schema, JsonObject good, int texts)
    {
        foreach (var (path, member) in Members(schema, good, []))
        {
            var name = string.Join('.', path);
            if (Parent(good, path) is { } parent && parent.ContainsKey(path[^1].ToString()!))
                yield return new($"without {name}", Change(good, path, null));
            foreach (var value in Values(member, texts))
                yield return new($"{name} = {(value.Length > 60 ? $"{value[..60]}…" : value)}", Change(good, path, value));
        }
        foreach (var variant in OfTheJson(good))
            yield return variant;
    }

    private string[] Values(JsonObject schema, int texts)
    {
        var isDate = schema["format"]?.GetValue<string>().Contains("date", StringComparison.Ordinal) == true || schema["description"]?.GetValue<string>().Contains("RFC 3339", StringComparison.Ordinal) == true;
        return ApiDocument.TypeOf(schema) switch
        {
            "integer" or "number" => [.. Numbers, .. Others],
            "string" =>
            [
                .. Texts, .. Others, .. isDate || schema["enum"] is null ? Dates.Select(date => JsonSerializer.Serialize(date)) : [],
                .. Enumerable.Range(0, texts).Select(_ => JsonSerializer.Serialize(naughty[random.Next(naughty.Count)])),
                JsonSerializer.Serialize(new string('x', 300)), JsonSerializer.Serialize(new string('é', 12_000)),
            ],
            "array" => [.. Others, $"[{string.Join(',', Enumerable.Repeat("{}", 51))}]", $"[{string.Join(',', Enumerable.Repeat("\"x\"", 60))}]", "[1,\"a\",null]"],
            _ => Others,
        };
    }

    private IEnumerable<(object[] Path, JsonObject Schema)> Members(JsonObject schema, JsonObject good, object[] at)
    {
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            var resolved = document.Resolve(property!.AsObject());
            object[] path = [.. at, name];
            yield return (path, resolved);
            if (resolved["properties"] is not null && good[name] is JsonObject inner)
                foreach (var member in Members(resolved, inner, path))
                    yield return member;
            if (resolved["items"] is JsonObject items && good[name] is JsonArray { Count: > 0 } list && list[0] is JsonObject first)
                foreach (var member in Members(document.Resolve(items), first, [.. path, 0]))
                    yield return member;
        }
    }

    private static IEnumerable<Variant> OfTheJson(JsonObject good)
    {
        var json = good.ToJsonString();
        yield return new("nothing", "");
        yield return new("spaces", "   ");
        foreach (var other in Others)
            yield return new($"the body is {other}", other);
        yield return new("cut off", json[..^1]);
        yield return new("a comma too many", $"{json[..^1]},}}");
        yield return new("something behind it", $"{json}{{}}");
        yield return new("a comment", $"/* */{json}");
        yield return new("single quotes", json.Replace('"', '\''));
        yield return new("NaN", "{\"a\":NaN}");
        yield return new("deep", $"{{\"deep\":{new string('[', 5_000)}{new string(']', 5_000)}}}");
        yield return new("an unknown member", $"{json[..^1]}{(good.Count == 0 ? "" : ",")}\"surprise\":1}}");
        yield return new("a member without a name", $"{json[..^1]}{(good.Count == 0 ? "" : ",")}\"\":1}}");
        yield return new("a byte order mark", $"\uFEFF{json}");
        foreach (var (name, value) in good)
        {
            yield return new($"{name} twice", $"{json[..^1]},\"{name}\":{value?.ToJsonString() ?? "null"}}}");
            yield return new($"{name} in capitals", json.Replace($"\"{name}\"", $"\"{name.ToUpperInvariant()}\"", StringComparison.Ordinal));
        }
    }

    private static JsonObject? Parent(JsonObject body, object[] path) => path[..^1].Aggregate((JsonNode?)body, Step) as JsonObject;

    private static JsonNode? Step(JsonNode? node, object step) => step is int index ? (node as JsonArray)?[index] : (node as JsonObject)?[(string)step];

    /// <param name="value">JSON as it stands, which no node could hold; null takes the member out.</param>
    private static string Change(JsonObject good, object[] path, string? value)
    {
        const string Mark = "\u2603 here";
        var body = good.DeepClone().AsObject();
        if (Parent(body, path) is not { } parent)
            return body.ToJsonString();
        parent.Remove((string)path[^1]);
        if (value is null)
            return body.ToJsonString();
        parent[(string)path[^1]] = Mark;
        return body.ToJsonString().Replace(JsonSerializer.Serialize(Mark), value, StringComparison.Ordinal);
    }
}
