using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Usher.Server.Platform.Http;

/// <summary>
/// A 200 or 201 with a strong ETag: the edit version, and a stamp of everything else that the response shows. If-None-Match compares the
/// whole ETag, and If-Match compares only the version, so that a sale blocks no edit.
/// </summary>
internal sealed class Tagged<T> : IResult, IEndpointMetadataProvider
{
    private readonly Lazy<Rendered> _rendered;

    public Tagged(T value, int? version, string? stamp = null) => _rendered = new(() => Http.Rendered.Of(value, version, stamp), isThreadSafe: false);

    /// <summary>A response that was already rendered for another caller.</summary>
    public Tagged(Rendered rendered) => _rendered = new(rendered);

    public Rendered Rendered => _rendered.Value;

    /// <summary>Set for a 201.</summary>
    public string? Location { get; init; }

    public bool IsPublic { get; init; }

    /// <summary>Seconds for which a cache may serve a public response without revalidation.</summary>
    public int KeepSeconds { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Location is not null)
        {
            httpContext.Response.StatusCode = StatusCodes.Status201Created;
            httpContext.Response.Headers.Location = Location;
        }
        return Rendered.Send(httpContext, IsPublic, KeepSeconds);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(200, typeof(T), ["application/json"]));
        builder.Metadata.Add(new HasETag());
    }

    /// <summary>Stamp of a response with these bytes.</summary>
    public static string Stamp(T value) => Http.Rendered.Stamp(JsonSerializer.SerializeToUtf8Bytes(value, StrictJson.Options));
}

/// <summary>A 200 with a file and a strong ETag, with the same bytes for every caller.</summary>
internal sealed class TaggedFile(byte[] bytes, string contentType, string name, int version) : IResult
{
    public bool IsPublic { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return new Rendered(bytes, Rendered.Tag(version, Rendered.Stamp(bytes)), contentType).Send(httpContext, IsPublic);
    }
}

/// <summary>Marks an endpoint whose success carries an ETag.</summary>
internal sealed record HasETag;

internal static partial class ETags
{
    /// <summary>
    /// Weak comparison (RFC 9110, section 13.1.2): whether a reader has what this tag stands for. A proxy that compresses makes our
    /// tags weak, or appends the name of its coding; what it compressed is still the same answer.
    /// </summary>
    public static bool Matches(StringValues header, string tag) =>
        header.Count > 0 && EntityTagHeaderValue.TryParseList(header, out var tags) && tags.Any(sent => sent.Tag == "*" || IsOf(sent.Tag, tag));

    private static bool IsOf(ReadOnlySpan<char> sent, ReadOnlySpan<char> tag) =>
        sent.SequenceEqual(tag) || (sent.StartsWith(tag[..^1]) && Codings().IsMatch(sent[(tag.Length - 1)..]));

    /// <summary>As Apache (-gzip, -br), Jetty (--gzip), LiteSpeed (;gz, ;br) and others append them. None of our own tags ends so.</summary>
    [GeneratedRegex("\\A(?:(?:--?|[;:])(?:gzip|gz|br|zstd|deflate))+\"\\z")]
    private static partial Regex Codings();

    /// <summary>
    /// 412 if the writer has not seen the newest edit. A compressing proxy makes our tags weak or longer (<c>W/"…"</c>, <c>"…-gzip"</c>),
    /// but they still begin with the edit version.
    /// </summary>
    public static Problem? Stale(HttpRequest request, int version)
    {
        if (request.Headers.IfMatch.Count == 0)
            return null;
        var current = EntityTagHeaderValue.TryParseList(request.Headers.IfMatch, out var tags)
            && tags.Any(t => t.Tag == "*" || t.Tag.AsSpan().Trim('"').ToString().Split('-')[0] == version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return current ? null : new Problem(Problems.PreconditionFailed) { Extensions = { ["version"] = version } };
    }
}
