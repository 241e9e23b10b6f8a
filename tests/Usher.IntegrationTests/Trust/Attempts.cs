using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Usher.IntegrationTests.Trust;

/// <summary>All that is tried with an operation: first as it should be, then with everything wrong that the document lets one think of.</summary>
/// <param name="texts">How many naughty strings each text is tried with; ten times as many bodies are wrong in several places at once.</param>
internal sealed class Attempts(ApiDocument document, IReadOnlyList<string> naughty, Random random, int texts)
{
    public const string AsItShouldBe = "as it should be";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "PROPFIND", "M-SEARCH", "PURGE", "A"];

    private readonly Variants _variants = new(document, naughty, random);
    private readonly HashSet<string> _swapped = [];

    /// <summary>All of them, or about that share of them: what is as it should be, and what the server owns, in any case.</summary>
    public IEnumerable<Attempt> Of(Operation operation, double share = 1)
    {
        var chance = new Random(operation.Id.Length + texts);
        return All(operation).Where(attempt => attempt.What == AsItShouldBe || attempt.Owned.Count > 0 || chance.NextDouble() < share);
    }

    private IEnumerable<Attempt> All(Operation operation)
    {
        var body = operation.Body is null ? null : World.BodyOf(operation);
        var good = operation.Files.Count > 0 ? ImportVariants.Good(operation.Files[0]) : new Attempt(AsItShouldBe) { Body = body?.ToJsonString() };
        yield return good;
        if (body is not null)
        {
            foreach (var variant in _variants.Of(operation.Body!, body, texts))
                yield return new Attempt(variant.What) { Body = variant.Json };
            foreach (var variant in _variants.Owned(operation.Body!, operation.Success, body))
                yield return variant;
            foreach (var content in Contents(body))
                yield return content;
        }
        else
        {
            yield return new Attempt("a body nobody asked for") { Body = "{\"surprise\":[1,2" };
        }
        foreach (var type in operation.Files)
            foreach (var file in ImportVariants.Of(type, _variants.Of(document.Resolve(document.Schemas.Named("CreateEventRequest")), World.BodyOf(document.Operations.First(o => o.Id == "CreateEvent"))!, texts), naughty, random, texts))
                yield return file;
        foreach (var query in Queries(operation))
            yield return good with { What = $"?{query[..Math.Min(60, query.Length)]}", Query = $"?{query}" };
        foreach (var (what, headers) in Headers)
            yield return good with { What = what, Headers = headers };
        foreach (var (what, headers) in Tokens)
            yield return good with { What = what, Headers = headers, IsAnonymous = true };
        foreach (var (what, path) in Ids(operation))
            yield return good with { What = what, Path = path };
        var place = World.PlaceOf(operation);
        foreach (var elsewhere in (string[])[$"{place}/", $"{place}/%2e", place.Replace("api/", "api//", StringComparison.Ordinal), place.Replace("api/", "API/", StringComparison.Ordinal), $"{place}%00", $"{place}/x", $"{place};x=1"])
            yield return good with { What = elsewhere, Path = elsewhere, IsElsewhere = true };
        if (_swapped.Add(operation.Path))
            foreach (var method in Methods.Except(document.Operations.Where(o => o.Path == operation.Path).SelectMany(o => o.Method == "GET" ? ["GET", "HEAD"] : (string[])[o.Method])))
                yield return good with { What = $"by {method}", Method = method };
    }

    /// <summary>Each id in the address made wrong.</summary>
    private static IEnumerable<(string What, string Path)> Ids(Operation operation)
    {
        var place = World.PlaceOf(operation);
        for (var at = place.IndexOf("[[", StringComparison.Ordinal); at >= 0; at = place.IndexOf("[[", at + 1, StringComparison.Ordinal))
        {
            var end = place.IndexOf("]]", at, StringComparison.Ordinal) + 2;
            foreach (var id in (string[])[
                "0199d6a2-5c00-7000-8000-000000000001", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "0", "-1", "1e3", "null", "me", "%00", "%20", "%2F", "%2e%2e%2f", "%C3%28",
                "%ED%A0%80", "%F0%9F%8E%BB", "%E2%80%AE", "{0199d6a2-5c00-7000-8000-000000000001}", "0199d6a25c0070008000000000000001", "0199d6a2-5c00-7000-8000-00000000000G", "ABCDEFGH", "0OIL1234", "'%20OR%201=1--",
                $"{place[at..end]}x", $"{place[at..end]}%00", $"{place[at..end]};v=1", $"{place[at..end]}.json", $"%20{place[at..end]}", new string('a', 2_000)])
                yield return ($"{id[..Math.Min(40, id.Length)]} for {place[at..end]}", place[..at] + id + place[end..]);
        }
    }

    private IEnumerable<string> Queries(Operation operation)
    {
        foreach (var (name, schema) in operation.Query)
        {
            foreach (var value in Variants.OfQuery(schema).Concat(Enumerable.Range(0, texts).Select(_ => Uri.EscapeDataString(naughty[random.Next(naughty.Count)]))))
                yield return $"{name}={value}";
            yield return $"{name}=a&{name}=b";
            yield return name;
            yield return $"{name.ToUpperInvariant()}=1";
            yield return $"{name}[]=1";
            yield return $"%00{name}=1";
        }
        // Several at once, each as it might be asked for.
        for (var i = 0; operation.Query.Count > 1 && i < 4 * texts; i++)
            yield return string.Join('&', random.GetItems(operation.Query.ToArray(), 3).DistinctBy(q => q.Name).Select(q => $"{q.Name}={random.GetItems(Variants.OfQuery(q.Schema), 1)[0]}"));
        yield return "surprise=1";
        yield return "%=%&=&&%zz";
        yield return "%FF%FE=%C3%28";
        yield return string.Join('&', Enumerable.Range(0, 500).Select(i => $"p{i}"));
        yield return $"x={new string('x', 7_000)}";
    }

    private static readonly (string What, (string, string)[] Headers)[] Headers =
    [
        .. new[] { "", "*", "\"", "W/\"\"\"", "W/*", "\"1\"", "W/\"1\"", "1", "\"1-\"", "\"-1\"", "\"99999999999999999999-x\"", "\"a\", \"b\", *", ",,,", "\"\u0001\"", "\"" + new string('x', 8_000) + "\"" }
            .SelectMany(tag => new[] { ($"If-Match: {Short(tag)}", new[] { ("If-Match", tag) }), ($"If-None-Match: {Short(tag)}", [("If-None-Match", tag)]) }),
        ("If-Match twice", [("If-Match", "\"1\""), ("If-Match", "*")]),
        ("two hundred ETags", [("If-None-Match", string.Join(", ", Enumerable.Range(0, 200).Select(i => $"\"{i}\"")))]),
        .. new[] { "", " ", "x", "a b", "\t", "a,b", new string('k', 255), new string('k', 256), new string('k', 5_000), "ünïcode", "\"quoted\"", "\u007f" }
            .Select(key => ($"Idempotency-Key: {Short(key)}", new[] { ("Idempotency-Key", key) })),
        ("Idempotency-Key twice", [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]),
        .. new[] { "", "image/png;q=banana, */*;q=-1", "*/*;q=0", "text/csv", "text/csv;q=0, application/json", "application/xml", "a", ";", string.Join(',', Enumerable.Repeat("text/html;q=0.1", 500)) }
            .Select(accept => ($"Accept: {Short(accept)}", new[] { ("Accept", accept) })),
        ("Accept-Encoding nobody has", [("Accept-Encoding", "br;q=2, klingon, identity;q=0")]),
        ("Accept-Charset", [("Accept-Charset", "utf-7, *;q=0")]),
        ("a broken trace", [("traceparent", "00-zz-zz-zz"), ("tracestate", "=,=,="), ("baggage", new string('=', 500))]),
        ("a trace of zeros", [("traceparent", "00-00000000000000000000000000000000-0000000000000000-ff")]),
        ("another method asked for", [("X-HTTP-Method-Override", "DELETE"), ("X-HTTP-Method", "DELETE"), ("X-Method-Override", "DELETE")]),
        ("another address asked for", [("X-Original-URL", "/api/audit"), ("X-Rewrite-URL", "/api/audit"), ("X-Forwarded-For", "127.0.0.1, ::1, banana"), ("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Prefix", "/evil"), ("Forwarded", "for=\"_x\";host=evil.example")]),
        ("another host", [("Host", "evil.example:99999"), ("X-Forwarded-Host", "evil.example")]),
        ("a range", [("Range", "bytes=5-2,-,0-0"), ("If-Range", "\"x\"")]),
        ("since a day that never was", [("If-Modified-Since", "Tue, 31 Feb 2030 25:61:61 GMT"), ("If-Unmodified-Since", "yesterday")]),
        ("another protocol", [("Upgrade", "websocket"), ("Sec-WebSocket-Key", "x"), ("Sec-WebSocket-Version", "13")]),
        ("cookies", [("Cookie", $"session={new string('c', 4_000)}; =; ;;\"")]),
        ("an origin", [("Origin", "null"), ("Access-Control-Request-Method", "DELETE")]),
        ("who sent it", [("Max-Forwards", "-1"), ("From", "a@b"), ("Via", "1.1 a, 1.0 b"), ("User-Agent", "\u0001(((\"\\"), ("Referer", "javascript:1")]),
        ("eighty headers", [.. Enumerable.Range(0, 80).Select(i => ($"X-{i}", "a"))]),
        ("a long header", [("X-Long", new string('l', 12_000))]),
        ("what was seen last", [("Last-Event-ID", $"{new string('9', 400)}\t\"")]),
        ("what is expected", [("Expect", "200-ok")]),
        ("a language", [("Content-Language", "x"), ("Accept-Language", "*;q=9")]),
    ];

    private static readonly (string What, (string, string)[] Headers)[] Tokens =
    [
        ("no token", []),
        .. new[] { "", "Bearer", "Bearer ", "bearer", "Bearer null", "Bearer undefined", "Bearer a.b.c", "Bearer ..", "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic YTpi", "Basic", "Digest username=\"a\"", "Negotiate x", "Bearer a b",
            "Bearer \u0001", "Bearer ünïcode", $"Bearer {new string('a', 12_000)}", "Bearer eyJ9.eyJ9.eyJ9", "ApiKey 1", "Bearer:x", "BearerX", "\"Bearer\" x", "Bearer ,Bearer x" }
            .Select(value => ($"Authorization: {Short(value)}", new[] { ("Authorization", value) })),
        ("Authorization twice", [("Authorization", "Bearer a.b.c"), ("Authorization", "Basic YTpi")]),
        ("a token elsewhere", [("X-Authorization", "Bearer a.b.c"), ("Cookie", "access_token=a.b.c"), ("Proxy-Authorization", "Basic YTpi")]),
    ];

    private static IEnumerable<Attempt> Contents(JsonObject good)
    {
        var json = good.ToJsonString();
        Attempt As(string? type, Func<string, byte[]>? encode = null) => new($"as {type ?? "nothing"}") { Body = json, ContentType = type, Encode = encode ?? Encoding.UTF8.GetBytes };
        foreach (var type in (string?[])[
            null, "", "application/x-www-form-urlencoded", "text/plain", "text/json", "application/xml", "multipart/form-data; boundary=x", "multipart/form-data", "application/octet-stream", "*/*", "application/*", "json", "application/json,application/json",
            "application/json; charset=klingon", "application/json; charset=utf-7", "application/json; charset=", "application/json;;;", "application/json; charset=\"utf-8\"", "application/json; odata=verbose", "application/problem+json",
            "application/merge-patch+json", "application/json-patch+json", "application/x-ndjson", "text/csv", "application/json\t", "APPLICATION/JSON", new string('t', 3_000)])
            yield return As(type);
        yield return As("application/json", Encoding.Unicode.GetBytes);
        yield return As("application/json; charset=utf-16", Encoding.Unicode.GetBytes);
        yield return As("application/json; charset=utf-32", Encoding.UTF32.GetBytes);
        yield return As("application/json; charset=iso-8859-1", Encoding.Latin1.GetBytes);
        yield return As("application/json", text => [.. Encoding.UTF8.GetBytes(text[..^1]), 0xC3, 0x28, (byte)'}']) with { What = "bytes that are no UTF-8" };
        yield return As("application/json", text => [.. Encoding.UTF8.GetBytes(text[..^1]), .. ",\"x\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8]) with { What = "a surrogate in UTF-8" };
        yield return As("application/json", text => [.. Encoding.UTF8.GetBytes(text[..^1]), .. ",\"x\":\""u8, 0xC0, 0x80, .. "\"}"u8]) with { What = "an overlong zero" };
        yield return As("application/json", text => [.. Encoding.UTF8.GetBytes(text), 0]) with { What = "a zero behind it" };
        yield return As("application/json") with { What = "said to be compressed", ContentEncoding = "gzip" };
        yield return As("application/json", Gzip) with { What = "compressed", ContentEncoding = "gzip" };
        yield return As("application/json") with { What = "said to be as it is", ContentEncoding = "identity" };
        yield return As("application/json", _ => Gzip(new string(' ', 20_000_000))) with { What = "twenty megabytes in twenty kilobytes", ContentEncoding = "gzip" };
        yield return new Attempt("200 KiB") { Body = $"{{\"name\":\"{new string('x', 200 * 1024)}\"}}" };
        yield return new Attempt("300 KiB") { Body = $"{{\"name\":\"{new string('x', 300 * 1024)}\"}}" };
        yield return new Attempt("thirty thousand broken texts") { Body = $"{{\"tags\":[{string.Join(',', Enumerable.Repeat("\"\\ud800\"", 6_000))}]}}" };
    }

    private static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
            zip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    private static string Short(string text) => text.Length > 40 ? $"{text[..40]}…" : text;
}
