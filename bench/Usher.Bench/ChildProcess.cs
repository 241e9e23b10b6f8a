using System.Collections.Concurrent;
using System.Diagnostics;
using Usher.Bench.Sale;
using Usher.Testing;

namespace Usher.Bench;

/// <summary>A .NET program of ours as a process of its own: asked to leave (SIGTERM) when disposed.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ChildProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <param name="behind">Every other process is preferred to it, as if it ran on a machine of its own that has what is left of this one.</param>
    public static ChildProcess Start(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, bool behind = false)
    {
        string[] command = behind ? ["nice", "-n", "19", "dotnet", assembly, .. arguments] : ["dotnet", assembly, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(assembly),
        };
        // What serves this process's load generator would flatter a server.
        start.Environment.Remove(LoadGenerator.InlineCompletions);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ChildProcess(start);
    }

    /// <summary>The last it wrote, on whichever of its outputs.</summary>
    public string Output => string.Join(Environment.NewLine, _output);

    /// <summary>Of all its threads, so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What it has in memory at this moment.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>For a verb that does its work and ends.</summary>
    public async Task Finished(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        if (_process.ExitCode != 0)
            throw Failure($"ended with {_process.ExitCode}");
    }

    /// <summary>For a server: waits until it answers there, whatever it says.</summary>
    public async Task Answers(int port, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited)
                throw Failure($"ended with {_process.ExitCode}");
            if (waited.Elapsed > TimeSpan.FromSeconds(60))
                throw Failure($"did not answer within a minute");
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/"), cancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signals.Terminate(_process);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(35));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private InvalidOperationException Failure(string what) =>
        new($"{string.Join(' ', _process.StartInfo.ArgumentList)} {what}:{Environment.NewLine}{Output}");

    private void Remember(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (_output.Count > 60)
            _output.TryDequeue(out _);
    }
}
