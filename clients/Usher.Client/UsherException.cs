using System.Net;
using System.Text.Json;

namespace Usher.Client;

/// <summary>The server said no, as RFC 9457 has it.</summary>
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

    /// <summary>Such as <c>sold_out</c>; never renamed. Null when what answered was not Usher, or could not say more.</summary>
    public string? Code { get; }

    /// <summary>What the operator finds it by.</summary>
    public string? TraceId { get; }

    /// <summary>What is wrong, by the path of the member or the name of the parameter.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; }

    /// <summary>When trying again makes sense.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>All of it, with the members that some codes bring along.</summary>
    public JsonElement Problem { get; }

    private static string? Text(JsonElement problem, string member) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
