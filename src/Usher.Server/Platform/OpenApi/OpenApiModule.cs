using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.OpenApi;

/// <summary>The OpenAPI document and the two pages that show it.</summary>
internal static class OpenApiModule
{
    public const string Name = "v1", Bearer = "bearer";

    /// <summary>The pages run their own scripts and styles, and load nothing from other servers.</summary>
    private static readonly ShowsAPage PagePolicy = new(
        "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'");

    public static void AddOpenApiDocument(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            // HEAD does what GET does, and would be half of all methods of a generated client.
            options.ShouldInclude = description => description.HttpMethod != "HEAD";
            options.AddDocumentTransformer(Describe);
            options.AddOperationTransformer<DescribeOperation>();
            options.AddSchemaTransformer(DescribeSchema.Describe);
        });
        builder.Services.AddSingleton<ServedDocument>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Transient<IApiDescriptionProvider, DescribeBody>());
    }

    /// <summary>Declares the default of a request member, wherever the code applies it.</summary>
    public static void AddDefault<TRequest>(this IServiceCollection services, string member, Func<IServiceProvider, JsonNode> value) =>
        services.Configure<OpenApiOptions>(Name, options => options.AddDocumentTransformer((document, context, _) =>
        {
            ((OpenApiSchema)document.Components!.Schemas![typeof(TRequest).Name].Properties![member]).Default = value(context.ApplicationServices);
            return Task.CompletedTask;
        }));

    public static void MapOpenApiDocument(this WebApplication app)
    {
        app.MapMethods($"/openapi/{Name}.json", Methods.Read, ServedDocument.Send).AllowAnonymous().ExcludeFromDescription();
        app.MapScalarApiReference("/scalar", scalar => scalar
            .WithTitle("Usher API").WithOpenApiRoutePattern("/openapi/v1.json").HideDeveloperTools().DisableDefaultFonts().DisableTelemetry().DisableAgent()
            .AddPreferredSecuritySchemes(Bearer)).AllowAnonymous().WithMetadata(PagePolicy);
        app.MapGet("/swagger", () => Results.Redirect("/swagger/index.html")).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Not an endpoint: it must run before the middleware that rejects unknown addresses.</summary>
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

    private static async Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Usher",
            Version = "1.0",
            Description = "Event ticketing and booking. It never sells a place twice and never loses a sale it acknowledged. " +
                "Errors are `application/problem+json` with a stable `code`. Amounts are in major units, each with a twin in minor units. Times are UTC.",
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        // Relative, so that the document is valid behind any host name.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "The `accessToken` from register or log-in.",
        };
        DescribeHeaders.AddTo(document);
        var metadata = context.DescriptionGroups.SelectMany(group => group.Items).SelectMany(item => item.ActionDescriptor.EndpointMetadata).ToList();
        DescribeSchema.ForgetDefaultsOfChanges(document, metadata.OfType<BodyOf>());
        foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
            tag.Description = Tags[tag.Name!];
        await DescribeParameters.AddChoices(document, context, metadata.OfType<QueryParameters>(), cancellationToken);
    }

    private static readonly Dictionary<string, string> Tags = new()
    {
        ["Accounts"] = "Registration, log-in and account management.",
        ["Audit"] = "The audit log.",
        ["Bookings"] = "Bookings, from a hold to a refund.",
        ["Events"] = "The catalogue: events and their ticket types.",
        ["Mails"] = "Notices to buyers, and their state.",
        ["Operations"] = "Health checks for operators, and the start page.",
        ["Reports"] = "Sales reports for organizers.",
    };
}
