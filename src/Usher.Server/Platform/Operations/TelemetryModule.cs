using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Operations;

/// <summary>
/// Metrics and traces for configured readers: at <c>/metrics</c> if it has an allowed reader, and by OTLP if an endpoint is configured.
/// Without a reader, nothing is collected, and no request gets an activity.
/// </summary>
internal static class TelemetryModule
{
    private static readonly string[] Meters =
        [Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql"];

    private static readonly string[] Sources = [Telemetry.Name, "Npgsql", "RabbitMQ.Client.Publisher", "RabbitMQ.Client.Subscriber"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var (services, configuration, environment) = (builder.Services, builder.Configuration, builder.Environment);
        services.AddOptions<MetricsOptions>()
            .Configure((MetricsOptions metrics, IConfiguration configured, IHostEnvironment at) =>
            {
                var of = MetricsOptions.Of(configured, at);
                (metrics.AllowedNetworks, metrics.Token, metrics.EverySeconds) = (of.AllowedNetworks, of.Token, of.EverySeconds);
            })
            .ValidateDataAnnotations()
            .Validate(metrics => Array.TrueForAll(metrics.AllowedNetworks, one => MetricsOptions.Parse(one) is not null),
                "Metrics:AllowedNetworks takes addresses and networks such as 10.0.0.0/8.")
            .ValidateOnStart();
        services.AddOptions<TracingOptions>().BindConfiguration(TracingOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        var isRead = MetricsOptions.Of(configuration, environment).IsOpenToAnyone;
        var (sendsMetrics, sendsTraces) = (HasEndpoint(configuration, "METRICS"), HasEndpoint(configuration, "TRACES"));
        if (!isRead && !sendsMetrics && !sendsTraces)
            return;
        // The limit of the exporter; beyond it, a batch would lose some of its links.
        if (string.IsNullOrEmpty(configuration["OTEL_SPAN_LINK_COUNT_LIMIT"]))
            configuration.AddInMemoryCollection([new("OTEL_SPAN_LINK_COUNT_LIMIT", "10000")]);
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => Describe(resource, builder));
        if (isRead || sendsMetrics)
        {
            telemetry.WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters);
                if (isRead)
                    metrics.AddPrometheusExporter();
                if (sendsMetrics)
                    metrics.AddOtlpExporter();
            });
            builder.AddHealthFigures();
        }
        if (sendsTraces)
            telemetry.WithTracing(traces => traces
                .AddSource(Sources)
                .AddAspNetCoreInstrumentation(http =>
                {
                    http.Filter = static context => !Telemetry.IsProbe(context.Request.Path);
                    http.EnrichWithHttpResponse = static (activity, response) => Describe(activity, response.HttpContext);
                })
                .SetSampler(provider => new TraceChoice(provider.GetRequiredService<IOptions<TracingOptions>>().Value, provider.GetRequiredService<TimeProvider>()))
                .AddOtlpExporter());
    }

    /// <summary>Not an endpoint of the API: it must run before the middleware that rejects unknown addresses, and it has its own secret.</summary>
    public static void UseMetricsPage(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value;
        if (app.Services.GetService<MeterProvider>() is null)
            return;
        Guard.Announce();
        Logs.Announce();
        if (!options.IsOpenToAnyone)
            return;
        var page = new MetricsPage(options);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(page.Answers);
    }

    /// <summary>By the standard variables that the SDK reads: for all signals, or for one.</summary>
    private static bool HasEndpoint(ConfigurationManager configuration, string signal) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);

    private static void Describe(ResourceBuilder resource, WebApplicationBuilder builder) => resource
        .AddService(builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : "usher",
            serviceVersion: typeof(TelemetryModule).Assembly.GetName().Version?.ToString(3))
        .AddAttributes([new("usher.roles", builder.RolesPlayed().ToString().ToLowerInvariant())]);

    /// <summary>Adds the caller's id, and omits the address and the user agent, which must not be stored in a trace.</summary>
    private static void Describe(Activity activity, HttpContext context)
    {
        activity.SetTag("url.path", null);
        activity.SetTag("url.query", null);
        activity.SetTag("user_agent.original", null);
        if (context.User.Caller() is { } caller)
            activity.SetTag("enduser.id", caller.UserId.ToString());
    }
}
