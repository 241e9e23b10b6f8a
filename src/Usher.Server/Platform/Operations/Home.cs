using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Operations;

internal static class Home
{
    /// <summary>Prints the first addresses to open when the program has started.</summary>
    public static void SayWhere(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var at = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(Usher));
        log.LogInformation("is open at {Address}", at);
        log.LogInformation("API            {Events}", $"{at}/api/events");
        log.LogInformation("documentation  {SwaggerUi}   {Scalar}   {OpenApi}", $"{at}/swagger", $"{at}/scalar", $"{at}/openapi/v1.json");
        log.LogInformation("health         {Health}", $"{at}/health/ready");
    });

    /// <summary>The home page.</summary>
    public static void MapHome(this IEndpointRouteBuilder app) => app.MapMethods("/", Methods.Read, () => TypedResults.Ok(new FrontDoorResponse(
            "Usher", "Event ticketing and booking: never a place sold twice, never a sale lost.",
            new("/swagger", "/scalar", "/openapi/v1.json", "/api/events", "/health/ready"))))
        .WithName("Home").WithSummary("Get the name of the service and links to its documents")
        .WithDescription("You can also use this as a sign of life. It depends on nothing else, not even the database.").WithTags("Operations").AllowAnonymous();
}

public sealed record FrontDoorResponse(string Name, string Description, HomeLinks Links);

public sealed record HomeLinks(string SwaggerUi, string Scalar, string OpenApi, string Events, string Health);
