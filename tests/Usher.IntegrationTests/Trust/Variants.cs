using System.Text.Json;
using System.Text.Json.Nodes;

namespace Usher.IntegrationTests.Trust;

/// <summary>A body that is sent as it stands, and what was done to it.</summary>
internal sealed record Variant(string What, string Json);

/// <summary>What can be done to a good body: each of its members made wrong, strange or extreme, several at once, and then the JSON itself.</summary>
internal sealed class Variants(ApiDocument document, IReadOnlyList<string> naughty, Random random)
{
    private static readonly string[] Numbers =
    [
        "0", "-1", "1", "0.001", "1.5", "1.0", "1e3", "1E+2", "1e-1", "-0", "-0.0", "1000000", "1000001", "2147483647", "2147483648", "-2147483649", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808",
        "18446744073709551616", "1e15", "1e308", "1e400", "-1e400", "1e-400", "79228162514264337593543950335", "79228162514264337593543950336", "0.1000000000000000055511151231257827", "99999999.999", "01", "+1", ".5", "5.", "1e", "0x10", "1_000", "Infinity", "-",
    ];

    private static readonly string[] Dates =
    [
        "", "tomorrow", "2030", "2030-05", "2030-05-01", "2030-02-30T10:00", "2030-02-29T10:00:00Z", "2030-13-01T10:00", "2030-00-10T10:00", "2030-05-00T10:00", "2030-05-01T25:00", "2030-05-01T24:00:00Z", "2030-05-01T10:60", "2030-05-01T10:00:61",
        "2016-12-31T23:59:60Z", "2030-06-30T23:59:60Z", "2030-03-31T02:30:00", "2030-10-27T02:30:00", "2030-03-31T02:00:00", "2030-03-31T03:00:00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z",
        "2038-01-19T03:14:08Z", "2100-12-31T23:59:59Z", "2101-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999-14:00", "2030-05-01T10:00:00+14:00", "2030-05-01T10:00:00+15:00", "2030-05-01T10:00:00-00:00", "2030-05-01T10:00:00+23:59",
        "2030-05-01T10:00:00+24:00", "2030-05-01T10:00:00+01:60", "2030-05-01T10:00:00+0100", "2030-05-01T10:00:00+1", "2030-05-01T10:00:00.123456789Z", "2030-05-01T10:00:00,5Z", "2030-05-01T10:00:00.Z", "2030-05-01 10:00", "2030-05-01t10:00:00z",
        "2030-05-01T10:00Z[Europe/Vienna]", "20300501T100000Z", "2030-W18-3T10:00", "2030-121T10:00", "-2030-05-01T10:00", "+12030-05-01T10:00", "２０３０-05-01T10:00", "1777777777", "1777777777000", " 2030-05-01T10:00:00Z", "2030-05-01T10:00:00Z ", "2030-05-01T10:00:00Z\n",
    ];

    private static readonly string[] Texts =
    [
        "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\ud83d\\u0041\"", "\"\\ufffe\"", "\"\\uffff\"", "\"\\ufeffx\"", "\"\\u202eevil\"", "\"\\u2066evil\"", "\"\\u200b\"", "\"\\u2028\"", "\"\\u0085x\"", "\"\\u001b[31mred\"", "\"\\u007f\"",
        "\"\\r\\nBcc: all@example.com\"", "\"%00\"", "\"../../etc/passwd\"", "\"{{7*7}}\"", "\"${jndi:ldap://x}\"", "\"' OR 1=1 --\"", "\"\\\"; DROP TABLE events;\"", "\"<script>alert(1)</script>\"", "\"=1+1\"", "\"{\\\"$gt\\\":0}\"", "\"null\"", "\"true\"", "\"0\"",
        "\"\\ufdfa\\ufdfa\\ufdfa\"", "\"e\\u0301\\u0301\\u0301\\u0301\"", "\"\\ud834\\udd5e\"", "\"\\u1e9e\\u0130\\u0131\\u017f\"", "\"\\a\"", "\"\\u12\"", "\"tab\there\"",
        "\"00000000-0000-0000-0000-000000000000\"", "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"", "\"0199D6A2-5C00-7000-8000-00000000000G\"", "\"{0199d6a2-5c00-7000-8000-000000000001}\"", "\"0199d6a2-5c00-7000-8000-000000000001\"",
    ];

    private static readonly string[] Others = ["null", "true", "false", "[]", "{}", "[null]", "[[[]]]", "{\"a\":1}", "\"text\"", "5"];

