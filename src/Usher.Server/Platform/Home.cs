namespace Usher.Server.Platform;

internal static class Home
{
    /// <summary>What a stranger finds at the front door.</summary>
    public static void MapHome(this IEndpointRouteBuilder app) => app.MapMethods("/", ["GET", "HEAD"], () => TypedResults.Json(new HomeResponse(
            "Usher", "Event ticketing and booking: never a place sold twice, never a sale lost.",
            new("/swagger", "/scalar", "/openapi/v1.json", "/api/events", "/health/ready"))))
        .WithName("Home").WithSummary("What this is and where its documents are").WithTags("Operations").AllowAnonymous();
}

public sealed record HomeResponse(string Name, string Description, HomeLinks Links);

public sealed record HomeLinks(string SwaggerUi, string Scalar, string OpenApi, string Events, string Health);
