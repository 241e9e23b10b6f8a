using System.Security.Cryptography;
using System.Text;
using Usher.Server.Platform.Observability;
using IPNetwork = System.Net.IPNetwork;

namespace Usher.Server.Platform.Operations;

/// <summary>Access control of <c>/metrics</c>. A reader without access gets a 404.</summary>
internal sealed class MetricsPage(MetricsOptions options)
{

    private readonly IPNetwork[] _networks = [.. options.AllowedNetworks.Select(one => MetricsOptions.Parse(one)!.Value)];
    private readonly byte[]? _token = options.Token is { } token ? Hash($"Bearer {token}") : null;

    /// <summary>
    /// Always plain text. Prometheus asks for OpenMetrics, in which the exporter writes a second series beside each counter
    /// (<c>_created</c>), so the stored series would depend on the reader.
    /// </summary>
    public bool Answers(HttpContext context)
    {
        var answers = IsFor(context);
        if (answers)
            context.Request.Headers.Accept = "text/plain";
        return answers;
    }

    private bool IsFor(HttpContext context) =>
        // Exact comparison, like a proxy that blocks the path.
        string.Equals(context.Request.Path.Value, Telemetry.MetricsPath, StringComparison.Ordinal) && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && (HasToken(context.Request) || IsNear(context));

    private bool HasToken(HttpRequest request) =>
        _token is not null && CryptographicOperations.FixedTimeEquals(Hash(request.Headers.Authorization.ToString()), _token);

    /// <summary>
    /// A request that still has forwarding headers came through an unknown proxy, so its address is not that of the reader. A known proxy
    /// was already processed, and its headers were removed.
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
