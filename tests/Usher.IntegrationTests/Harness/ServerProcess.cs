using System.Collections.Concurrent;
using System.Diagnostics;
using Usher.Testing;

namespace Usher.IntegrationTests.Harness;

/// <summary>The program as a process of its own: for what is killed, paused, given a role, or has a neighbour.</summary>
public sealed class ServerProcess : UsherServer
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "usher.dll");

    private readonly Process _process;

    private ServerProcess(TestDatabase database, Process process, ConcurrentQueue<string> output, Uri address) : base(database, address, output) => _process = process;

    public static Task<ServerProcess> Start(TestDatabase database, params (string Key, string Value)[] settings) => Start(database, [], settings);

    /// <param name="role">No word to serve and work, or one of <c>serve</c> and <c>work</c>, which want a database that is migrated.</param>
    public static async Task<ServerProcess> Start(TestDatabase database, string[] role, params (string Key, string Value)[] settings)
    {
        var server = Begin(database, role, settings);
        await server.UntilReady();
        return server;
    }

    /// <summary>Without waiting for its first answer.</summary>
    public static ServerProcess Begin(TestDatabase database, string[] role, params (string Key, string Value)[] settings)
    {
        var address = new Uri(settings.FirstOrDefault(setting => setting.Key == "urls").Value ?? FreeAddress());
        var (process, output) = Launch(database, [("urls", address.ToString().TrimEnd('/')), .. settings], role);
        return new(database, process, output, address);
    }

    /// <summary>Runs a verb on the same database to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunVerb(TestDatabase database, string[] words, params (string Key, string Value)[] settings)
    {
        var (process, output) = Launch(database, settings, words);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"It did not end:\n{string.Join('\n', output)}");
        }
        process.WaitForExit();
        return (process.ExitCode, string.Join('\n', output));
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        Costs.Ends(_process);
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Whether the runtime has come as far as to this assembly. Where that cannot be seen it has.</summary>
    public bool HasLoaded(string assembly)
    {
        try
        {
            return !OperatingSystem.IsLinux() || File.ReadLines($"/proc/{_process.Id}/maps").Any(line => line.EndsWith($"/{assembly}.dll", StringComparison.Ordinal));
        }
        catch (IOException) when (_process.HasExited)
        {
            return true;
        }
    }

    /// <summary>SIGTERM, without waiting for what comes of it.</summary>
    public void Leave()
    {
        Costs.Ends(_process);
        Signals.Terminate(_process);
    }

    /// <returns>With which exit code it ended by itself.</returns>
    public async Task<int> Gone()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40));
        return _process.ExitCode;
    }

    /// <summary>A process that sleeps through a while.</summary>
    public void Pause() => Signals.Pause(_process);

    public void Continue() => Signals.Continue(_process);

    protected override async ValueTask End()
    {
        if (!_process.HasExited)
        {
            Costs.Ends(_process);
            Signals.Terminate(_process);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
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

    private static (Process, ConcurrentQueue<string>) Launch(TestDatabase database, (string Key, string Value)[] settings, string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = database.DataDirectory,
        };
        (string Key, string Value)[] all =
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("DOTNET_ENVIRONMENT", "Development"),
            // Few live long enough to gain by what the compiler would learn of them.
            ("DOTNET_TieredPGO", "0"),
            // A start is compiling above all, and each page of that is mapped twice otherwise: a tenth of what these tests cost.
            ("DOTNET_EnableWriteXorExecute", "0"),
            // Machines whose calendars have other years: what is written must not follow them.
            ("LC_ALL", database.Engine == Engine.Sqlite ? "th_TH.UTF-8" : "fa_IR.UTF-8"),
            .. Settings(database, settings),
        ];
        foreach (var (key, value) in all)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;

        var output = new ConcurrentQueue<string>();
        Costs.Started();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Remember(line.Data);
        process.ErrorDataReceived += (_, line) => Remember(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return (process, output);

        void Remember(string? line)
        {
            if (line is not null)
                output.Enqueue(line);
        }
    }

    protected override string? EndedWith => _process.HasExited ? $"code {_process.ExitCode}" : null;
}
