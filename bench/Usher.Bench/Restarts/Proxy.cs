using System.Diagnostics;
using Usher.Testing;

namespace Usher.Bench.Restarts;

/// <summary>A real proxy in front of the servers, as a process of its own.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    /// <summary>Longer than it takes a server to be believed in again.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(2.5);

    private readonly Process _process;

    private Proxy(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<Proxy> Start(string name, string directory, IReadOnlyList<Uri> servers, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{LocalPostgres.FreePort()}/");
        var file = Path.Combine(directory, $"{name}.conf");
        var (program, arguments, text) = name switch
        {
            "nginx" => ("nginx", (string[])["-p", directory, "-c", file, "-g", "daemon off;"], Nginx(directory, address, servers)),
            "haproxy" => ("haproxy", ["-f", file], HaProxy(address, servers)),
            _ => throw new UsageException("--proxy is nginx, haproxy, or both with a comma."),
        };
        await File.WriteAllTextAsync(file, text, cancellationToken);
        var proxy = new Proxy(Process.Start(new ProcessStartInfo(Find(program), arguments))!, address);
        using var http = new HttpClient();
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address, "health/ready"), cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return proxy;
            }
            catch (HttpRequestException) when (!proxy._process.HasExited)
            {
                // Not listening yet.
            }
            if (waited.Elapsed > TimeSpan.FromSeconds(20))
                throw new InvalidOperationException($"{name} did not begin to answer; its configuration is {file}.");
            await Task.Delay(50, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signals.Terminate(_process);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    /// <summary>It does not look whether a server is well: it hears it from requests that fail, and asks the other one what is safe to ask twice.</summary>
    private static string Nginx(string directory, Uri address, IReadOnlyList<Uri> servers) => $$"""
        worker_processes 1;
        pid {{directory}}/nginx.pid;
        error_log stderr error;
        events { worker_connections 1024; }
        http {
          access_log off;
          client_body_temp_path {{directory}}/body; proxy_temp_path {{directory}}/proxied; fastcgi_temp_path {{directory}}/f; uwsgi_temp_path {{directory}}/u; scgi_temp_path {{directory}}/s;
          {{Shipped(address, servers)}}
        }
        """;

    /// <summary>What <c>deploy/nginx</c> has for two servers, for these two.</summary>
    private static string Shipped(Uri address, IReadOnlyList<Uri> servers) => File.ReadAllText(Path.Combine(Repository.Root, "deploy/nginx/usher.conf"))
        .Replace("serve-1:8080", servers[0].Authority, StringComparison.Ordinal).Replace("serve-2:8080", servers[1].Authority, StringComparison.Ordinal)
        .Replace("listen 8080", $"listen {address.Authority}", StringComparison.Ordinal);

    /// <summary>It looks every half second, and sends nothing more to a server that says it is leaving.</summary>
    private static string HaProxy(Uri address, IReadOnlyList<Uri> servers) => $"""
        global
          maxconn 4000
        defaults
          mode http
          timeout connect 2s
          timeout client 60s
          timeout server 60s
          option redispatch
          retries 2
        frontend people
          bind {address.Authority}
          default_backend usher
        backend usher
          balance leastconn
          option httpchk GET /health/ready
          default-server check inter 500ms fall 1 rise 2
        {string.Join('\n', servers.Select((s, i) => $"  server serve-{i + 1} {s.Authority}"))}

        """;

    private static string Find(string program) =>
        ((string[])[.. (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/usr/local/sbin"]).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new UsageException($"{program} is not there: sudo apt-get install {program}");
}
