using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Operations;

/// <summary>Health of the process.</summary>
/// <param name="Status">The worst status of all checks. A degraded server is slower or later, but you can keep sending requests to it.</param>
/// <param name="Checks">Result of each check, by its name.</param>
public sealed record HealthResponse(HealthStatus Status, IReadOnlyDictionary<string, CheckedResponse> Checks);

/// <param name="Description">What is wrong and what follows from it, or other information about the check.</param>
public sealed record CheckedResponse(HealthStatus Status, string? Description);

internal static class Health
{
    public static void AddHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck<CanReachDatabase>("database").AddCheck<IsMigrated>("migrations");
        builder.Services.AddSingleton<HealthReports>();
    }

    /// <summary>The same, run periodically for the metrics.</summary>
    public static void AddHealthFigures(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IHealthCheckPublisher, HealthFigures>();
        builder.Services.AddOptions<HealthCheckPublisherOptions>().Configure((HealthCheckPublisherOptions publisher, IOptions<MetricsOptions> metrics) =>
            publisher.Delay = publisher.Period = TimeSpan.FromSeconds(Math.Max(1, metrics.Value.EverySeconds)));
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Operations").AllowAnonymous().DoNotCount().DisableHttpMetrics();
        health.MapMethods("/live", Methods.Read, (HealthReports reports, HttpContext context) => Answer(reports.OfTheProcess, context))
            .WithName("Live").WithSummary("Check whether the process works")
            .WithDescription("Returns 503 when only a restart of the process helps. The operator's tools then end it. This check does not look at what the process depends on.")
            .Produces<HealthResponse>().Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable);
        health.MapMethods("/ready", Methods.Read, (HealthReports reports, HttpContext context) => Answer(reports.OfEverything, context))
            .WithName("Ready").WithSummary("Check whether the server is ready, and what is degraded")
            .WithDescription("Returns 503 while the database is unreachable or has an older schema. Without Redis, RabbitMQ or the mail server, with a backlog, or when background " +
                "work fails, the status is `degraded` and the response is 200: sales continue. The checks run once a second at most, regardless of the number of " +
                "requests.")
            .Produces<HealthResponse>().Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable);
    }

    private static readonly Counter<long> Looks = Telemetry.Meter.CreateCounter<long>(
        "usher.health.looks", "{request}", "Requests for the health checks, which count towards no limit.");

    private static async Task Answer(Func<Task<HealthReport>> look, HttpContext context)
    {
        Looks.Add(1);
        var report = await look();
        context.Response.StatusCode = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await context.Response.WriteAsJsonAsync(
            new HealthResponse(report.Status, report.Entries.ToDictionary(e => e.Key, e => new CheckedResponse(e.Value.Status, e.Value.Description))),
            StrictJson.Options, context.RequestAborted);
    }

    private sealed class CanReachDatabase(UsherDb db) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await db.Database.CanConnectAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The database does not answer.");
    }

    private sealed class IsMigrated(UsherDb db) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                var pending = await db.Database.GetPendingMigrationsAsync(cancellationToken);
                return pending.Any() ? HealthCheckResult.Unhealthy("The schema is older than the program. Run `usher migrate`.") : HealthCheckResult.Healthy();
            }
            catch (Exception away) when (away is DbException or InvalidOperationException)
            {
                return HealthCheckResult.Unhealthy("The database does not answer.");
            }
        }
    }
}
