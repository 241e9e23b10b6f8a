using Usher.Server.Platform;

namespace Usher.Server.Features.Demo;

/// <summary>Demo accounts, events and sales.</summary>
internal static class DemoModule
{
    /// <summary>After the box office, because the demo sells through it.</summary>
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
