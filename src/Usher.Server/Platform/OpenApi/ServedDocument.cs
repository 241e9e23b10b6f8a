using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.OpenApi;

/// <summary>The document, rendered on the first request and served from memory afterwards, uncompressed and compressed.</summary>
internal sealed class ServedDocument([FromKeyedServices(OpenApiModule.Name)] IOpenApiDocumentProvider provider)
{
    /// <summary>The shortest first.</summary>
    private static readonly string[] Codings = ["br", "gzip", "identity"];

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lazy<Task<Dictionary<string, Rendered>>> _forms = new(() => Write(provider));

    public static async Task Send(ServedDocument document, HttpContext context)
    {
        var coding = Coding(context.Request);
        if (coding != "identity")
            context.Response.Headers.ContentEncoding = coding;
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        await (await document._forms.Value)[coding].Send(context, isPublic: true);
    }

    private static async Task<Dictionary<string, Rendered>> Write(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();
        var json = JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!;
        DocumentJson.NullLast(json);
        var bytes = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString(Readable));
        var stamp = Rendered.Stamp(bytes);
        // Not as a proxy would append it: each form is one of its own, and a cache keeps them apart by their tags.
        return Codings.ToDictionary(coding => coding, coding => new Rendered(
            coding == "identity" ? bytes : Compress(bytes, coding), Rendered.Tag(null, coding == "identity" ? stamp : $"{stamp}.{coding}"), "application/json; charset=utf-8"));
    }

    private static byte[] Compress(byte[] bytes, string coding)
    {
        using var compressed = new MemoryStream();
        using (Stream into = coding == "br" ? new BrotliStream(compressed, CompressionLevel.Optimal) : new GZipStream(compressed, CompressionLevel.Optimal))
            into.Write(bytes);
        return compressed.ToArray();
    }

    /// <summary>The caller's preferred coding; uncompressed unless one is named.</summary>
    private static string Coding(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted))
            return "identity";
        double QualityOf(string coding) => accepted.FirstOrDefault(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase))?.Quality
            ?? (accepted.Any(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase)) ? 1
                : coding == "identity" ? 0.001 : accepted.FirstOrDefault(one => one.Value == "*") is { } any ? any.Quality ?? 1 : 0);
        var best = Codings.MaxBy(QualityOf)!;
        return QualityOf(best) > 0 ? best : "identity";
    }
}
