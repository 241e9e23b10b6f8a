using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Http;

/// <summary>Headers of every response, whatever its outcome.</summary>
internal sealed class StandingHeaders(RequestDelegate next, IHostEnvironment environment, IOptions<TransportOptions> transport, GracefulShutdown leaving)
{
    private readonly string? _strictTransport = environment.IsProduction() && transport.Value.HstsDays > 0
        ? string.Create(CultureInfo.InvariantCulture, $"max-age={transport.Value.HstsDays * 24 * 60 * 60}")
        : null;

    public Task Invoke(HttpContext context)
    {
        context.TraceIdentifier = Activity.Current?.TraceId.ToHexString() ?? ActivityTraceId.CreateRandom().ToHexString();
        RequestMark.Begin(context.TraceIdentifier);
        context.Response.OnStarting(static state => Write((HttpContext)state), context);
        // Only over HTTPS: browsers ignore it otherwise, because anyone could have inserted it.
        if (_strictTransport is not null && context.Request.IsHttps)
            context.Response.OnStarting(SayHttpsOnly, context.Response);
        // The next request of this connection should reach another server.
        if (leaving.HasBegun && context.Request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal))
            context.Response.OnStarting(HangUp, context.Response);
        return next(context);
    }

    private static Task Write(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers["X-Request-Id"] = context.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = (context.GetEndpoint()?.Metadata.GetMetadata<ShowsAPage>() ?? context.Items[typeof(ShowsAPage)] as ShowsAPage) is { } page ? page.Policy : "default-src 'none'; frame-ancestors 'none'";
        // Also for responses of code that does not know a better time: a health check, the framework.
        if (context.Response.StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && headers.RetryAfter.Count == 0)
            headers.RetryAfter = "1";
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    private static Task HangUp(object response)
    {
        ((HttpResponse)response).Headers.Connection = "close";
        return Task.CompletedTask;
    }

    private Task SayHttpsOnly(object response)
    {
        ((HttpResponse)response).Headers.StrictTransportSecurity = _strictTransport;
        return Task.CompletedTask;
    }
}

/// <summary>An endpoint that returns an HTML page, which needs its own content security policy.</summary>
internal sealed record ShowsAPage(string Policy);
