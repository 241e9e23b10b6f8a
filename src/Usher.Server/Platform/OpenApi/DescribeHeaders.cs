using Microsoft.OpenApi;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Limits;

namespace Usher.Server.Platform.OpenApi;

/// <summary>The response headers that a caller may read, each described once.</summary>
internal static class DescribeHeaders
{
    private static readonly Dictionary<string, string> Descriptions = new()
    {
        ["Content-Disposition"] = "The name of the file.",
        ["ETag"] = "The edit version, and a stamp of the rest of the response.",
        ["Idempotency-Replayed"] = "`true` if this response repeats the first response to the same key.",
        ["Link"] = "Links to the first, previous and next page (RFC 8288), if they exist.",
        ["Location"] = "The address of the new resource.",
        [RateLimitHeaders.Limit] = "Number of requests left (`r`), and number of seconds until the window ends (`t`).",
        [RateLimitHeaders.Policy] = "Number of requests of this kind (`q`) that are allowed in a number of seconds (`w`).",
        ["Retry-After"] = "Number of seconds to wait before you try again.",
        ["WWW-Authenticate"] = "`Bearer`, with the reason.",
        ["X-Request-Id"] = "Trace ID of the request, as in `traceId` of a problem and in the log.",
    };

    public static void AddTo(OpenApiDocument document)
    {
        document.Components!.Headers ??= new Dictionary<string, IOpenApiHeader>();
        foreach (var (name, description) in Descriptions)
            document.Components.Headers[name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
    }

    /// <summary>Adds them to every response of the operation.</summary>
    public static void AddTo(OpenApiOperation operation, IList<object> metadata, string method, OpenApiDocument document)
    {
        bool Has<T>() => metadata.OfType<T>().Any();
        var isLimited = new EndpointMetadataCollection(metadata).ClassOf(method) is not null;
        foreach (var (status, answer) in operation.Responses!)
        {
            if (answer is not OpenApiResponse response)
                continue;
            var isSuccess = status[0] == '2';
            (string Name, bool IsThere)[] headers =
            [
                ("Content-Disposition", status == "200" && (Has<AnswersFile>() || Has<AlsoAnswersCsv>())),
                ("ETag", (isSuccess || status == "304") && Has<HasETag>()),
                ("Idempotency-Replayed", isSuccess && Has<TakesIdempotencyKey>()),
                ("Link", status == "200" && metadata.OfType<QueryParameters>().Any(query => query.Known.Any(p => p.Name == "page"))),
                ("Location", status == "201"),
                (RateLimitHeaders.Limit, isLimited),
                (RateLimitHeaders.Policy, isLimited),
                ("Retry-After", status is "429" or "503"),
                ("WWW-Authenticate", status == "401"),
                ("X-Request-Id", true),
            ];
            response.Headers = headers.Where(h => h.IsThere).ToDictionary(h => h.Name, h => (IOpenApiHeader)new OpenApiHeaderReference(h.Name, document));
        }
    }
}
