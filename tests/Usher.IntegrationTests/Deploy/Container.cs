using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Usher.Testing;

namespace Usher.IntegrationTests.Deploy;

/// <summary>
/// What a container engine would start, as a process: a root file system of its own that is read-only, a user without rights,
/// the mounts and the environment that were asked for and nothing else. It shares the network of the machine. For Linux; mounting
/// is for root, or for whoever may become it without being asked.
/// </summary>
internal sealed class Container : IAsyncDisposable
{
    private const string Enter = """
        set -e
        root=$1 hosts=$2 mounts=$3 writable=$4 user=$5 workdir=$6
        shift 6
        mount -t tmpfs -o mode=755 tmpfs "$root"
        for folder in /bin /sbin /lib /lib32 /lib64; do
          if [ -L $folder ]; then cp -P $folder "$root$folder"; elif [ -d $folder ]; then mkdir "$root$folder"; mount --rbind $folder "$root$folder"; fi
        done
        for folder in /usr /etc /proc /dev; do mkdir "$root$folder"; mount --rbind $folder "$root$folder"; done
        mount --bind "$hosts" "$root/etc/hosts"
        printf '%s' "$mounts" | while IFS='|' read -r source target; do
          if [ -d "$source" ]; then mkdir -p "$root$target"; else mkdir -p "$root${target%/*}"; [ -e "$root$target" ] || : >"$root$target"; fi
          mount --bind "$source" "$root$target"
        done
        for folder in $writable; do mkdir -p "$root$folder"; mount -t tmpfs -o mode=1777 tmpfs "$root$folder"; done
        mount -o remount,bind,ro "$root"
        exec chroot "$root" /usr/bin/setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
          /usr/bin/env -i -C "$workdir" "$@"
        """;

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private Container(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public bool HasEnded => _process.HasExited;

    /// <summary>Where the runtime lies that runs these tests; it is there in a container, too.</summary>
    private static string Runtime => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    public static Container Start(Setup setup)
    {
        var root = Directory.CreateDirectory(Path.Combine(setup.Folder, $"root-{Guid.CreateVersion7():N}")).FullName;
        string[] rootly = Environment.IsPrivilegedProcess ? [] : ["sudo", "-n"];
        string[] command =
        [
            .. rootly, "unshare", "--mount", "sh", "-c", Enter, "sh", root, setup.Hosts,
            string.Concat(setup.Mounts.Append((Runtime, Runtime)).Where(mount => !mount.Item2.StartsWith("/usr/", StringComparison.Ordinal)).Select(mount => $"{mount.Item1}|{mount.Item2}\n")),
            string.Join(' ', setup.Writable), setup.User.ToString(CultureInfo.InvariantCulture), setup.WorkingDirectory,
            $"PATH={Runtime}:/usr/sbin:/usr/bin", .. setup.Environment.Select(one => $"{one.Key}={one.Value}"), .. setup.Command,
        ];
        return new(Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!);
    }

    /// <summary>For what does its work and ends.</summary>
    public static async Task<(int ExitCode, string Output)> Run(Setup setup)
    {
        await using var container = Start(setup);
        await container._process.WaitForExitAsync();
        container._process.WaitForExit();
        return (container._process.ExitCode, container.Output);
    }

    /// <summary>Until somebody listens there, or it ends.</summary>
    public async Task Listens(IPEndPoint at)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            Assert.False(HasEnded, $"It ended with {(HasEnded ? _process.ExitCode : 0)}: {Output}");
            Assert.True(waited.Elapsed.TotalSeconds < 120, $"Nobody listens at {at}: {Output}");
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(at);
                return;
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }
    }

    /// <summary>kill -9.</summary>
    public async Task Kill() => await End(kill: true);

    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
            await End(kill: false);
        _process.Dispose();
    }

    private async Task End(bool kill)
    {
        // sudo stays before what it started; without it every step has become the next.
        if (Environment.IsPrivilegedProcess && kill)
            _process.Kill();
        else if (Environment.IsPrivilegedProcess)
            Signals.Terminate(_process);
        else
            using (var signal = Process.Start("sudo", ["-n", "kill", kill ? "-9" : "-15", (await File.ReadAllTextAsync($"/proc/{_process.Id}/task/{_process.Id}/children")).Trim()]))
                await signal.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await _process.WaitForExitAsync(patience.Token);
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (_output.Count > 60)
            _output.TryDequeue(out _);
    }

    /// <param name="Folder">Where its root is put.</param>
    /// <param name="Hosts">The names it knows.</param>
    /// <param name="Writable">Folders that are its own and gone with it.</param>
    internal sealed record Setup(
        string Folder, string Hosts, int User, string WorkingDirectory, IReadOnlyList<(string Source, string Target)> Mounts,
        IReadOnlyList<string> Writable, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> Command);
}
