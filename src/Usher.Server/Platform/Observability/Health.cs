using System.Data.Common;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Observability;

internal static class Health
{
    public static void AddHealth(this IHostApplicationBuilder builder) => builder.Services.AddHealthChecks()
        .AddCheck<CanReachDatabase>("database").AddCheck<IsMigrated>("migrations");

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = Write }).AllowAnonymous().DoNotCount();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = Write }).AllowAnonymous().DoNotCount();
    }

    private static Task Write(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status,
        checks = report.Entries.ToDictionary(e => e.Key, e => new { status = e.Value.Status, e.Value.Description }),
    }, StrictJson.Options, context.RequestAborted);

    private sealed class CanReachDatabase(UsherDb db) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await db.Database.CanConnectAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("It does not answer.");
    }

    private sealed class IsMigrated(UsherDb db) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                var pending = await db.Database.GetPendingMigrationsAsync(cancellationToken);
                return pending.Any() ? HealthCheckResult.Unhealthy("The schema is older than the program: run `usher migrate`.") : HealthCheckResult.Healthy();
            }
            catch (Exception away) when (away is DbException or InvalidOperationException)
            {
                return HealthCheckResult.Unhealthy("It does not answer.");
            }
        }
    }
}
