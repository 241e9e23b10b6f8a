using System.Diagnostics;

namespace Usher.Bench.Sale;

/// <summary>Connections that each send their next request as soon as the last one is answered.</summary>
internal static class LoadGenerator
{
    /// <summary>
    /// Answers are handled on the thread that polls the sockets, instead of being handed to the thread pool one by one.
    /// Read once by the runtime, so it has to be set before the first socket; child processes must not inherit it.
    /// </summary>
    public const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<LoadResult> Run(Load load, CancellationToken cancellationToken)
    {
        var from = Stopwatch.GetTimestamp() + (long)(load.WarmUp.TotalSeconds * Stopwatch.Frequency);
        var until = from + (long)(load.Window.TotalSeconds * Stopwatch.Frequency);
        var connections = Enumerable.Range(0, load.Connections)
            .Select(index => new Connection(load, index, from, until))
            .ToArray();
        try
        {
            var running = Task.WhenAll(connections.Select(connection => connection.Run()));
            await Task.Delay(load.WarmUp, cancellationToken);
            var cpuBefore = Environment.CpuUsage.TotalTime;
            await Task.Delay(load.Window, cancellationToken);
            var cpu = Environment.CpuUsage.TotalTime - cpuBefore;
            await running.WaitAsync(Patience, cancellationToken);
            // The last answer came on a polling thread; what follows may block.
            await Task.Yield();
            return LoadResult.Of(connections, load.Window, cpu);
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    /// <summary>One connection and what it saw.</summary>
    internal sealed class Connection(Load load, int index, long from, long until) : IDisposable
    {
        private readonly HttpWire _wire = new(load.Ports[index % load.Ports.Count]);
        private readonly RequestBytes _requests = load.RequestsOf(index);

        /// <summary>Answers with the expected status, from the first to the last, warm-up included.</summary>
        public long Acknowledged { get; private set; }

        public long Refused { get; private set; }

        /// <summary>In the measured window: how long each acknowledged request took, in ticks of the stopwatch.</summary>
        public List<long> Latencies { get; } = [];

        /// <summary>An example of a refusal, to say why.</summary>
        public string? Refusal { get; private set; }

        public async Task Run()
        {
            await _wire.Connect();
            var sent = Stopwatch.GetTimestamp();
            while (sent < until)
            {
                var status = await _wire.Ask(_requests.Next());
                var answered = Stopwatch.GetTimestamp();
                if (status == load.ExpectedStatus)
                {
                    Acknowledged++;
                    if (answered >= from && answered < until)
                        Latencies.Add(answered - sent);
                }
                else
                {
                    Refused++;
                    Refusal ??= _wire.OneLine;
                }

                sent = answered;
            }
        }

        public void Dispose() => _wire.Dispose();
    }
}

/// <summary>
/// Connections to these ports of the loopback, in turns; each sends the requests its index gives it. A request counts
/// when its answer has the expected status and comes inside the window.
/// </summary>
internal sealed record Load(
    IReadOnlyList<int> Ports, Func<int, RequestBytes> RequestsOf, int ExpectedStatus, int Connections, TimeSpan WarmUp, TimeSpan Window);

/// <summary>
/// Speed and latencies are of the window; acknowledged and refused are all from the first to the last, warm-up included,
/// because that is what the database must know of. The cores are those the load generator itself kept busy.
/// </summary>
internal sealed record LoadResult(
    double PerSecond, double P50Milliseconds, double P99Milliseconds, long Acknowledged, long Refused, string? Refusal, double GeneratorCores)
{
    public static LoadResult Of(IReadOnlyList<LoadGenerator.Connection> connections, TimeSpan window, TimeSpan cpu)
    {
        long[] latencies = [.. connections.SelectMany(connection => connection.Latencies).Order()];
        return new LoadResult(
            latencies.Length / window.TotalSeconds,
            Milliseconds(latencies, 0.50),
            Milliseconds(latencies, 0.99),
            connections.Sum(connection => connection.Acknowledged),
            connections.Sum(connection => connection.Refused),
            connections.Select(connection => connection.Refusal).FirstOrDefault(refusal => refusal is not null),
            cpu / window);
    }

    private static double Milliseconds(long[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[(int)(quantile * (sorted.Length - 1))] * 1000.0 / Stopwatch.Frequency;
}
