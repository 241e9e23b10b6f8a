using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Usher.Server.Platform.Http;

/// <summary>The body of a 200 and its strong ETag: rendered once, it can be sent to everyone who may see it.</summary>
internal sealed record Rendered(ReadOnlyMemory<byte> Bytes, string ETag, string ContentType)
{
    /// <param name="version">The edit version, or null for a list, which has none.</param>
    /// <param name="stamp">What else changes the answer; by default its own bytes.</param>
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

    /// <summary>Sends it as the status says, or 304 to a reader who has it.</summary>
    /// <param name="isPublic">Public answers may be kept by caches that ask again each time; others by nobody.</param>
    /// <param name="keepSeconds">For so long they need not ask.</param>
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
        // Without the request's token, which costs more to make than a write to somebody who has gone.
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.Body.WriteAsync(Bytes).AsTask();
    }
}
