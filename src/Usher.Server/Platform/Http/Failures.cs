using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Http;

/// <summary>The one place that converts exceptions to responses.</summary>
internal sealed partial class Failures(IDatabaseEngine engine, ILogger<Failures> log) : IExceptionHandler
{
    /// <summary>nginx's status for a request whose client has disconnected. No client sees it, but the metrics of failures do.</summary>
    private const int ClientHasGone = 499;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout })
        {
            // A slow body ends like slow headers, which the web server handles: without a body.
            httpContext.Response.StatusCode = StatusCodes.Status408RequestTimeout;
            return true;
        }
        var problem = exception switch
        {
            ProblemException known => known.Problem,
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new Problem(Problems.PayloadTooLarge),
            BadHttpRequestException => Unreadable,
            // The web server throws this for a chunk size beyond any number.
            IOException { InnerException: OverflowException } => Unreadable,
            ConnectionResetException => null,
            OperationCanceledException or IOException when httpContext.RequestAborted.IsCancellationRequested => null,
            _ when SpoolFile.IsOutOfSpace(exception) => new Problem(Problems.Unavailable, "The server is out of disk space at the moment. Nothing was done.") { RetryAfterSeconds = 10 },
            _ when engine.IsTransient(exception) => new Problem(Problems.Unavailable) { RetryAfterSeconds = 1 },
            _ => new Problem(Problems.InternalError),
        };
        if (problem is null)
            return CloseUnheard(httpContext);
        if (problem.Type == Problems.InternalError)
            Log.Broke(log, httpContext.Request.Method, httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName, exception);
        else if (problem.Type == Problems.Unavailable)
            Log.DatabaseAway(log, exception.Message);
        try
        {
            await problem.ExecuteAsync(httpContext);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected within its body, before it read the error response.
            return CloseUnheard(httpContext);
        }
        return true;
    }

    private static bool CloseUnheard(HttpContext context)
    {
        if (!context.Response.HasStarted)
            context.Response.StatusCode = ClientHasGone;
        return true;
    }

    private static Problem Unreadable => new(Problems.MalformedRequest, "The request could not be read.");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Endpoint} broke")]
        public static partial void Broke(ILogger log, string method, string? endpoint, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "The database is away: {Reason}")]
        public static partial void DatabaseAway(ILogger log, string reason);
    }
}
