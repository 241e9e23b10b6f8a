using System.Diagnostics;

namespace Usher.Server.Platform.Operations;

/// <summary>
/// Queries the readiness of a server with the same settings: for containers, which have no shell and no other client, and for scripts that
/// wait for a restart.
/// </summary>
internal static class AskHealth
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromMilliseconds(100);

    /// <remarks>
    /// It loads as little as possible: it runs every few seconds, and starting the whole program would cost the sale more than the probe
    /// itself.
    /// </remarks>
    public static async Task<int> Run(string[] options, TextWriter output, TextWriter errors)
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().AddCommandLine(options).Build();
        if (AddressOf(settings) is not { } address)
        {
            await errors.WriteLineAsync("usher: health asks over HTTP: name an address with --urls http://127.0.0.1:PORT.");
            return 2;
        }
        var wait = TimeSpan.FromSeconds(settings.GetValue<double>("wait"));
        var since = Stopwatch.StartNew();
        using var http = new HttpClient { Timeout = Patience };
        while (true)
        {
            var (isReady, says) = await Ask(http, address);
            if (isReady || since.Elapsed >= wait)
            {
                await (isReady ? output : errors).WriteLineAsync(says);
                return isReady ? 0 : 1;
            }
            await Task.Delay(Pause);
        }
    }

    private static async Task<(bool IsReady, string Says)> Ask(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(address);
            return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
        {
            return (false, $"usher: {address} does not answer.");
        }
    }

    /// <summary>Address of the server with these settings. A server that listens on every address is reached on the loopback.</summary>
    private static Uri? AddressOf(IConfiguration settings)
    {
        var urls = settings["urls"] is { Length: > 0 } named ? named.Split(';')
            : settings["http_ports"] is { Length: > 0 } ports ? [$"http://+:{ports.Split(';')[0]}"]
            : ["http://127.0.0.1:5080"];
        if (urls.FirstOrDefault(url => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) is not { } http)
            return null;
        try
        {
            var at = BindingAddress.Parse(http);
            return new($"http://{(at.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "127.0.0.1" : at.Host)}:{at.Port}/health/ready");
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
