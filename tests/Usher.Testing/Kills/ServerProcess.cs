using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace Usher.Testing.Kills;

/// <summary>One server process on a port of its own, which can be killed, stopped, and started again.</summary>
internal sealed class ServerProcess(string assembly, IReadOnlyDictionary<string, string> environment, string verb = "serve") : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private Process? _process;

    public Uri Address { get; } = new($"http://127.0.0.1:{LocalPostgres.FreePort()}/");

    public async Task Start(CancellationToken cancellationToken)
    {
        _process?.Dispose();
        _process = Launch(assembly, [verb, "--urls", Address.ToString().TrimEnd('/')], environment, _output);
        while (!await IsReady(cancellationToken))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The server ended with {_process.ExitCode}:{Environment.NewLine}{string.Join(Environment.NewLine, _output)}");
            await Task.Delay(20, cancellationToken);
        }
    }

    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Told to leave, and gone by itself.</summary>
    public async Task Leave(CancellationToken cancellationToken)
    {
        Signals.Terminate(_process!);
        await _process!.WaitForExitAsync(cancellationToken);
        if (_process.ExitCode != 0)
            throw new InvalidOperationException($"The server left with {_process.ExitCode}:{Environment.NewLine}{string.Join(Environment.NewLine, _output)}");
    }

    public void Pause() => Signals.Pause(_process!);

    public void Resume() => Signals.Continue(_process!);

    /// <summary>A verb of the program, to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunVerb(
        string assembly, string verb, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var output = new ConcurrentQueue<string>();
        using var process = Launch(assembly, [verb], environment, output);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, string.Join(Environment.NewLine, output));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await Kill();
        _process?.Dispose();
        _http.Dispose();
    }

    private async Task<bool> IsReady(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Address, "health/ready"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static Process Launch(string assembly, string[] words, IReadOnlyDictionary<string, string> environment, ConcurrentQueue<string> output)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(assembly),
        };
        // What serves a load generator in this process would flatter a server.
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not null)
                output.Enqueue(line.Data);
            if (output.Count > 60)
                output.TryDequeue(out _);
        }
    }
}
