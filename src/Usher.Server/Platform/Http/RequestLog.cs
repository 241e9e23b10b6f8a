using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Http;

/// <summary>One structured line a request: what was asked for by route, not by address, so that no secret in a path is kept.</summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> log)
{
    public Task Invoke(HttpContext context) => log.IsEnabled(LogLevel.Information) && !TelemetryModule.IsOfThoseWhoWatch(context.Request.Path) ? AnswerAndWrite(context) : next(context);

    private async Task AnswerAndWrite(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        await next(context);
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
        Answered(log, context.Request.Method, route, context.Response.StatusCode, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    [LoggerMessage(1, LogLevel.Information, "{Method} {Route} {Status} in {Milliseconds:0.0} ms")]
    private static partial void Answered(ILogger log, string method, string route, int status, double milliseconds);
}
