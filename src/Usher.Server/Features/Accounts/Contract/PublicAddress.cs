using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Usher.Server.Platform;

namespace Usher.Server.Features.Accounts.Contract;

/// <summary>Base address of links in mails: the configured one, otherwise the address of this process. Never the <c>Host</c> of a request.</summary>
internal sealed partial class PublicAddress(IOptions<AccountOptions> options, IServer server, Roles roles, ILogger<PublicAddress> log)
{
    /// <summary>Default address of another process without configuration.</summary>
    private const string Usual = "http://127.0.0.1:5080";

    private int _said;

    public string Value
    {
        get
        {
            if (options.Value.PublicUrl is { } configured)
                return configured.TrimEnd('/');
            // A worker listens only for health checks.
            var served = roles.HasFlag(Roles.Serve) ? Served(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []) ?? Usual : Usual;
            if (Interlocked.Exchange(ref _said, 1) == 0)
                Log.NotConfigured(log, served);
            return served;
        }
    }

    internal static string? Served(IEnumerable<string> addresses) => addresses
        .Select(BindingAddress.Parse)
        .Where(address => !address.IsUnixPipe && !address.IsNamedPipe && address.Port > 0)
        .OrderByDescending(address => address.Scheme == Uri.UriSchemeHttps)
        .Select(address => $"{address.Scheme}://{(address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host)}:{address.Port}{address.PathBase}".TrimEnd('/'))
        .FirstOrDefault();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Accounts:PublicUrl is not set: links in mails lead to {Address}")]
        public static partial void NotConfigured(ILogger log, string address);
    }
}
