using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ZiggyCreatures.Caching.Fusion;

namespace Usher.Bench.Cache;

/// <summary>
/// <c>bytes --port N --how bare|output-cache|fusion --file F</c>: the same body from the same web server, as directly as it
/// goes, or out of a cache that could be borrowed.
/// </summary>
internal static class BytesApp
{
    public const string Bare = "bare";
    public const string OutputCache = "output-cache";
    public const string Fusion = "fusion";

    public static async Task<int> Run(Arguments arguments)
    {
        var body = await File.ReadAllBytesAsync(arguments.Text("file")!);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{arguments.Number("port", 5091)}");
        builder.Services.AddOutputCache(options => options.SizeLimit = 64 << 20);
        builder.Services.AddFusionCache();
        var app = builder.Build();
        switch (arguments.Text("how"))
        {
            case OutputCache:
                app.UseOutputCache();
                app.MapGet("/api/events", context => Send(context, body)).CacheOutput(policy => policy.Expire(TimeSpan.FromHours(1)).SetVaryByQuery("*"));
                break;
            case Fusion:
                var cache = app.Services.GetRequiredService<IFusionCache>();
                app.Use(async (HttpContext context, RequestDelegate _) => await Send(context, await cache.GetOrSetAsync(
                    $"{context.Request.Path}{context.Request.QueryString}", _ => Task.FromResult(body), TimeSpan.FromHours(1))));
                break;
            default:
                app.Run(context => Send(context, body));
                break;
        }

        await app.RunAsync();
        return 0;
    }

    private static Task Send(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, 0, body.Length);
    }
}