    /// <summary>What looks nearly like what a member should be, by a part of its name.</summary>
    private static readonly (string Part, string[] Values)[] NearMisses =
    [
        ("timeZone", ["UTC", "utc", "Europe/Vienna", "europe/vienna", "Europe/Vienna ", "Etc/GMT+12", "Pacific/Apia", "Australia/Lord_Howe", "Antarctica/Troll", "EST5EDT", "W. Europe Standard Time", "GMT+25", "localtime", "posix/Europe/Vienna", "right/UTC", "../../etc/passwd", "Europe", "Factory", "+01:00", "Z"]),
        ("currency", ["EUR", "eur", "EURO", "€", "XXX", "XAU", "XTS", "JPY", "BHD", "CLF", "ZWL", "978", "EU R"]),
        ("mail", ["a@b", "a@b.c", "@b.co", "a@@b.co", "a b@c.de", "\"a b\"@c.de", "a@[127.0.0.1]", "a@-b.co", "a@b..co", ".a@b.co", "a.@b.co", "a..a@b.co", "Ada <a@b.co>", "a@b.co,c@d.de", "a@b.123", "a@xn--bcher-kva.example", "ä@bücher.example", "a\u200b@b.co", "a@b.co\r\nBcc: c@d.de", "\u202ea@b.co"]),
        ("username", ["ab", "abc", "a b", "-a-", "...", "admin", "ADMIN", "аdmin", "a\u0301da", "ada@b.co", "me", "null", "a/b", "ada\n"]),
        ("assword", ["", "short", "password", "12345678", "plum-orchard-violin-9", "        ", "correct horse battery\u0007", "ключ-от-квартиры-7", "😀😀😀😀😀😀😀😀", "pass\u0000word-quill"]),
        ("Url", ["http://", "https://a b", "javascript:alert(1)", "data:text/html,x", "//example.com/x", "ftp://example.com", "http://[::1", "http://例え.jp/ü?q=1#x", "HTTP://EXAMPLE.COM", "http://user:pass@example.com", "file:///etc/passwd", "http://example.com/\r\nX: y"]),
        ("role", ["admin", "ADMIN", "Organizer", "attendee", "organizer ", "root"]),
        ("token", ["tok_ok", "tok_declined", "tok_timeout", "tok_", "TOK_OK", "tok_ok ", "tok_ok\n"]),
    ];

    /// <param name="schema">Of the body.</param>
    /// <param name="good">A body that is accepted.</param>
    /// <param name="texts">How many naughty strings a text is tried with.</param>
    public IEnumerable<Variant> Of(JsonObject schema, JsonObject good, int texts)
    {
        var members = Members(schema, good, []).ToList();
        foreach (var (path, member) in members)
        {
            var name = string.Join('.', path);
            if (Parent(good, path) is { } parent && parent.ContainsKey(path[^1].ToString()!))
                yield return new($"without {name}", Change(good, (path, null)));
            foreach (var value in Values(path, member, texts))
                yield return new($"{name} = {Short(value)}", Change(good, (path, value)));
        }
        foreach (var variant in OfTheJson(good))
            yield return variant;
        for (var i = 0; members.Count > 1 && i < 10 * texts; i++)
        {
            var changes = random.GetItems(members.ToArray(), 2 + i % 3).DistinctBy(m => string.Join('.', m.Path))
                .Select(m => (m.Path, (string?)random.GetItems(Values(m.Path, m.Schema, texts: 1), 1)[0])).ToArray();
            yield return new(string.Join(", ", changes.Select(c => $"{string.Join('.', c.Path)} = {Short(c.Item2!)}")), Change(good, changes));
        }
    }

    /// <summary>What the answer shows and the request does not have, sent all the same: one by one, and all of it.</summary>
    public IEnumerable<Attempt> Owned(JsonObject schema, JsonObject? success, JsonObject good)
    {
        if (success is null)
            yield break;
        var owned = OwnedMembers(schema, document.Resolve(success), good, []).ToList();
        foreach (var one in owned)
            yield return new Attempt($"{string.Join('.', one.Path)} = {one.Value}, which is the server's") { Body = Change(good, (one.Path, one.Value)), Owned = [one] };
        if (owned.Count > 0)
            yield return new Attempt("all that is the server's") { Body = Change(good, [.. owned.DistinctBy(o => string.Join('.', o.Path)).Select(o => (o.Path, (string?)o.Value))]), Owned = [.. owned.DistinctBy(o => string.Join('.', o.Path))] };
    }

