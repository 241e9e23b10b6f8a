using Usher.Server.Platform.Http;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.OpenApi;

namespace Usher.Server.Platform.Operations;

internal static class PlatformModule
{
    public static void AddPlatform(this WebApplicationBuilder builder)
    {
        // The default port, and the next one for a worker, unless the command line, the environment or a container sets another.
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]))
            builder.WebHost.UseUrls(builder.Plays(Roles.Serve) ? "http://127.0.0.1:5080" : "http://127.0.0.1:5081");
        builder.Services.AddSingleton(TimeProvider.System);
        // The services start in parallel: their start is mostly compilation, and there is more than one core.
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ServicesStartConcurrently = true;
            // A server keeps selling when a background service fails; the health checks and an error in the log report the failure.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        builder.Services.AddSingleton<JobHealth>();
        builder.Services.AddHealthChecks().AddCheck<JobHealth>("jobs");
        builder.Services.AddSingleton<DataDirectory>();
        builder.Services.AddHostedService<ClockReader>();
        builder.Services.AddHostedService<MissingZones>();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        // A listener here makes the framework create an activity for each request. Our own request log needs none, and traces bring their own
        // listener.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // The code that catches a failure reports it. EF Core would also log, with a stack, the first query of an empty database, a lost race
        // (409), and each query while the database is unreachable (503).
        foreach (var shouting in (string[])["Database.Command", "Database.Connection", "Database.Transaction", "Query", "Update"])
            builder.Logging.AddFilter($"Microsoft.EntityFrameworkCore.{shouting}", LogLevel.None);
        // The framework logs denied access with a stack; we log it ourselves.
        builder.Logging.AddFilter(typeof(Security.BearerHandler).FullName, LogLevel.Warning);
        builder.AddLogs();
        builder.AddTelemetry();
        builder.AddHealth();
        builder.AddOpenApiDocument();
    }

    public static void MapPlatform(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
            app.SayWhere();
        app.MapHome();
        app.MapErrorsPage();
        app.MapOpenApiDocument();
    }
}
