using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace Usher.Server.Platform.Http;

/// <summary>Origins (CORS) whose scripts may read our responses.</summary>
internal sealed class OriginOptions
{
    public const string Section = "Cors";

    /// <summary>
    /// Browser origins that may call the API, such as <c>https://tickets.example.org</c>; <c>*</c> for all, which Production refuses.
    /// Without it, no origin may.
    /// </summary>
    public string[] Origins { get; set; } = [];
}

internal static class Origins
{
    private const string Everyone = "*";

    private static readonly string[] Exposed =
        ["ETag", "Location", "Link", "Retry-After", RateLimitHeaders.Limit, RateLimitHeaders.Policy, "X-Request-Id", "Idempotency-Replayed"];

    private static readonly string[] Sent =
        ["Accept", "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID"];

    public static void AddOrigins(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<OriginOptions>()
            .Configure((OriginOptions cors, IConfiguration configuration) => cors.Origins = configuration.ListOf($"{OriginOptions.Section}:{nameof(OriginOptions.Origins)}"))
            .Validate((OriginOptions cors, IHostEnvironment environment) => !environment.IsProduction() || !cors.Origins.Contains(Everyone),
                "Cors:Origins is *: Production takes exact origins only.")
            .Validate(cors => cors.Origins.All(one => one == Everyone || IsExact(one)),
                "Cors:Origins takes exact origins such as https://tickets.example.org: scheme, host and port, nothing after them and no port that the scheme has anyway.")
            .ValidateOnStart();
        builder.Services.AddCors();
        // No credentials: a script sends the token itself, and there are no cookies.
        builder.Services.AddOptions<CorsOptions>().Configure((CorsOptions cors, IOptions<OriginOptions> options) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(options.Value.Origins)
            .WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders(Sent)
            .WithExposedHeaders(Exposed)
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
    }

    /// <summary>Runs before everything that answers, because scripts also read cached and refused responses.</summary>
    public static void UseOrigins(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<OriginOptions>>().Value.Origins.Length == 0)
            return;
        app.Use((context, next) =>
        {
            context.Response.OnStarting(static state => NameOrigin((HttpResponse)state), context.Response);
            return next(context);
        });
        app.UseCors();
    }

    /// <summary>A response without an origin differs too: a cache must not serve it to a script.</summary>
    private static Task NameOrigin(HttpResponse response)
    {
        if (!response.Headers.Vary.Contains("Origin"))
            response.Headers.Append("Vary", "Origin");
        return Task.CompletedTask;
    }

    private static bool IsExact(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", UserInfo: "" } && !origin.Contains(Everyone, StringComparison.Ordinal)
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.OrdinalIgnoreCase);
}
