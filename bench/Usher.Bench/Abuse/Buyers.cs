using System.Collections.Concurrent;
using System.Diagnostics;
using Usher.Bench.Sale;

namespace Usher.Bench.Abuse;

/// <summary>Those who want to be served. Whoever is refused comes again when they were told to.</summary>
internal static class Buyers
{
    private const int LongestAnswer = 8 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// They come at a steady pace, whatever becomes of those before them, and their time counts from when they came: also that in
    /// which they wait for a connection, of which there are only so many.
    /// </summary>
    public static async Task<Tally> Steady(Load load, double perSecond, CancellationToken cancellationToken)
    {
        var window = new Times(load);
        var (idle, late) = (new ConcurrentQueue<Buyer>(), new ConcurrentQueue<long>());
        Buyer[] buyers = [.. Enumerable.Range(0, load.Connections).Select(index => new Buyer(load, index, window))];
        try
        {
            foreach (var buyer in buyers)
            {
                await buyer.Wire.Connect();
                idle.Enqueue(buyer);
            }

            var start = Stopwatch.GetTimestamp();
            var (between, came) = (Stopwatch.Frequency / perSecond, 0L);
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            while (Stopwatch.GetTimestamp() < window.Until)
            {
                await tick.WaitForNextTickAsync(cancellationToken);
                for (var due = (long)((Stopwatch.GetTimestamp() - start) / between); came < due; came++)
                    late.Enqueue(start + (long)(came * between));
                while (idle.TryDequeue(out var buyer))
                {
                    if (!late.TryDequeue(out var since))
                    {
                        idle.Enqueue(buyer);
                        break;
                    }

                    buyer.Under = Serve(buyer, since);
                }
            }

            late.Clear();
            await Task.WhenAll(buyers.Select(buyer => buyer.Under)).WaitAsync(Patience, cancellationToken);
            await Task.Yield();
            return window.Sum(buyers);
        }
        finally
        {
            foreach (var buyer in buyers)
                buyer.Wire.Dispose();
        }

        async Task Serve(Buyer buyer, long since)
        {
            do
                await buyer.Ask(since);
            while (late.TryDequeue(out since));
            idle.Enqueue(buyer);
        }
    }

    /// <summary>Each comes again as soon as it has been served.</summary>
    public static async Task<Tally> Eager(Load load, CancellationToken cancellationToken)
    {
        var window = new Times(load);
        Buyer[] buyers = [.. Enumerable.Range(0, load.Connections).Select(index => new Buyer(load, index, window))];
        try
        {
            await Task.WhenAll(buyers.Select(BuyOnAndOn)).WaitAsync(load.WarmUp + load.Window + Patience, cancellationToken);
            await Task.Yield();
            return window.Sum(buyers);
        }
        finally
        {
            foreach (var buyer in buyers)
                buyer.Wire.Dispose();
        }

        async Task BuyOnAndOn(Buyer buyer)
        {
            await buyer.Wire.Connect();
            while (Stopwatch.GetTimestamp() < window.Until)
            {
                if (await buyer.Ask(Stopwatch.GetTimestamp()) is { } seconds)
                    await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
            }
        }
    }

    private sealed class Buyer(Load load, int index, Times times)
    {
        private readonly RequestBytes _requests = load.RequestsOf(index);

        public HttpWire Wire { get; } = new(load.Ports[index % load.Ports.Count], LongestAnswer);

        public Tally Tally { get; } = new(times.From, times.Until, load.ExpectedStatus);

        public Task Under { get; set; } = Task.CompletedTask;

        /// <returns>Seconds after which they may come again, if they were refused.</returns>
        public async ValueTask<int?> Ask(long since)
        {
            var status = await Wire.Ask(_requests.Next());
            Tally.Add(status, Wire, since);
            return status is 429 or 503 ? Wire.RetryAfter : null;
        }
    }

    private sealed class Times(Load load)
    {
        private readonly int _wanted = load.ExpectedStatus;

        public long From { get; } = Stopwatch.GetTimestamp() + (long)(load.WarmUp.TotalSeconds * Stopwatch.Frequency);

        public long Until { get; } = Stopwatch.GetTimestamp() + (long)((load.WarmUp + load.Window).TotalSeconds * Stopwatch.Frequency);

        public Tally Sum(Buyer[] buyers) => Tally.Sum([.. buyers.Select(buyer => buyer.Tally)], From, Until, _wanted);
    }
}
