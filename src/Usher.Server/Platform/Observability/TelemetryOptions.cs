using System.ComponentModel.DataAnnotations;
using System.Net;
using IPNetwork = System.Net.IPNetwork;

namespace Usher.Server.Platform.Observability;

/// <summary>Access to <c>/metrics</c>. With neither of the two, no reader has access, and nothing is measured for it.</summary>
internal sealed class MetricsOptions
{
    public const string Section = "Metrics";

    /// <summary>
    /// Addresses and networks that may read without a token, such as <c>10.0.0.0/8</c>. By default, this machine in Development,
    /// otherwise none.
    /// </summary>
    public string[] AllowedNetworks { get; set; } = [];

    /// <summary>A reader that sends it as a bearer token may read from any address.</summary>
    [MinLength(16)]
    public string? Token { get; set; }

    /// <summary>Seconds between two queries of the figures in the database: outbox, holds, mails.</summary>
    [Range(0.1, 600)]
    public double EverySeconds { get; set; } = 15;

    public TimeSpan Pause => TimeSpan.FromSeconds(EverySeconds);

    /// <summary>Time for which a figure is valid: one or two queries may be skipped.</summary>
    public TimeSpan GoodFor => Pause * 3 + TimeSpan.FromSeconds(5);

    public bool IsOpenToAnyone => AllowedNetworks.Length > 0 || !string.IsNullOrEmpty(Token);

    public static MetricsOptions Of(IConfiguration configuration, IHostEnvironment environment)
    {
        var key = $"{Section}:{nameof(AllowedNetworks)}";
        return new()
        {
            AllowedNetworks = configuration.GetSection(key).Exists() ? configuration.ListOf(key) : environment.IsDevelopment() ? ["127.0.0.0/8", "::1"] : [],
            Token = configuration[$"{Section}:{nameof(Token)}"] is { Length: > 0 } token ? token : null,
            EverySeconds = configuration.GetValue($"{Section}:{nameof(EverySeconds)}", 15d),
        };
    }

    public static IPNetwork? Parse(string network) =>
        IPNetwork.TryParse(network, out var parsed) ? parsed
        : IPAddress.TryParse(network, out var address) ? new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)
        : null;
}

internal sealed class TracingOptions
{
    public const string Section = "Tracing";

    /// <summary>Most traces that begin per second and process.</summary>
    [Range(0, 1_000_000)]
    public int MostPerSecond { get; init; } = 20;

    /// <summary>
    /// Whether a caller's <c>traceparent</c> decides if a request is recorded. Use it only behind a gateway that creates or checks
    /// it.
    /// </summary>
    public bool FollowCallers { get; init; }
}
