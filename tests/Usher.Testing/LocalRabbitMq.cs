using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Usher.Testing;

/// <summary>
/// A RabbitMQ of our own: a fresh node in a temporary directory, on free loopback ports, gone when disposed. It takes a
/// dozen seconds to start, so a run of tests shares one, and each installation has its own prefix for its queues.
/// </summary>
public sealed class LocalRabbitMq : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _directory = Directory.CreateTempSubdirectory("usher-mq-").FullName;
    private readonly IPEndPoint _at;
    private readonly int _distributionPort = LocalPostgres.FreePort();
    private readonly int _epmdPort = LocalPostgres.FreePort();
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _epmd;
    private Process? _script;

    private LocalRabbitMq(string server, IPEndPoint at) => (_server, _at) = (server, at);

    public string Address => $"amqp://guest:guest@{_at}/";

    /// <summary>The node itself; the script that started it waits for it.</summary>
    public int ProcessId => int.Parse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture);

    private string PidFile => Path.Combine(_directory, "pid");

    private string DataDirectory => Path.Combine(_directory, "data");

    public static Task<LocalRabbitMq> Start(CancellationToken cancellationToken = default) =>
        Start(IPAddress.Loopback, LocalPostgres.FreePort(), "", cancellationToken);

    /// <param name="configuration">Lines of its configuration file, such as who may come in.</param>
    public static async Task<LocalRabbitMq> Start(IPAddress address, int port, string configuration, CancellationToken cancellationToken = default)
    {
        var broker = new LocalRabbitMq(FindServer(), new IPEndPoint(address, port));
        try
        {
            // Our own, in the foreground: the one a node starts by itself would outlive it.
            broker._epmd = broker.Run("epmd", ["-address", "127.0.0.1", "-port", broker._epmdPort.ToString(CultureInfo.InvariantCulture)]);
            await File.WriteAllTextAsync(Path.Combine(broker._directory, "enabled_plugins"), "[].", cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(broker._directory, "rabbitmq.conf"), configuration, cancellationToken);
            await broker.StartNode(cancellationToken);
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
        AppDomain.CurrentDomain.ProcessExit += broker.OnProcessExit;
        return broker;
    }

    /// <summary>kill -9 of the node. What it had on its disk stays.</summary>
    public async Task Kill(CancellationToken cancellationToken = default)
    {
        if (_script is null || _script.HasExited)
            return;
        // A node that was asked to stop with all of us has removed its pid file, and is on its way out.
        if (File.Exists(PidFile))
        {
            using var node = Process.GetProcessById(ProcessId);
            node.Kill();
            await node.WaitForExitAsync(cancellationToken);
        }
        await _script.WaitForExitAsync(cancellationToken);
        _script.Dispose();
        _script = null;
        File.Delete(PidFile);
    }

    /// <summary>Starts it again on the same port, with its queues or without everything it ever knew.</summary>
    public async Task Restart(bool wiped, CancellationToken cancellationToken = default)
    {
        await Kill(cancellationToken);
        if (wiped)
            Directory.Delete(DataDirectory, recursive: true);
        await StartNode(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        await Kill();
        _epmd?.Kill();
        _epmd?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartNode(CancellationToken cancellationToken)
    {
        _log.Clear();
        _script = Run(_server, []);
        var waited = Stopwatch.StartNew();
        while (!await Answers(cancellationToken))
        {
            if (_script.HasExited || waited.Elapsed > TimeSpan.FromSeconds(90))
                throw new InvalidOperationException($"RabbitMQ did not start:{Environment.NewLine}{string.Join(Environment.NewLine, _log)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    /// <summary>It greets whoever speaks AMQP to it.</summary>
    private async Task<bool> Answers(CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(_at, cancellationToken);
            await socket.SendAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), cancellationToken);
            return await socket.ReceiveAsync(new byte[8], cancellationToken) == 8;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Process Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory };
        foreach (var (name, value) in (ReadOnlySpan<(string, object)>)
        [
            ("HOME", _directory), ("RABBITMQ_NODENAME", $"usher{_distributionPort}@localhost"), ("RABBITMQ_NODE_IP_ADDRESS", _at.Address),
            ("RABBITMQ_NODE_PORT", _at.Port), ("RABBITMQ_DIST_PORT", _distributionPort), ("RABBITMQ_CONFIG_FILE", Path.Combine(_directory, "rabbitmq")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(_directory, "enabled_plugins")), ("RABBITMQ_MNESIA_BASE", DataDirectory),
            ("RABBITMQ_LOG_BASE", Path.Combine(_directory, "log")), ("RABBITMQ_PID_FILE", PidFile),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+sbwt none"), ("ERL_EPMD_ADDRESS", "127.0.0.1"), ("ERL_EPMD_PORT", _epmdPort),
        ])
            start.Environment[name] = Convert.ToString(value, CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Remember(line.Data);
        process.ErrorDataReceived += (_, line) => Remember(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Remember(string? line)
    {
        if (line is not null)
            _log.Enqueue(line);
    }

    /// <summary>A run that ends without disposing must not leave a server behind.</summary>
    private void OnProcessExit(object? sender, EventArgs e) => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>The program itself: what Debian puts into PATH wants to become another user.</summary>
    private static string FindServer()
    {
        string?[] likely =
        [
            Environment.GetEnvironmentVariable("USHER_RABBITMQ_SERVER"), "/usr/lib/rabbitmq/bin/rabbitmq-server",
            "/opt/homebrew/sbin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server",
        ];
        return likely.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException(
            "RabbitMQ's server was not found. Install it with `sudo apt-get install rabbitmq-server`, or name its program in USHER_RABBITMQ_SERVER.");
    }
}
