using System.Diagnostics;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;
using Usher.Server.Platform.Caching;

namespace Usher.Server.Platform.Http;

internal static class HttpModule
{
    public const int EventBodyLimit = 256 * 1024;

    public static void AddHttp(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = EventBodyLimit;
        });
        builder.Services.ConfigureHttpJsonOptions(json => StrictJson.Configure(json.SerializerOptions));
        builder.Services.AddValidation();
        builder.Services.AddSingleton<IPostConfigureOptions<ValidationOptions>, RememberedValidation.Setup>();
        builder.Services.AddExceptionHandler<Failures>();
        builder.Services.AddProblemDetails();
        builder.Services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<UuidConstraint>("uuid"));
    }

    /// <summary>What every request passes, before anyone is asked who they are.</summary>
    public static void UseHttp(this WebApplication app)
    {
        app.Use(WriteStandingHeaders);
        app.UseMiddleware<RequestLog>();
        app.UseKeptAnswers();
        app.UseExceptionHandler();
        app.UseRouting();
    }

    /// <summary>Nothing after this sees a request that no endpoint takes.</summary>
    public static void UseRefusalOfUnknownAddresses(this WebApplication app) => app.Use(AnswerUnknownAddresses);

    private static Task WriteStandingHeaders(HttpContext context, RequestDelegate next)
    {
        context.TraceIdentifier = Activity.Current?.TraceId.ToHexString() ?? ActivityTraceId.CreateRandom().ToHexString();
        context.Response.OnStarting(static state =>
        {
            var (context, headers) = ((HttpContext)state, ((HttpContext)state).Response.Headers);
            headers["X-Request-Id"] = context.TraceIdentifier;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.ContentSecurityPolicy = (context.GetEndpoint()?.Metadata.GetMetadata<ShowsAPage>() ?? context.Items[typeof(ShowsAPage)] as ShowsAPage) is { } page ? page.Policy : "default-src 'none'; frame-ancestors 'none'";
            if (headers.CacheControl.Count == 0)
                headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }, context);
        return next(context);
    }

    /// <summary>
    /// The fallback policy would ask a stranger to sign in before telling them that there is nothing at an address.
    /// Routing's own 405 carries no metadata; OPTIONS on a known address answers what it allows.
    /// </summary>
    private static async Task AnswerUnknownAddresses(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is null)
        {
            await new Problem(Problems.NotFound, "There is nothing at this address.").ExecuteAsync(context);
        }
        else if (endpoint.Metadata.Count == 0 && endpoint.DisplayName?.StartsWith("405", StringComparison.Ordinal) == true)
        {
            await endpoint.RequestDelegate!(context);
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                context.Response.Headers.Allow = $"{context.Response.Headers.Allow}, OPTIONS";
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            else
            {
                await new Problem(Problems.MethodNotAllowed, $"Allowed here: {context.Response.Headers.Allow}.").ExecuteAsync(context);
            }
        }
        else
        {
            await next(context);
        }
    }

    /// <summary>Only the 36 characters of the canonical form; any other spelling is an address that does not exist.</summary>
    internal sealed class UuidConstraint : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            values[routeKey] is Guid || (values[routeKey] is string text && Guid.TryParseExact(text, "D", out _));
    }
}

/// <summary>An endpoint that answers with a page for people, which needs a policy of its own.</summary>
internal sealed record ShowsAPage(string Policy);
