using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Http;

/// <summary>The headers that every answer of the program has, whatever becomes of the request.</summary>
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
        // Only over HTTPS: said in the clear it could be anybody's word, and browsers do not listen to it.
        if (_strictTransport is not null && context.Request.IsHttps)
            context.Response.OnStarting(SayHttpsOnly, context.Response);
        // The connection's next request shall find another server.
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
        // Also where it is said by somebody who knows no better time: a health check, the framework.
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

/// <summary>An endpoint that answers with a page for people, which needs a policy of its own.</summary>
internal sealed record ShowsAPage(string Policy);
