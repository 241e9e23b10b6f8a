using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Usher.Server.Features.Demo;

/// <summary>Something to look at for whoever starts the program for the first time.</summary>
internal static class DemoModule
{
    public static void AddDemo(this IHostApplicationBuilder builder) => builder.Services.AddScoped<SeedDemo>();

    /// <summary>Called when the program serves: fills an empty database, and says where everything is.</summary>
    public static async Task Welcome(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
            return;
        var hasDemo = app.Configuration.GetValue("Demo:Seed", defaultValue: true);
        if (hasDemo)
        {
            await using var scope = app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<SeedDemo>().Run(app.Lifetime.ApplicationStopping);
        }
        var at = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        await Console.Out.WriteLineAsync($"""

              Usher is open at {at}

                documentation   {at}/swagger   {at}/scalar   {at}/openapi/v1.json
                events          {at}/api/events
                health          {at}/health/ready
            """);
        if (hasDemo)
            await Console.Out.WriteLineAsync($"""
                    log in as       {string.Join("   ", SeedDemo.LogIns)}
                    password        {SeedDemo.Password}

                """);
    }
}
