using System.Security.Cryptography;
using System.Text;
using Usher.Server.Platform.Observability;
using IPNetwork = System.Net.IPNetwork;

namespace Usher.Server.Platform.Operations;

/// <summary>Decides who reads <c>/metrics</c>. To everyone else there is nothing at this address.</summary>
internal sealed class MetricsPage(MetricsOptions options)
{

    private readonly IPNetwork[] _networks = [.. options.AllowedNetworks.Select(one => MetricsOptions.Parse(one)!.Value)];
    private readonly byte[]? _token = options.Token is { } token ? Hash($"Bearer {token}") : null;

    /// <summary>
    /// As plain text, whatever form is asked for. Prometheus asks for OpenMetrics, which the exporter writes with a second series
    /// beside each counter (<c>_created</c>), so that what is stored depends on who reads.
    /// </summary>
    public bool Answers(HttpContext context)
    {
        var answers = IsFor(context);
        if (answers)
            context.Request.Headers.Accept = "text/plain";
        return answers;
    }

    private bool IsFor(HttpContext context) =>
        // To the letter, as a proxy compares that does not pass it on.
        string.Equals(context.Request.Path.Value, Telemetry.MetricsPath, StringComparison.Ordinal) && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && (HasToken(context.Request) || IsNear(context));

    private bool HasToken(HttpRequest request) =>
        _token is not null && CryptographicOperations.FixedTimeEquals(Hash(request.Headers.Authorization.ToString()), _token);

    /// <summary>
    /// What still says that it was passed on comes from a proxy that is not known: its address is not that of whoever asks.
    /// A known one has been believed by now, and taken its word out.
    /// </summary>
    private bool IsNear(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded") || headers.ContainsKey("Via"))
            return false;
        if (context.Connection.RemoteIpAddress is not { } address)
            return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(_networks, network => network.Contains(plain));
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
