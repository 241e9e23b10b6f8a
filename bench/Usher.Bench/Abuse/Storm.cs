using System.Text;
using System.Text.Json;
using Usher.Bench.Sale;
using Usher.Bench.Server;

namespace Usher.Bench.Abuse;

/// <summary>A <see cref="StormCommand"/> that rages.</summary>
internal sealed class Storm : IAsyncDisposable
{
    private readonly string _file;
    private readonly ChildProcess _process;

    private Storm(string file, ChildProcess process) => (_file, _process) = (file, process);

    /// <summary>It begins with the warm-up of the sale and ends a little after it.</summary>
    public static async Task<Storm> Start(
        string kind, int connections, int port, UsherClient client, byte[] ticket, int bots, Settings settings, CancellationToken cancellationToken)
    {
        var file = Path.GetTempFileName();
        string[] tokens = kind == StormCommand.Bots ? await client.RegisterBuyers(bots, cancellationToken) : [];
        await File.WriteAllLinesAsync(file, [Encoding.ASCII.GetString(ticket), .. tokens], cancellationToken);
        var seconds = (int)(settings.WarmUp + settings.Window).TotalSeconds + 1;
        return new(file, ChildProcess.Start(typeof(StormCommand).Assembly.Location,
            ["storm", "--kind", kind, "--port", $"{port}", "--connections", $"{connections}", "--seconds", $"{seconds}", "--file", file],
            new Dictionary<string, string>(), behind: true));
    }

    public async Task<StormResult> Result(CancellationToken cancellationToken)
    {
        await _process.Finished(cancellationToken);
        return JsonSerializer.Deserialize<StormResult>(_process.Output.Split(Environment.NewLine)[^1])!;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        File.Delete(_file);
    }
}
