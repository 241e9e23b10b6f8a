using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.OpenApi;

/// <summary>The document of the API and the two pages that show it.</summary>
internal static class OpenApiModule
{
    public const string Bearer = "bearer";

    /// <summary>The pages run their own scripts and styles, and ask nobody but this server.</summary>
    private static readonly ShowsAPage PagePolicy = new(
        "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'");

    public static void AddOpenApiDocument(this IHostApplicationBuilder builder) => builder.Services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer(Describe);
        options.AddOperationTransformer<DescribeOperation>();
        options.AddSchemaTransformer(Examples.Add);
    });

    public static void MapOpenApiDocument(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName:regex(^v1$)}.json").AllowAnonymous();
        app.MapScalarApiReference("/scalar", scalar => scalar
            .WithTitle("Usher API").WithOpenApiRoutePattern("/openapi/v1.json").HideDeveloperTools().DisableDefaultFonts().DisableTelemetry().DisableAgent()
            .AddPreferredSecuritySchemes(Bearer)).AllowAnonymous().WithMetadata(PagePolicy);
        app.MapGet("/swagger", () => Results.Redirect("/swagger/index.html")).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Not an endpoint: it has to come before whatever refuses addresses that have none.</summary>
    public static void UseSwaggerPage(this WebApplication app) => app.UseWhen(context => context.Request.Path.StartsWithSegments("/swagger"), swagger =>
    {
        swagger.Use((context, next) =>
        {
            context.Items[typeof(ShowsAPage)] = PagePolicy;
            return next(context);
        });
        swagger.UseSwaggerUI(ui =>
        {
            ui.SwaggerEndpoint("/openapi/v1.json", "Usher");
            ui.DocumentTitle = "Usher API";
            ui.EnablePersistAuthorization();
        });
    });

    private static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Usher",
            Version = "1.0",
            Description = "Event ticketing and booking. It never sells a place twice and never loses a sale it acknowledged. " +
                "Errors are `application/problem+json` with a stable `code`; money is in major units with a twin in minor units; times are UTC.",
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        // Relative: the document is right behind any host name.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "The `accessToken` of register or log-in.",
        };
        return Task.CompletedTask;
    }
}
