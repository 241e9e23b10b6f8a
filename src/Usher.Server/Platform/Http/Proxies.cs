using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Usher.Server.Platform.Http;

/// <summary>Trusted proxies. Any client can send <c>X-Forwarded-For</c>; only these are believed.</summary>
internal sealed class ProxyOptions
{
    public const string Section = "ForwardedHeaders";

    /// <summary>Addresses of proxies, separated by commas.</summary>
    public string[] KnownProxies { get; set; } = [];

    /// <summary>Networks of proxies, such as <c>10.0.0.0/8</c>.</summary>
    public string[] KnownNetworks { get; set; } = [];

    public bool AreAny => KnownProxies.Length + KnownNetworks.Length > 0;
}

internal static class Proxies
{
    /// <summary>The framework's switch that trusts every proxy.</summary>
    private const string BelieveAll = "ForwardedHeaders_Enabled";

    public static void AddProxies(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ProxyOptions>()
            .Configure((ProxyOptions proxies, IConfiguration configuration) =>
            {
                proxies.KnownProxies = configuration.ListOf($"{ProxyOptions.Section}:{nameof(ProxyOptions.KnownProxies)}");
                proxies.KnownNetworks = configuration.ListOf($"{ProxyOptions.Section}:{nameof(ProxyOptions.KnownNetworks)}");
            })
            .Validate(proxies => proxies.KnownProxies.All(one => IPAddress.TryParse(one, out _)), "ForwardedHeaders:KnownProxies takes IP addresses.")
            .Validate(proxies => proxies.KnownNetworks.All(one => IPNetwork.TryParse(one, out _)), "ForwardedHeaders:KnownNetworks takes networks such as 10.0.0.0/8.")
            .Validate((ProxyOptions _, IConfiguration configuration) => !configuration.GetValue<bool>(BelieveAll),
                "ASPNETCORE_FORWARDEDHEADERS_ENABLED would believe everyone: name the proxies in ForwardedHeaders:KnownProxies or :KnownNetworks instead.")
            .ValidateOnStart();
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure((ForwardedHeadersOptions forwarded, IOptions<ProxyOptions> proxies) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // Any number of proxies in a row, as long as each is known.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in proxies.Value.KnownProxies)
                forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
            foreach (var network in proxies.Value.KnownNetworks)
                forwarded.KnownIPNetworks.Add(IPNetwork.Parse(network));
        });
    }

    /// <summary>Not without a list: the framework treats an empty one as all addresses.</summary>
    public static void UseProxies(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.AreAny)
            app.UseForwardedHeaders();
    }
}
