using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Caching;

internal static class CachingModule
{
    public static void AddCaching(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<CachingOptions>().BindConfiguration(CachingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CatalogueEdition>();
        services.AddSingleton<Announcer>();
        services.AddSingleton<KeptAnswers>();
        if (builder.Configuration.GetConnectionString("Redis") is not { Length: > 0 } redis)
            return;
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RedisLink>(provider, redis));
        services.AddSingleton<RedisAnswers>();
        services.AddHostedService(provider => provider.GetRequiredService<RedisAnswers>());
        services.AddHealthChecks().AddCheck<RedisHealth>("redis");
    }

    /// <summary>Before routing: whoever finds what they ask for goes no further.</summary>
    public static void UseKeptAnswers(this WebApplication app)
    {
        var answers = app.Services.GetRequiredService<KeptAnswers>();
        if (answers.IsEnabled)
            app.Use((context, next) => answers.TryAnswer(context) ?? next(context));
    }

    /// <summary>
    /// GETs without anything in their path, whose answers are public and the same for everyone. Of sales they may be a second
    /// old; edits show at once. By their <see cref="QueryParameters"/>, queries that mean the same are known to be the same.
    /// </summary>
    public static RouteGroupBuilder KeptForASecond(this RouteGroupBuilder routes)
    {
        ((IEndpointConventionBuilder)routes).Finally(builder =>
        {
            var (route, read) = ((RouteEndpointBuilder)builder, builder.RequestDelegate!);
            if (route.RoutePattern.Parameters.Count > 0)
                throw new InvalidOperationException($"{route.RoutePattern.RawText} has parameters in its path.");
            var kept = new KeptRoute(route.RoutePattern.RawText!, builder.Metadata.OfType<QueryParameters>().Single(), read);
            builder.RequestDelegate = context => context.RequestServices.GetRequiredService<KeptAnswers>() is { IsEnabled: true } answers
                ? answers.Answer(context, kept)
                : read(context);
        });
        return routes;
    }

    /// <summary>Whatever these operations change shows to everyone who reads after they were answered.</summary>
    public static RouteGroupBuilder AnnounceChanges(this RouteGroupBuilder routes) => routes.AddEndpointFilter(async (invocation, next) =>
    {
        var request = invocation.HttpContext.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return await next(invocation);
        object? result;
        try
        {
            result = await next(invocation);
        }
        catch (Exception broke) when (broke is not ProblemException)
        {
            // It may have been committed all the same.
            await Announce(invocation.HttpContext);
            throw;
        }
        if (result is not (Problem or INestedHttpResult { Result: Problem }))
            await Announce(invocation.HttpContext);
        return result;
    });

    private static Task Announce(HttpContext context) => context.RequestServices.GetRequiredService<Announcer>().CatalogueChanged();
}
