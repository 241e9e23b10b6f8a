using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Usher.Testing;

namespace Usher.IntegrationTests.Harness;

/// <summary>Takes what a server sends by OTLP over HTTP, and reads so much of it as the tests ask for.</summary>
internal sealed class OtlpSink : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly ConcurrentQueue<(string Signal, byte[] Bytes)> _received = new();

    private OtlpSink(WebApplication app, string address) => (_app, Address) = (app, address);

    public string Address { get; }

    /// <summary>What makes a server send here, soon enough for a test.</summary>
    public (string, string)[] Settings =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "500")];

    public IReadOnlyCollection<Span> Spans => _spans;

    /// <summary>Requests as they came; texts stand in them as they are.</summary>
    public IReadOnlyCollection<(string Signal, byte[] Bytes)> Received => _received;

    public static async Task<OtlpSink> Open()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        var address = $"http://127.0.0.1:{LocalPostgres.FreePort()}";
        builder.WebHost.UseUrls(address);
        builder.Logging.ClearProviders();
        var sink = new OtlpSink(builder.Build(), address);
        sink._app.Run(sink.Take);
        await sink._app.StartAsync();
        return sink;
    }

    /// <summary>The first span that is as asked for, when it comes.</summary>
    public async Task<Span> Wait(Func<Span, bool> isIt)
    {
        await Eventually.IsTrue(() => Task.FromResult(_spans.Any(isIt)));
        return _spans.First(isIt);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        _received.Enqueue((context.Request.Path.Value!.Split('/')[^1], bytes));
        if (context.Request.Path == "/v1/traces")
            foreach (var span in Span.ReadAll(bytes))
                _spans.Enqueue(span);
        context.Response.ContentType = "application/x-protobuf";
    }
}

/// <param name="Attributes">Texts and whole numbers, as text.</param>
/// <param name="Links">The spans it is linked to.</param>
internal sealed record Span(
    string Scope, string Name, string TraceId, string SpanId, string ParentId, int Kind, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Links)
{
    /// <summary>An ExportTraceServiceRequest: resources, in them scopes, in them spans.</summary>
    public static IEnumerable<Span> ReadAll(byte[] request) =>
        from resource in Protobuf.Read(request)[1]
        from scope in Protobuf.Read(resource.Bytes)[2]
        let scoped = Protobuf.Read(scope.Bytes)
        let name = scoped[1].Select(s => Protobuf.Read(s.Bytes)[1].Single().Text).FirstOrDefault("")
        from span in scoped[2]
        select Read(name, Protobuf.Read(span.Bytes));

    private static Span Read(string scope, ILookup<int, Protobuf.Value> span) => new(
        scope, span[5].Single().Text, span[1].Single().Hex, span[2].Single().Hex, span[4].Select(p => p.Hex).FirstOrDefault(""), (int)span[6].Single().Number,
        span[9].Select(a => Protobuf.Read(a.Bytes)).ToDictionary(a => a[1].Single().Text, a => TextOf(Protobuf.Read(a[2].Single().Bytes))),
        [.. span[13].Select(link => Protobuf.Read(link.Bytes)[2].Single().Hex)]);

    private static string TextOf(ILookup<int, Protobuf.Value> any) =>
        any[1].Select(t => t.Text).Concat(any[3].Select(n => n.Number.ToString(System.Globalization.CultureInfo.InvariantCulture))).FirstOrDefault("");
}

/// <summary>The wire format of protocol buffers, without any knowledge of what stands in it.</summary>
internal static class Protobuf
{
    public static ILookup<int, Value> Read(byte[] message) => Fields(message).ToLookup(f => f.Number, f => f.Value);

    private static IEnumerable<(int Number, Value Value)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var value = (tag & 7) switch
            {
                0 => new Value([], Varint(message, ref at)),
                1 => new Value(Bytes(message, ref at, 8), 0),
                2 => new Value(Bytes(message, ref at, (int)Varint(message, ref at)), 0),
                5 => new Value(Bytes(message, ref at, 4), 0),
                var other => throw new FormatException($"There is no wire type {other}."),
            };
            yield return ((int)(tag >> 3), value);
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private static byte[] Bytes(byte[] message, ref int at, int length)
    {
        at += length;
        return message[(at - length)..at];
    }

    public sealed record Value(byte[] Bytes, ulong Number)
    {
        public string Text => System.Text.Encoding.UTF8.GetString(Bytes);
        public string Hex => Convert.ToHexStringLower(Bytes);
    }
}
