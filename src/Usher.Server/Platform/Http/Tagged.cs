using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Usher.Server.Platform.Http;

/// <summary>
/// A 200 or 201 with a strong ETag: the edit version, and a stamp of whatever else the answer shows. A reader's
/// If-None-Match compares the whole of it, a writer's If-Match the version alone, so that a sale blocks no edit.
/// </summary>
/// <param name="version">The edit version, or null for a list, which has none.</param>
/// <param name="stamp">What else changes the answer; by default its own bytes.</param>
internal sealed class Tagged<T>(T value, int? version, string? stamp = null) : IResult, IEndpointMetadataProvider
{
    /// <summary>Set for a 201.</summary>
    public string? Location { get; init; }

    /// <summary>Public answers may be kept by caches that ask again each time; others by nobody.</summary>
    public bool IsPublic { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, StrictJson.Options);
        var tag = $"\"{version?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "l"}-{stamp ?? Hash(bytes)}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = IsPublic ? "no-cache" : "no-store";
        if (Location is not null)
        {
            response.StatusCode = StatusCodes.Status201Created;
            response.Headers.Location = Location;
        }
        else if (HttpMethods.IsGet(httpContext.Request.Method) || HttpMethods.IsHead(httpContext.Request.Method))
        {
            if (ETags.Matches(httpContext.Request.Headers.IfNoneMatch, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(200, typeof(T), ["application/json"]));
        builder.Metadata.Add(new HasETag());
    }

    /// <summary>The stamp that an answer of these bytes would have.</summary>
    public static string Stamp(T value) => Hash(JsonSerializer.SerializeToUtf8Bytes(value, StrictJson.Options));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));
}

/// <summary>Marks an endpoint whose success carries an ETag.</summary>
internal sealed record HasETag;

internal static class ETags
{
    public static bool Matches(Microsoft.Extensions.Primitives.StringValues header, string tag) =>
        header.Count > 0 && EntityTagHeaderValue.TryParseList(header, out var tags)
        && tags.Any(t => t.Tag == "*" || (t.Tag.AsSpan().SequenceEqual(tag)));

    /// <summary>412, if the writer has seen another edit than the newest.</summary>
    public static Problem? Stale(HttpRequest request, int version)
    {
        if (request.Headers.IfMatch.Count == 0)
            return null;
        var current = EntityTagHeaderValue.TryParseList(request.Headers.IfMatch, out var tags)
            && tags.Any(t => t.Tag == "*" || (!t.IsWeak && t.Tag.AsSpan().Trim('"').ToString().Split('-')[0] == version.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return current ? null : new Problem(Problems.PreconditionFailed) { Extensions = { ["version"] = version } };
    }
}
