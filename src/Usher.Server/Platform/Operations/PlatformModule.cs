using Usher.Server.Platform.Http;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.OpenApi;

namespace Usher.Server.Platform.Operations;

internal static class PlatformModule
{
    public static void AddPlatform(this WebApplicationBuilder builder)
    {
        // The port of the contract, and the next for a process that works beside it, unless the command line, the environment or a container says otherwise.
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]))
            builder.WebHost.UseUrls(builder.Plays(Roles.Serve) ? "http://127.0.0.1:5080" : "http://127.0.0.1:5081");
        builder.Services.AddSingleton(TimeProvider.System);
        // None waits for another: what they start with is mostly compiled, and there is more than one core.
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ServicesStartConcurrently = true;
            // Who sells does not end because something beside it did: that shows in the health, and as an error in the log.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        builder.Services.AddSingleton<JobHealth>();
        builder.Services.AddHealthChecks().AddCheck<JobHealth>("jobs");
        builder.Services.AddSingleton<DataDirectory>();
        builder.Services.AddHostedService<ClockReader>();
        builder.Services.AddHostedService<MissingZones>();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        // Who listens here has an activity made for each request; the line a request that we write needs none, and traces bring their own listener.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // What fails is told by whoever catches it; EF Core would also shout, with a stack, about the first look at an empty
        // database, a race that was lost (409), and each query while the database is away (503).
        foreach (var shouting in (string[])["Database.Command", "Database.Connection", "Database.Transaction", "Query", "Update"])
            builder.Logging.AddFilter($"Microsoft.EntityFrameworkCore.{shouting}", LogLevel.None);
        // The framework's words for who was not let in, with a stack; we say it ourselves.
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
