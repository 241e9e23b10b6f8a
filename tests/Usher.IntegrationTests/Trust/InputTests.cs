using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Usher.IntegrationTests.Harness;
namespace Usher.IntegrationTests.Trust;

/// <summary>
/// Everything the OpenAPI document offers, asked for rightly and wrongly some thousand times. Nothing breaks, every answer is
/// one that the document announces, and what was refused has left nothing behind. USHER_INPUT_SEED repeats a run,
/// USHER_INPUT_TEXTS sends that many naughty strings for each text instead of a few.
/// </summary>
public sealed class InputTests(Servers servers, ITestOutputHelper output)
{
    private static readonly string[] Internals = ["System.", "Microsoft.", "Npgsql", "SqliteException", "   at ", "SELECT ", "INSERT ", "stack"];

    [Theory, OnBothEngines, Trait("needs", "data")]
    public async Task Every_operation_takes_any_input_calmly(Engine engine)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("USHER_INPUT_SEED"), out var given) ? given : 20_261_124;
        var texts = int.TryParse(Environment.GetEnvironmentVariable("USHER_INPUT_TEXTS"), out var many) ? many : 3;
        var random = new Random(seed);
        await using var server = await servers.Start(engine, ("Mail:MostPerSecond", "1"));
        var document = await ApiDocument.Read(server);
        var naughty = (await Sample.NaughtyStrings()).Where(IsText).ToList();
        var variants = new Variants(document, naughty, random);
        var world = await World.Make(server);
        var findings = new ConcurrentQueue<string>();
        var sent = new SortedDictionary<string, int>(StringComparer.Ordinal);

        // A stream has no end to wait for; the tests of availability read it.
        foreach (var operation in document.Operations.Where(o => o.Id != "WatchAvailability"))
        {
            var requests = 0;
            var before = await Rows(server);
            var made = 0;
            void Look(Reply reply, string what)
            {
                requests++;
                if (reply.Status == System.Net.HttpStatusCode.Created)
                    made++;
                foreach (var fault in Faults(operation, reply))
                    findings.Enqueue($"{operation.Id}, {what}: {fault}");
            }

            var (path, caller) = (world.PathOf(operation), world.CallerOf(operation));
            if (operation.Body is { } schema && world.GoodBody(operation) is { } good)
            {
                foreach (var variant in variants.Of(schema, good, texts))
                    Look(await caller.Send(operation.Method, path, variant.Json), variant.What);
                foreach (var (what, content) in WrongContents(good))
                    Look(await caller.Send(operation.Method, path, content), what);
            }
            else
            {
                Look(await caller.Send(operation.Method, path, operation.Method == "GET" ? null : "{\"surprise\":[1,2"), "a body nobody asked for");
            }
            foreach (var (what, query) in Queries(operation, naughty, random, texts))
                Look(await caller.Send(operation.Method, $"{path}?{query}", operation.Body is null ? null : "{}"), what);
            foreach (var (what, headers) in Headers)
                Look(await caller.Send(operation.Method, path, operation.Body is null ? null : "{}", headers), what);
            sent[operation.Id] = requests;

            // What makes something says so: 201. Nothing else has made any.
            var after = await Rows(server);
            if (operation.Id is "CreateEvent" or "CreateTicketType" or "BookTickets" or "Register" && after[operation.Id] - before[operation.Id] != made)
                findings.Enqueue($"{operation.Id}: {made} were answered 201, and {after[operation.Id] - before[operation.Id]} rows are there");
        }
        await server.Verify();
        output.WriteLine($"seed {seed}: {sent.Values.Sum()} requests, {string.Join(", ", sent.Select(s => $"{s.Key} {s.Value}"))}");
        Assert.True(findings.IsEmpty, $"seed {seed}, {findings.Count} findings:\n{string.Join('\n', findings.Take(60))}");
        Assert.True(sent.Values.Sum() > 3_000, $"only {sent.Values.Sum()} requests");
    }

    private static IEnumerable<string> Faults(Operation operation, Reply reply)
    {
        var status = (int)reply.Status;
        if (status >= 500)
            yield return $"{status} {reply.Text[..Math.Min(300, reply.Text.Length)]}";
        if (!operation.Statuses.Contains(status))
            yield return $"{status} {reply.Code} is not documented";
        if (reply.Header("X-Content-Type-Options") != "nosniff" || reply.Header("Server") is not null)
            yield return $"{status} without its headers";
        if (status < 400)
            yield break;
        if (reply.ContentHeaders.ContentType?.MediaType != "application/problem+json" || reply.Code is null || reply.Json?["status"]?.GetValue<int>() != status)
            yield return $"{status} is no problem+json: {reply.Text[..Math.Min(200, reply.Text.Length)]}";
        if (Internals.FirstOrDefault(word => reply.Json?["detail"]?.GetValue<string>().Contains(word, StringComparison.Ordinal) == true) is { } told)
            yield return $"tells about {told}: {reply.Text}";
    }

    private static readonly (string What, (string, string)[] Headers)[] Headers =
    [
        ("an impossible If-Match", [("If-Match", "W/\"\"\"")]),
        ("an impossible If-None-Match", [("If-None-Match", "\"x, *, W/")]),
        ("an idempotency key of one letter", [("Idempotency-Key", "x")]),
        ("a very long idempotency key", [("Idempotency-Key", new string('k', 5_000))]),
        ("an Accept that nothing fits", [("Accept", "image/png;q=banana, */*;q=-1")]),
        ("a broken trace", [("traceparent", "00-zz-zz-zz"), ("baggage", new string('=', 500))]),
        ("another method asked for", [("X-HTTP-Method-Override", "DELETE")]),
        ("another address asked for", [("X-Original-URL", "/api/audit"), ("X-Forwarded-For", "127.0.0.1, ::1, banana"), ("X-Forwarded-Proto", "gopher")]),
    ];

    private static IEnumerable<(string What, HttpContent Content)> WrongContents(JsonObject good)
    {
        var json = good.ToJsonString();
        yield return ("as a form", new StringContent(json, Encoding.UTF8, "application/x-www-form-urlencoded"));
        yield return ("as text", new StringContent(json, Encoding.UTF8, "text/plain"));
        yield return ("as XML", new StringContent("<a/>", Encoding.UTF8, "application/xml"));
        yield return ("in UTF-16", new StringContent(json, Encoding.Unicode, "application/json"));
        yield return ("in an unknown charset", Bytes(Encoding.UTF8.GetBytes(json), "application/json; charset=klingon"));
        yield return ("bytes that are no UTF-8", Bytes([.. Encoding.UTF8.GetBytes(json[..^1]), 0xC3, 0x28, (byte)'}'], "application/json"));
        yield return ("without a type", Bytes(Encoding.UTF8.GetBytes(json), null));
        yield return ("said to be compressed", Compressed(Encoding.UTF8.GetBytes(json)));
        yield return ("200 KiB", new StringContent($"{{\"name\":\"{new string('x', 200 * 1024)}\"}}", Encoding.UTF8, "application/json"));

        static ByteArrayContent Bytes(byte[] bytes, string? type)
        {
            var content = new ByteArrayContent(bytes);
            if (type is not null)
                content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            return content;
        }

        static ByteArrayContent Compressed(byte[] bytes)
        {
            var content = Bytes(bytes, "application/json");
            content.Headers.ContentEncoding.Add("gzip");
            return content;
        }
    }

    private static IEnumerable<(string What, string Query)> Queries(Operation operation, List<string> naughty, Random random, int texts)
    {
        foreach (var (name, schema) in operation.Query)
        {
            string[] values = ApiDocument.TypeOf(schema) switch
            {
                "integer" or "number" => ["", "0", "-1", "1.5", "1e3", "99999999999999999999", "٣", "NaN", "0x10", " 1", "1,2"],
                _ => ["", " ", "%00", "%FF", "%ED%A0%80", "a%00b", "null", new string('x', 201), new string('y', 3_000), "%25_%27%22%5C", ",,,", "2030-02-30", "2030-05-01T10:00:00%2B99:00", "91,181", "NaN,NaN", "48.2,16.3,1"],
            };
            foreach (var value in values.Concat(Enumerable.Range(0, texts).Select(_ => Uri.EscapeDataString(naughty[random.Next(naughty.Count)]))))
                yield return ($"?{name}={value[..Math.Min(40, value.Length)]}", $"{name}={value}");
            yield return ($"?{name} twice", $"{name}=a&{name}=b");
        }
        yield return ("?surprise", "surprise=1");
        yield return ("a broken escape", "%=%&=&&%zz");
    }

    private static async Task<Dictionary<string, long>> Rows(UsherServer server) => new()
    {
        ["CreateEvent"] = await server.Database.Count("SELECT count(*) FROM events"),
        ["CreateTicketType"] = await server.Database.Count("SELECT count(*) FROM ticket_types"),
        ["BookTickets"] = await server.Database.Count("SELECT count(*) FROM bookings"),
        ["Register"] = await server.Database.Count("SELECT count(*) FROM users"),
    };

    private static bool IsText(string text)
    {
        try
        {
            _ = Uri.EscapeDataString(text);
            return new UTF8Encoding(false, true).GetByteCount(text) > 0;
        }
        catch (Exception broken) when (broken is EncoderFallbackException or UriFormatException)
        {
            return false;
        }
    }
}
