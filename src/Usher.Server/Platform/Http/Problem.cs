using System.Diagnostics.Metrics;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Http;

/// <summary>An error response (RFC 9457) with a code for programs.</summary>
internal sealed partial class Problem(ProblemType type, string? detail = null) : IResult
{
    private static readonly Counter<long> Refusals = Telemetry.Meter.CreateCounter<long>(
        "usher.refusals", "{request}", "Refused requests, by the `code` of the problem.");

    public ProblemType Type { get; } = type;

    public string Detail { get; } = detail ?? type.Title;

    /// <summary>Error messages by the path of the invalid member.</summary>
    public IDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Additional members of a code.</summary>
    public Dictionary<string, object?> Extensions { get; init; } = [];

    /// <summary>Seconds after which a retry makes sense.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The refusal applies to this caller only; another caller with the same request may succeed.</summary>
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

        // An unread body must end the connection; otherwise the client would send its next request into it.
        if (Type.Status == StatusCodes.Status413PayloadTooLarge && httpContext.Request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal))
            response.Headers.Connection = "close";

        // RFC 9110: a 401 names the authentication scheme.
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

/// <summary>Carries a problem out of code that cannot return a response, such as binding.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Type.Code)
{
    public Problem Problem { get; } = problem;
}
