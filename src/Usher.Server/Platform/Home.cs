using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform;

internal static class Home
{
    /// <summary>Tells whoever started the program where to go first.</summary>
    public static void PrintAddresses(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var at = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        Console.Out.WriteLine($"""

            Usher is open at {at}
              API            {at}/api/events
              documentation  {at}/swagger   {at}/scalar   {at}/openapi/v1.json
              health         {at}/health/ready
            """);
    });

    /// <summary>What a stranger finds at the front door.</summary>
    public static void MapHome(this IEndpointRouteBuilder app) => app.MapRead("/", () => TypedResults.Ok(new HomeResponse(
            "Usher", "Event ticketing and booking: never a place sold twice, never a sale lost.",
            new("/swagger", "/scalar", "/openapi/v1.json", "/api/events", "/health/ready"))))
        .WithName("Home").WithSummary("What this is and where its documents are").WithTags("Operations").AllowAnonymous();
}

public sealed record HomeResponse(string Name, string Description, HomeLinks Links);

public sealed record HomeLinks(string SwaggerUi, string Scalar, string OpenApi, string Events, string Health);
