using System.Diagnostics.Metrics;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Http;

/// <summary>An answer that says no, as RFC 9457 has it, with a code that programs can rely on.</summary>
internal sealed partial class Problem(ProblemType type, string? detail = null) : IResult
{
    private static readonly Counter<long> Refusals = Telemetry.Meter.CreateCounter<long>(
        "usher.refusals", "{request}", "Refused requests, by the `code` of the problem.");

    public ProblemType Type { get; } = type;

    public string Detail { get; } = detail ?? type.Title;

    /// <summary>What is wrong, by the path of the member it is wrong with.</summary>
    public IDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Members of its own that a code brings along.</summary>
    public Dictionary<string, object?> Extensions { get; init; } = [];

    /// <summary>When trying again makes sense, in seconds.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Somebody else who asks the same is not told so.</summary>
    public bool IsOfTheCaller { get; init; }

    public static Problem Invalid(string path, string message, ProblemType? type = null) =>
        new(type ?? Problems.ValidationFailed, message) { Errors = new Dictionary<string, string[]> { [path] = [message] } };

    public static Problem BadParameter(string name, string message) => Invalid(name, message, Problems.InvalidParameter);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        Refusals.Add(1, new KeyValuePair<string, object?>("code", Type.Code));
        if (Type.Status == StatusCodes.Status403Forbidden)
            Forbade(httpContext.RequestServices.GetRequiredService<ILogger<Problem>>(), httpContext.GetEndpoint()?.DisplayName, Type.Code);

        if (Type.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && EventSource.Asks(httpContext.Request))
            return EventSource.TellToComeAgain(httpContext.Response, RetryAfterSeconds ?? 1, Detail);

        var response = httpContext.Response;
        response.StatusCode = Type.Status;
        response.Headers.CacheControl = "no-store";
        if (RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);

        // What was not read of the body ends the connection: a client that is not told would send its next request into it.
        if (Type.Status == StatusCodes.Status413PayloadTooLarge && httpContext.Request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal))
            response.Headers.Connection = "close";

        // RFC 9110: a 401 says how to do better.
        if (Type.Status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
            response.Headers.WWWAuthenticate = Type == Problems.ReauthenticationRequired ? "Bearer error=\"insufficient_user_authentication\"" : "Bearer";

        var body = new Dictionary<string, object?>
        {
            ["type"] = $"{ErrorsPage.Address}#{Type.Code}",
            ["title"] = Type.Title,
            ["status"] = Type.Status,
            ["detail"] = Detail,
            ["instance"] = httpContext.Request.Path.Value,
            ["code"] = Type.Code,
            ["traceId"] = httpContext.TraceIdentifier,
        };
        if (Errors is not null)
            body["errors"] = Errors;
        foreach (var (name, value) in Extensions)
            body[name] = value;
        return response.WriteAsJsonAsync(body, StrictJson.Options, "application/problem+json", httpContext.RequestAborted);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Endpoint} is not for this caller: {Code}")]
    private static partial void Forbade(ILogger log, string? endpoint, string code);
}

/// <summary>Carries a problem out of places that have no answer to return, such as binding.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Type.Code)
{
    public Problem Problem { get; } = problem;
}