    /// <summary>Values of a query parameter, good ones among them, ready to stand in an address.</summary>
    public static string[] OfQuery(JsonObject schema)
    {
        var one = schema["items"] is JsonObject items ? items : schema;
        string[] listed = [.. one["enum"]?.AsArray().Select(value => $"{value}") ?? []];
        string[] odd = ["", " ", "%00", "a%00b", "%FF", "%ED%A0%80", "null", "undefined", "[]", "{}", "%0d%0aX:%20y", "../..", "*", "true", new string('x', 201), new string('y', 3_000)];
        return ApiDocument.TypeOf(one) switch
        {
            "integer" => [.. odd, "0", "1", "2", "100", "101", "-1", "-0", "+1", "1.5", "1.0", "1e3", "2147483647", "2147483648", "99999999999999999999", "٣", "0x10", " 1", "1%20", "1,2", "10000", "10001"],
            "number" => [.. odd, "0", "1", "-1", "-0", "0.005", "10.00", "1.", ".5", "1e3", "1e400", "NaN", "Infinity", "99999999999999999999", "79228162514264337593543950336", "٣", "1,5", "1000000000", "0.0000000000000000000000000001"],
            _ => [.. odd, .. listed, .. listed.Select(value => value.ToUpperInvariant()), .. listed.Select(value => $"{value}%20"), string.Join(',', listed), string.Join(',', Enumerable.Repeat("x", 60)),
                "%25_%27%22%5C", ",,,", "a", "2030-05-01", "2030-02-30", "0001-01-01", "9999-12-31", "2030-05-01T10:00:00Z", "2030-05-01T10:00:00%2B99:00", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "48.2,16.3", "91,181", "NaN,NaN", "48.2,16.3,1", "-90,-180",
                "EUR", "eur", "0199d6a2-5c00-7000-8000-000000000001", "{0199d6a2-5c00-7000-8000-000000000001}", "available", "upcoming,all", "%EF%BF%BE", "%F0%9F%8E%BB", "%E2%80%AE", "%EF%B7%BA%EF%B7%BA", "NEAR(a b)", "a* OR b", "-a", "name:x", "%22a b", "a:*", "!a", "a <-> b", "(a", "a\\"],
        };
    }

