using Usher.Server.Platform;

namespace Usher.Server.Features.Demo;

/// <summary>Accounts, events and sales for trying out.</summary>
internal static class DemoModule
{
    /// <summary>After the box office: the demo's sales pass its door.</summary>
    public static void AddDemo(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DemoOptions>().BindConfiguration(DemoOptions.Section)
            .Validate((DemoOptions demo, IHostEnvironment environment) => !(environment.IsProduction() && demo.Seed == true),
                "Demo:Seed is for trying out, and Production refuses it: everyone knows the password of its accounts.")
            .ValidateOnStart();
        var seed = builder.Configuration.GetSection(DemoOptions.Section).Get<DemoOptions>()?.Seed ?? builder.Environment.IsDevelopment();
        if (seed && builder.Plays(Roles.Serve))
            builder.Services.AddHostedService<DemoSeed>();
    }
}
