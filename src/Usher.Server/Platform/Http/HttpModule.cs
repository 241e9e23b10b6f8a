using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;

namespace Usher.Server.Platform.Http;

internal static class HttpModule
{
    public const int EventBodyLimit = 256 * 1024;

    public static void AddHttp(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<TransportOptions>().BindConfiguration(TransportOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<KestrelServerOptions>().Configure((KestrelServerOptions kestrel, IOptions<TransportOptions> transport) =>
        {
            kestrel.AddServerHeader = false;
            transport.Value.Limit(kestrel.Limits);
        });
        builder.Services.AddSingleton<GracefulShutdown>();
        builder.Services.AddSingleton<Downloads>();
        builder.Services.AddHostedService(services => services.GetRequiredService<GracefulShutdown>());
        builder.Services.AddHealthChecks().AddCheck<GracefulShutdown>("leaving");
        builder.AddProxies();
        builder.AddOrigins();
        builder.Services.ConfigureHttpJsonOptions(json => StrictJson.Configure(json.SerializerOptions));
        builder.Services.AddValidation();
        builder.Services.AddSingleton<IPostConfigureOptions<ValidationOptions>, RememberedValidation.Setup>();
        builder.Services.AddExceptionHandler<Failures>();
        builder.Services.AddProblemDetails();
        builder.Services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<UuidConstraint>("uuid"));
    }

    /// <summary>Middleware for every request, including cache hits.</summary>
    public static void UseHttp(this WebApplication app)
    {
        app.UseProxies();
        app.UseMiddleware<StandingHeaders>();
        app.UseMiddleware<RequestLog>();
        app.UseOrigins();
    }

    /// <summary>Selects the endpoint of a request. Exceptions after this point become problems.</summary>
    public static void UseEndpointsOfRequests(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseRouting();
    }

    /// <summary>Middleware after this point sees only requests with an endpoint.</summary>
    public static void UseRefusalOfUnknownAddresses(this WebApplication app) => app.Use(AnswerUnknownAddresses);

    /// <summary>
    /// The fallback policy would ask an anonymous caller to sign in before reporting that an address does not exist. Routing's own 405
    /// carries no metadata. OPTIONS on a known address lists the allowed methods.
    /// </summary>
    private static async Task AnswerUnknownAddresses(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        var isRefused = endpoint?.Metadata.Count == 0 && endpoint.DisplayName?.StartsWith("405", StringComparison.Ordinal) == true;
        if (endpoint is not null && !isRefused)
        {
            await next(context);
            return;
        }
        if (isRefused)
            await endpoint!.RequestDelegate!(context);
        if (MethodsAt(context) is { Length: > 0 } methods)
            context.Response.Headers.Allow = methods;
        if (context.Response.Headers.Allow.Count == 0)
        {
            await new Problem(Problems.NotFound, "This address does not exist.").ExecuteAsync(context);
        }
        else if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.Headers.Allow = $"{context.Response.Headers.Allow}, OPTIONS";
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await new Problem(Problems.MethodNotAllowed, $"Supported methods: {context.Response.Headers.Allow}.").ExecuteAsync(context);
        }
    }

    /// <summary>
    /// Methods of an address without parameters. If a route with a parameter beside it supports more methods, routing prefers that route
    /// for those, and finds out too late that it does not match.
    /// </summary>
    private static string MethodsAt(HttpContext context)
    {
        var path = context.Request.Path.Value?.Trim('/');
        return string.Join(", ", context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.Parameters.Count == 0 && string.Equals(e.RoutePattern.RawText?.Trim('/'), path, StringComparison.OrdinalIgnoreCase))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Distinct());
    }

    /// <summary>Accepts only the 36 characters of the canonical form; any other spelling is an unknown address.</summary>
    internal sealed class UuidConstraint : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            values[routeKey] is Guid || (values[routeKey] is string text && Uuid.TryParse(text, out _));
    }
}
