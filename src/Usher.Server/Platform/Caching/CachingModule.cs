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

    /// <summary>Runs before routing: a cache hit goes no further.</summary>
    public static void UseKeptAnswers(this WebApplication app)
    {
        var answers = app.Services.GetRequiredService<KeptAnswers>();
        if (answers.IsEnabled)
            app.Use((context, next) => answers.TryAnswer(context) ?? next(context));
    }

    /// <summary>
    /// GETs without path parameters whose responses are public and the same for every caller. They may show sales up to a second late;
    /// edits show at once. <see cref="QueryParameters"/> maps equivalent queries to one cache key.
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

    /// <summary>Every read that begins after the response of these operations shows their changes.</summary>
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
            // The commit may have succeeded all the same.
            await Announce(invocation.HttpContext);
            throw;
        }
        if (result is not (Problem or INestedHttpResult { Result: Problem }))
            await Announce(invocation.HttpContext);
        return result;
    });

    private static Task Announce(HttpContext context) => context.RequestServices.GetRequiredService<Announcer>().CatalogueChanged();
}