    private string[] Values(object[] path, JsonObject schema, int texts)
    {
        var name = path[^1].ToString()!;
        var isDate = schema["format"]?.GetValue<string>().Contains("date", StringComparison.Ordinal) == true || name is "date" or "endDate" or "salesStartAt" or "salesEndAt" or "cancellationDeadline";
        return ApiDocument.TypeOf(schema) switch
        {
            "integer" or "number" => [.. Numbers, .. Others, "\"1\""],
            "boolean" => [.. Others, "0", "\"true\"", "True"],
            "string" =>
            [
                .. Texts, .. Others, .. isDate ? Dates.Select(Quoted) : [], .. schema["enum"]?.AsArray().SelectMany(value => new[] { $"{value?.ToJsonString()}", Quoted($"{value}".ToUpperInvariant()), Quoted($"{value} ") }) ?? [],
                .. NearMisses.Where(near => name.Contains(near.Part, StringComparison.OrdinalIgnoreCase)).SelectMany(near => near.Values).Select(Quoted),
                .. Enumerable.Range(0, texts).Select(_ => Quoted(naughty[random.Next(naughty.Count)])), .. Lengths(schema).Select(length => Quoted(new string('x', length))),
                Quoted(string.Concat(Enumerable.Repeat("😀", 200))), Quoted(new string('\ufdfa', 200)), Quoted(new string('é', 12_000)), Quoted(new string('\ufdfa', 10_000)),
            ],
            "array" => [.. Others, $"[{string.Join(',', Enumerable.Repeat("{}", 51))}]", $"[{string.Join(',', Enumerable.Repeat("\"x\"", 60))}]", "[1,\"a\",null]", "[\"\\ud800\",\"\\u0000\"]"],
            _ => Others,
        };
    }

    /// <summary>Right at the bounds and one beyond.</summary>
    private static IEnumerable<int> Lengths(JsonObject schema) =>
        new[] { schema["minLength"], schema["maxLength"] }.OfType<JsonValue>().Select(v => v.GetValue<int>()).SelectMany(n => new[] { n - 1, n, n + 1 }).Append(300).Where(n => n > 0).Distinct();

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

    private IEnumerable<Owned> OwnedMembers(JsonObject request, JsonObject answer, JsonObject good, object[] at)
    {
        var asked = request["properties"]!.AsObject();
        foreach (var (name, property) in answer["properties"]?.AsObject() ?? [])
        {
            var shown = document.Resolve(property!.AsObject());
            object[] path = [.. at, name];
            if (asked[name] is null)
                foreach (var value in Foreign(shown))
                    yield return new Owned(path, value);
            else if (good[name] is JsonArray { Count: > 0 } list && list[0] is JsonObject first && shown["items"] is JsonObject items)
                foreach (var inner in OwnedMembers(document.Resolve(document.Resolve(asked[name]!.AsObject())["items"]!.AsObject()), document.Resolve(items), first, [.. path, 0]))
                    yield return inner;
        }
    }

    /// <summary>Values that the server would not choose.</summary>
    private static IEnumerable<string> Foreign(JsonObject schema) => (ApiDocument.TypeOf(schema), schema["format"]?.GetValue<string>()) switch
    {
        _ when schema["enum"] is JsonArray choices => choices.Where(c => c is not null).Select(c => c!.ToJsonString()),
        ("string", "uuid") => ["\"0199d6a2-5c00-7000-8000-00000000beef\""],
        ("string", "date-time") => ["\"2001-02-03T04:05:06.000Z\""],
        ("string", _) => ["\"what-nobody-chose\""],
        ("integer" or "number", _) => ["987654"],
        ("boolean", _) => ["true", "false"],
        ("array", _) => ["[]"],
        _ => ["{}"],
    };

    private static IEnumerable<Variant> OfTheJson(JsonObject good)
    {
        var json = good.ToJsonString();
        var more = $"{json[..^1]}{(good.Count == 0 ? "" : ",")}";
        yield return new("nothing", "");
        yield return new("spaces", "   ");
        foreach (var other in Others)
            yield return new($"the body is {other}", other);
        yield return new("cut off", json[..^1]);
        yield return new("cut in the middle", json[..(json.Length / 2)]);
        yield return new("a comma too many", $"{json[..^1]},}}");
        yield return new("something behind it", $"{json}{{}}");
        yield return new("a line behind it", $"{json}\n\n");
        yield return new("a zero behind it", $"{json}\0");
        yield return new("a comment", $"/* */{json}");
        yield return new("single quotes", json.Replace('"', '\''));
        yield return new("NaN", $"{more}\"a\":NaN}}");
        yield return new("deep", $"{{\"deep\":{new string('[', 5_000)}{new string(']', 5_000)}}}");
        yield return new("deep objects", $"{string.Concat(Enumerable.Repeat("{\"a\":", 5_000))}1{new string('}', 5_000)}");
        yield return new("as deep as may be", $"{more}\"deep\":{new string('[', 31)}{new string(']', 31)}}}");
        yield return new("one deeper", $"{more}\"deep\":{new string('[', 32)}{new string(']', 32)}}}");
        yield return new("never closed", new string('[', 60_000));
        yield return new("an unknown member", $"{more}\"surprise\":1}}");
        yield return new("a member without a name", $"{more}\"\":1}}");
        yield return new("a broken name", $"{more}\"\\ud800\":1}}");
        yield return new("a name with a zero", $"{more}\"a\\u0000\":1}}");
        yield return new("a prototype", $"{more}\"__proto__\":{{\"role\":\"admin\"}},\"constructor\":{{}},\"$type\":\"System.Object\",\"$id\":\"1\",\"$ref\":\"1\"}}");
        yield return new("five thousand members", $"{more}{string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"m{i}\":0"))}}}");
        yield return new("a byte order mark", $"\uFEFF{json}");
        yield return new("an enormous number", $"{more}\"n\":{new string('9', 20_000)}}}");
        foreach (var (name, value) in good)
        {
            yield return new($"{name} twice", $"{json[..^1]},\"{name}\":{value?.ToJsonString() ?? "null"}}}");
            yield return new($"{name} twice, once spelled otherwise", $"{json[..^1]},\"\\u{(int)name[0]:x4}{name[1..]}\":null}}");
            yield return new($"{name} in capitals", json.Replace($"\"{name}\"", $"\"{name.ToUpperInvariant()}\"", StringComparison.Ordinal));
        }
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string Short(string text) => text.Length > 60 ? $"{text[..60]}…" : text;

    private static JsonObject? Parent(JsonObject body, object[] path) => path[..^1].Aggregate((JsonNode?)body, Step) as JsonObject;

    private static JsonNode? Step(JsonNode? node, object step) => step is int index ? (node as JsonArray)?.ElementAtOrDefault(index) : (node as JsonObject)?[(string)step];

    /// <param name="changes">JSON as it stands, which no node could hold; null takes the member out.</param>
    private static string Change(JsonObject good, params (object[] Path, string? Value)[] changes)
    {
        var body = good.DeepClone().AsObject();
        var marks = new List<(string Mark, string Value)>();
        foreach (var (path, value) in changes)
        {
            if (Parent(body, path) is not { } parent)
                continue;
            parent.Remove((string)path[^1]);
            if (value is null)
                continue;
            marks.Add(($"\"here {marks.Count} \"", value));
            parent[(string)path[^1]] = marks[^1].Mark.Trim('"');
        }
        return marks.Aggregate(body.ToJsonString(), (json, mark) => json.Replace(mark.Mark, mark.Value, StringComparison.Ordinal));
    }
}
