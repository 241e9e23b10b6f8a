using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Usher.Bench.Sale;

namespace Usher.Bench.Abuse;

/// <summary>
/// <c>storm</c>: what <c>abuse</c> lets loose on a server, as a process of its own that gets what the others leave of the
/// processors. It says in one line of JSON what it did.
/// </summary>
internal static class StormCommand
{
    public const string LogIns = "log-ins", Slow = "slow", Bots = "bots", Readers = "readers";

    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("kind", "port", "connections", "seconds", "file");
        var (port, connections) = (arguments.Number("port", 5080), arguments.Number("connections", 1));
        var until = Stopwatch.GetTimestamp() + arguments.Number("seconds", 1) * Stopwatch.Frequency;
        var bodies = arguments.Text("file") is { } file ? await File.ReadAllLinesAsync(file, cancellationToken) : [];
        Func<int, Task<Tally>> one = arguments.Text("kind") switch
        {
            LogIns => _ => Hammer(port, WrongPassword, TimeSpan.FromMilliseconds(100), until),
            Bots => index => Hammer(port, Booking(bodies[0], bodies[1 + index % (bodies.Length - 1)]), TimeSpan.Zero, until),
            Readers => _ => Hammer(port, Search, TimeSpan.Zero, until),
            Slow => index => Trickle(port, index, until),
            var kind => throw new UsageException($"There is no storm '{kind}'."),
        };
        var tallies = await Task.WhenAll(Enumerable.Range(0, connections).Select(index => Task.Run(() => one(index), cancellationToken)));
        var all = Tally.Sum(tallies, 0, long.MaxValue, wanted: 0);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new StormResult(
            all.Statuses, all.WithoutRetryAfter, all.RefusedMilliseconds(0.5), all.RefusedMilliseconds(0.99), Environment.CpuUsage.TotalTime.TotalSeconds)));
        return 0;
    }

    /// <summary>Again and again, with hardly a pause after a refusal, whatever it says about when to come again.</summary>
    private static async Task<Tally> Hammer(int port, Func<byte[]> request, TimeSpan pause, long until)
    {
        var tally = new Tally(0, long.MaxValue, wanted: 0);
        using var wire = new HttpWire(port, 64 * 1024);
        await wire.Connect();
        while (Stopwatch.GetTimestamp() < until)
        {
            var since = Stopwatch.GetTimestamp();
            var status = await wire.Ask(request());
            tally.Add(status, wire, since);
            if (status is 429 or 503 && pause > TimeSpan.Zero)
                await Task.Delay(pause);
        }

        return tally;
    }

    /// <summary>Each time another account, from another address: nothing that is counted by either is in the way.</summary>
    private static byte[] WrongPassword()
    {
        var body = $$"""{"email":"somebody-{{Random.Shared.NextInt64():x}}@example.com","password":"wrong horse battery"}""";
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {Address()}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }

    /// <summary>No two are the same, so that no kept answer serves them.</summary>
    private static byte[] Search() => Encoding.ASCII.GetBytes(
        $"GET /api/events?q=on+sale&maxPrice={Random.Shared.Next(30, 1_000_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {Address()}\r\n\r\n");

    private static Func<byte[]> Booking(string body, string token)
    {
        var bytes = RequestBytes.Post("/api/bookings", token, [Encoding.ASCII.GetBytes(body)]).Next().ToArray();
        return () => bytes;
    }

    private static IPAddress Address() => new(BitConverter.GetBytes(Random.Shared.Next()));

    /// <summary>Headers or a body that come a byte at a time; hung up on, it calls again.</summary>
    private static async Task<Tally> Trickle(int port, int index, long until)
    {
        const string Post = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        var tally = new Tally(0, long.MaxValue, wanted: 0);
        var (beginning, more) = (index % 3) switch
        {
            0 => ("GET /api/events HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a"),
            1 => ($"{Post}Content-Length: 60000\r\n\r\n", "a"),
            _ => ($"{Post}Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"),
        };
        byte[] start = Encoding.ASCII.GetBytes(beginning), piece = Encoding.ASCII.GetBytes(more), answer = new byte[1024];
        while (Stopwatch.GetTimestamp() < until)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                await socket.SendAsync(start);
                var heard = socket.ReceiveAsync(answer);
                while (Stopwatch.GetTimestamp() < until && !heard.IsCompleted)
                {
                    await Task.Delay(500);
                    if (!heard.IsCompleted)
                        await socket.SendAsync(piece);
                }

                // 408, or hung up on without a word: how many was done to.
                if (heard.IsCompleted)
                    tally.Statuses[408] = tally.Statuses.GetValueOrDefault(408) + 1;
            }
            catch (SocketException)
            {
                tally.Statuses[408] = tally.Statuses.GetValueOrDefault(408) + 1;
            }
        }

        return tally;
    }
}

/// <param name="Statuses">Answers of each status; for the slow ones, under 408, how often they were hung up on.</param>
/// <param name="RefusedP50">Milliseconds that a 429 or 503 took.</param>
/// <param name="CpuSeconds">What the storm itself took of the machine.</param>
internal sealed record StormResult(
    SortedDictionary<int, long> Statuses, long WithoutRetryAfter, double RefusedP50, double RefusedP99, double CpuSeconds);
