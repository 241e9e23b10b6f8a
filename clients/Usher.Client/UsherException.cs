using System.Net;
using System.Text.Json;

namespace Usher.Client;

/// <summary>An error response of the server (RFC 9457).</summary>
public sealed class UsherException : Exception
{
    internal UsherException(HttpStatusCode status, JsonElement problem, TimeSpan? retryAfter) : base(Text(problem, "detail") ?? $"The server answered {(int)status}.")
    {
        (Status, Problem, RetryAfter) = (status, problem, retryAfter);
        (Code, TraceId) = (Text(problem, "code"), Text(problem, "traceId"));
        Errors = problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object
            ? errors.EnumerateObject().ToDictionary(e => e.Name, e => (IReadOnlyList<string>)[.. e.Value.EnumerateArray().Select(m => m.GetString()!)])
            : new Dictionary<string, IReadOnlyList<string>>();
    }

    public HttpStatusCode Status { get; }

    /// <summary>Error code, such as <c>sold_out</c>; never renamed. Null if the response does not come from Usher or has no code.</summary>
    public string? Code { get; }

    /// <summary>Id under which the operator finds the request.</summary>
    public string? TraceId { get; }

    /// <summary>Messages by the path of the invalid member or the name of the parameter.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; }

    /// <summary>Time after which a retry makes sense.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The whole problem, with the additional members of some codes.</summary>
    public JsonElement Problem { get; }

    private static string? Text(JsonElement problem, string member) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
