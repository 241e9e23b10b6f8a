using System.Globalization;
using System.Text;
using Usher.Bench.Sale;
using Usher.Bench.Server;
using Usher.Testing;

namespace Usher.Bench.Cache;

/// <summary>
/// <c>cache</c>: a page of twenty events out of our cache, beside a web server that does nothing but send the same bytes, and
/// beside the caches that could be borrowed; then how long a reader waits for it while an event is on sale at full speed.
/// </summary>
internal static class CacheCommand
{
    private const string Path = "/api/events?limit=20";
    private const string Usher = "usher";

    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("seconds", "warmup", "rounds", "connections", "out");
        var page = arguments.Page("benchmark-cache.md");
        var (rounds, connections) = (arguments.Number("rounds", 3), arguments.Number("connections", 64));
        var (warmUp, window) = (TimeSpan.FromSeconds(arguments.Number("warmup", 3)), TimeSpan.FromSeconds(arguments.Number("seconds", 5)));
        await using var postgres = await LocalPostgres.Start(durable: true, cancellationToken);
        await using var database = await ScratchDatabase.Create(postgres, cancellationToken);
        await using var server = await UsherServer.OnPostgres(database.ConnectionString, processes: 1, cancellationToken);
        using var client = new UsherClient(server.Ports[0]);
        var tickets = await client.CreateEvents(20, cancellationToken);

        var file = System.IO.Path.GetTempFileName();
        using (var http = new HttpClient())
            await File.WriteAllBytesAsync(file, await http.GetByteArrayAsync(new Uri($"http://127.0.0.1:{server.Ports[0]}{Path}"), cancellationToken), cancellationToken);
        await using var others = await Others.Start(file, cancellationToken);

        var speeds = new Dictionary<string, List<double>>();
        for (var round = 1; round <= rounds; round++)
            foreach (var (name, port) in others.Ports.Append((Usher, server.Ports[0])))
            {
                var load = await Read(port, connections, warmUp, window, cancellationToken);
                (speeds.TryGetValue(name, out var known) ? known : speeds[name] = []).Add(load.PerSecond);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"round {round}  {name,-14} {load.PerSecond,9:N0}/s  p99 {load.P99Milliseconds,6:0.00} ms  load generator {load.GeneratorCores:0.0} cores  refused {load.Refused} {load.Refusal}"));
            }

        var tokens = await client.RegisterBuyers(64, cancellationToken);
        var selling = LoadGenerator.Run(
            new Load(server.Ports, index => RequestBytes.Post("/api/bookings", tokens[index % tokens.Length], [tickets[0]]), 201, 256, warmUp, window * 2), cancellationToken);
        var reading = Read(server.Ports[0], 2, warmUp, window * 2, cancellationToken);
        var (sold, read) = (await selling, await reading);

        var text = Markdown(arguments, new FileInfo(file).Length, connections, warmUp, window, await Machine.Describe(postgres, cancellationToken), speeds, sold, read);
        File.Delete(file);
        Console.WriteLine(text);
        if (page is not null)
            await File.WriteAllTextAsync(page, text, cancellationToken);
        return 0;
    }

    private static Task<LoadResult> Read(int port, int connections, TimeSpan warmUp, TimeSpan window, CancellationToken cancellationToken) =>
        LoadGenerator.Run(new Load([port], _ => RequestBytes.Get(Path, token: null), 200, connections, warmUp, window), cancellationToken);

    private static string Markdown(
        Arguments arguments, long size, int connections, TimeSpan warmUp, TimeSpan window, string machine,
        Dictionary<string, List<double>> speeds, LoadResult sold, LoadResult read)
    {
        var table = new StringBuilder();
        foreach (var (name, what) in ((string, string)[])[
            (BytesApp.Bare, "Kestrel, and a function that sends the bytes"), (BytesApp.OutputCache, "the framework's OutputCache"), (BytesApp.Fusion, "FusionCache, before routing"),
            (Usher, "Usher, a cached response with all its headers")])
            table.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {what} | **{Median(speeds[name]):N0}** | {speeds[name].Min():N0}–{speeds[name].Max():N0} | {Ratio(speeds, name):0.00} |");
        var (ratio, p99) = (Ratio(speeds, Usher), read.P99Milliseconds);
        return string.Create(CultureInfo.InvariantCulture, $"""
            # A cached list

            `GET {Path}`, 20 events in {size:N0} bytes, {connections} connections. Medians of {speeds[Usher].Count} interleaved rounds of {window.TotalSeconds:0} s after
            {warmUp.TotalSeconds:0} s of warm-up; the ratio is taken within a round. The server, PostgreSQL and the load generator share the machine. Usher's
            figure includes the reads from the database, about twice a second. All contenders use the server's GC settings.

            - machine: {machine}
            - commit: {Repository.Commit()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}
            - command: `{arguments.CommandLine}`

            | | what it is | per second | lowest–highest | ÷ bare |
            |---|---|--:|--:|--:|
            {table}
            The same list, read by 2 connections while 256 others buy one ticket type as fast as they can ({sold.PerSecond:N0} bookings a second,
            {sold.Refused} refused): {read.PerSecond:N0} reads a second, p50 {read.P50Milliseconds:0.0} ms, p99 {read.P99Milliseconds:0.0} ms.

            | goal | wanted | measured | |
            |---|--:|--:|---|
            | usher ÷ bare | ≥ 0.80 | {ratio:0.00} | {(ratio >= 0.8 ? "reached" : "**missed**")} |
            | p99 of a list beside an on-sale, ms | ≤ 20 | {p99:0.0} | {(p99 <= 20 ? "reached" : "**missed**")} |

            """);
    }

    private static double Ratio(Dictionary<string, List<double>> speeds, string name) =>
        Median([.. speeds[name].Zip(speeds[BytesApp.Bare], (speed, bare) => speed / bare)]);

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The processes of <see cref="BytesApp"/>, one of each kind.</summary>
    private sealed class Others : IAsyncDisposable
    {
        private readonly List<ChildProcess> _processes = [];

        public List<(string Name, int Port)> Ports { get; } = [];

        public static async Task<Others> Start(string file, CancellationToken cancellationToken)
        {
            var others = new Others();
            foreach (var how in (string[])[BytesApp.Bare, BytesApp.OutputCache, BytesApp.Fusion])
            {
                var port = LocalPostgres.FreePort();
                var process = ChildProcess.Start(typeof(BytesApp).Assembly.Location, ["bytes", "--port", $"{port}", "--how", how, "--file", file],
                    new Dictionary<string, string> { ["DOTNET_gcServer"] = "1", ["DOTNET_TieredPGO"] = "0" });
                others._processes.Add(process);
                others.Ports.Add((how, port));
                await process.Answers(port, cancellationToken);
            }

            return others;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var process in _processes)
                await process.DisposeAsync();
        }
    }
}
