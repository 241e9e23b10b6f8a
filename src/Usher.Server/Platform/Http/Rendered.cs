using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Usher.Server.Platform.Http;

/// <summary>Body of a 200 and its strong ETag, rendered once for all callers who may see it.</summary>
internal sealed record Rendered(ReadOnlyMemory<byte> Bytes, string ETag, string ContentType)
{
    /// <param name="version">Edit version, or null for a list.</param>
    /// <param name="stamp">What else changes the response; its bytes by default.</param>
    public static Rendered Of<T>(T value, int? version, string? stamp = null)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, StrictJson.Options);
        return new(bytes, Tag(version, stamp ?? Stamp(bytes)), "application/json; charset=utf-8");
    }

    public static string Tag(int? version, string stamp) => $"\"{version?.ToString(CultureInfo.InvariantCulture) ?? "l"}-{stamp}\"";

    public static string Stamp(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash[..8]);
    }

    /// <summary>Sends the response with the current status, or 304 to a caller who has it.</summary>
    /// <param name="isPublic">Caches may store public responses and must revalidate them; other responses are not stored.</param>
    /// <param name="keepSeconds">Seconds without revalidation.</param>
    public Task Send(HttpContext context, bool isPublic, int keepSeconds = 0)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = ETag;
        response.Headers.CacheControl = !isPublic ? "no-store" : keepSeconds == 0 ? "no-cache" : $"public, max-age={keepSeconds}";
        if (response.StatusCode == StatusCodes.Status200OK && request.Headers.IfNoneMatch.Count > 0
            && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && ETags.Matches(request.Headers.IfNoneMatch, ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = ContentType;
        response.ContentLength = Bytes.Length;
        // Without the request's token: creating it costs more than a write to a client that has gone.
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.Body.WriteAsync(Bytes).AsTask();
    }
}
