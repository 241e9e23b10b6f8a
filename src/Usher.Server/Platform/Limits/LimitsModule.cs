using System.Globalization;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Limits;

internal static class LimitsModule
{
    public static void AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitingOptions>().BindConfiguration(RateLimitingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<RequestCounts>();
        if (builder.Plays(Roles.Serve) && builder.Configuration.GetConnectionString("Redis") is { Length: > 0 })
            builder.Services.AddHostedService<SharedCounts>();
    }

    /// <summary>After authentication, so that users are counted as such, and before authorization, so that those who are refused are counted too.</summary>
    public static void UseLimits(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<RateLimitingOptions>>().Value;
        if (!options.Enabled)
            return;
        var take = Counting(app.Services.GetRequiredService<RequestCounts>(), options);
        app.Use((context, next) => context.GetEndpoint()?.Metadata.ClassOf(context.Request.Method) is { } of
            ? take(context, of, ClientKey.Of(context, of), next)
            : next(context));
    }

    /// <summary>
    /// What is at no address is refused before anyone is asked who they are. It is counted by where it comes from, among the
    /// reads, or a flood of it would be nobody's.
    /// </summary>
    public static void UseLimitOfUnknownAddresses(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<RateLimitingOptions>>().Value;
        if (!options.Enabled)
            return;
        var take = Counting(app.Services.GetRequiredService<RequestCounts>(), options);
        app.Use((context, next) => context.GetEndpoint() is null or { Metadata.Count: 0 }
            ? take(context, RouteClass.Read, ClientKey.At(context.Connection.RemoteIpAddress), next)
            : next(context));
    }

    private static Func<HttpContext, RouteClass, ClientKey, RequestDelegate, Task> Counting(RequestCounts counts, RateLimitingOptions options)
    {
        var policies = Enum.GetValues<RouteClass>().Select(of => new Policy(of, options)).ToArray();
        return (context, of, client, next) =>
        {
            var (policy, verdict) = (policies[(int)of], counts.Take(of, client));
            context.Response.OnStarting(static state => ((Stamp)state).Write(), new Stamp(context.Response, policy, verdict));
            if (verdict.Granted)
                return next(context);
            Guard.Rejected(Guard.RateLimit);
            return new Problem(Problems.RateLimited, policy.Refusal) { RetryAfterSeconds = verdict.RetryAfterSeconds }.ExecuteAsync(context);
        };
    }

    private sealed class Policy(RouteClass of, RateLimitingOptions options)
    {
        private readonly string _name = WireNames<RouteClass>.Of(of);

        public string Header { get; } = string.Create(CultureInfo.InvariantCulture,
            $"\"{WireNames<RouteClass>.Of(of)}\";q={options.QuotaOf(of)};w={options.WindowSeconds}");

        public string Refusal { get; } = string.Create(CultureInfo.InvariantCulture,
            $"You can send at most {options.QuotaOf(of)} requests of this kind in {options.WindowSeconds} seconds.");

        public string Left(Verdict verdict) => string.Create(CultureInfo.InvariantCulture, $"\"{_name}\";r={verdict.Left};t={verdict.ResetSeconds}");
    }

    /// <summary>Written when the answer starts: what an answer says before that is thrown away if something breaks.</summary>
    private sealed class Stamp(HttpResponse response, Policy policy, Verdict verdict)
    {
        public Task Write()
        {
            response.Headers[RateLimitHeaders.Policy] = policy.Header;
            response.Headers[RateLimitHeaders.Limit] = policy.Left(verdict);
            return Task.CompletedTask;
        }
    }
}
