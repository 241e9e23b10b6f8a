using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Usher.Testing;

/// <summary>A Redis of our own on a free loopback port, in memory only, gone when disposed. For Linux and macOS.</summary>
public sealed class LocalRedis : IAsyncDisposable
{
    private Process? _process;

    private LocalRedis()
    {
    }

    public int Port { get; } = LocalPostgres.FreePort();

    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>For a server that is to find nobody there until <see cref="Restart"/>.</summary>
    public static LocalRedis NotYet() => new();

    public static async Task<LocalRedis> Start()
    {
        var redis = new LocalRedis();
        await redis.Restart();
        return redis;
    }

    /// <summary>Empty, on the same port.</summary>
    public async Task Restart()
    {
        await Kill();
        _process = Process.Start(new ProcessStartInfo(FindProgram(),
            ["--bind", "127.0.0.1", "--port", $"{Port}", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await Ask("PING") == "+PONG")
                    return;
            }
            catch (Exception notYet) when (notYet is SocketException or IOException && !_process.HasExited && waited.Elapsed < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        if (_process is null)
            return;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>It keeps its connections and answers nothing.</summary>
    public void Pause() => Signals.Pause(_process!);

    public void Continue() => Signals.Continue(_process!);

    public async Task Flush() => await Ask("FLUSHALL");

    /// <summary>The first line of what it says to a command.</summary>
    public async Task<string> Ask(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync() ?? throw new IOException("It hung up.");
    }

    public async ValueTask DisposeAsync() => await Kill();

    private void OnProcessExit(object? sender, EventArgs e) => Kill().GetAwaiter().GetResult();

    private static string FindProgram() =>
        ((string[])[.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/bin", "/opt/homebrew/bin", "/usr/local/bin"])
            .Where(directory => directory.Length > 0).Select(directory => Path.Combine(directory, "redis-server")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("redis-server was not found. Install it with `sudo apt-get install redis-server`.");
}
