using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Http;

/// <summary>One structured line for each request. It has the route and not the address, so that no secret of a path is logged.</summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> log)
{
    private int _toldOfOldProxy;

    public Task Invoke(HttpContext context)
    {
        if (_toldOfOldProxy == 0 && HttpProtocol.IsHttp10(context.Request.Protocol) && Interlocked.Exchange(ref _toldOfOldProxy, 1) == 0)
            OldProxy(log);
        return Answer(context);
    }

    private Task Answer(HttpContext context) => log.IsEnabled(LogLevel.Information) && !Telemetry.IsProbe(context.Request.Path) ? AnswerAndWrite(context) : next(context);

    private async Task AnswerAndWrite(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        await next(context);
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
        Answered(log, context.Request.Method, route, context.Response.StatusCode, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>The web server rejects these requests (400, without a body) before our code sees them.</summary>
    [LoggerMessage(2, LogLevel.Warning, "A request came by HTTP/1.0: POST and PUT without a body, such as confirming and cancelling, are refused there. " +
        "In nginx, set `proxy_http_version 1.1;` beside each `proxy_pass`")]
    private static partial void OldProxy(ILogger log);

    [LoggerMessage(1, LogLevel.Information, "{Method} {Route} {Status} in {Milliseconds:0.0} ms")]
    private static partial void Answered(ILogger log, string method, string route, int status, double milliseconds);
}
