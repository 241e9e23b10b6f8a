using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Usher.Bench.Finding;
using Usher.Bench.Sale;
using Usher.Bench.Server;
using Usher.Testing;

namespace Usher.Bench.Memory;

/// <summary>
/// <c>memory</c>: what the server keeps resident through an hour of people who ask for much, one kind after another in one
/// run. The figure of a step is the most that was seen during it.
/// </summary>
internal sealed class MemoryCommand(UsherServer server, CancellationToken stop)
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 200 })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{server.Ports[0]}/"),
        Timeout = TimeSpan.FromSeconds(120),
    };

    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("engine", "events", "seconds", "bookings", "data", "server", "goal");
        Repository.Server = arguments.Text("server") ?? Repository.Server;
        var onPostgres = (arguments.Text("engine") ?? "sqlite") == "postgres";
        await using var postgres = onPostgres ? await LocalPostgres.Start(durable: true, dataDirectory: null, cancellationToken) : null;
        var database = postgres is null ? null : await postgres.CreateDatabase("memory", cancellationToken);
        // As it is started without a word about anything: all roles in one process.
        await using var server = await UsherServer.Start([""], cancellationToken,
            ("Database__Engine", onPostgres ? "Postgres" : "Sqlite"), ("ConnectionStrings__Database", database ?? ""));
        Console.WriteLine($"{Machine.Describe()}; {arguments.CommandLine}");

        var command = new MemoryCommand(server, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(10), cancellationToken);
        Console.WriteLine($"at rest {server.ResidentMegabytes} MB");
        using var client = new UsherClient(server.Ports[0]);
        var (organizer, buyer) = (await client.Register("organizer", cancellationToken), await client.Register("attendee", cancellationToken));
        var grown = new GrownEvents(arguments.Text("data") ?? DataSets.Directory(), TimeProvider.System.GetUtcNow());
        if (database is null)
            SqliteCatalogue.Load(server.SqliteFile, grown, arguments.Number("events", 30_000), cancellationToken);
        else
            await PostgresCatalogue.Load(database, grown, arguments.Number("events", 30_000), cancellationToken);
        var show = await command.Announce(organizer);
        await command.Book(buyer, show, arguments.Number("bookings", 10_000));

        var most = 0;
        foreach (var (what, step) in new (string, Func<Task>)[]
        {
            ("100 readers of single events", () => command.ReadEvents(TimeSpan.FromSeconds(arguments.Number("seconds", 20)))),
            ("4,900 wrong queries of 7.8 kB", () => command.Repeat(4_900, 50, i => new(HttpMethod.Get, $"api/events?q={i}{new string('x', 7_800)}"), HttpStatusCode.BadRequest)),
            ("19,500 spellings of one token", () => command.Repeat(19_500, 50, i => Asking("api/me", $"Bearer{new string(' ', 1 + i % 7_000)}{buyer}{new string(' ', i / 7_000)}"))),
            ("20 exports", () => command.Repeat(20, 20, _ => Asking("api/me/export", $"Bearer {buyer}"), HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable)),
            ("40 slow readers of a table", () => command.ReadSlowly(40, organizer, show.Event, TimeSpan.FromSeconds(arguments.Number("seconds", 20)))),
        })
        {
            var seen = await server.MostResidentMegabytes(step);
            most = Math.Max(most, seen);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {seen} MB, and {server.ResidentMegabytes} MB afterwards"));
        }
        Console.WriteLine($"most {most} MB");
        return most <= arguments.Number("goal", 400) ? 0 : 1;
    }

    private async Task<(Guid Event, Guid Type)> Announce(string organizer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/events")
        {
            Headers = { { "Authorization", $"Bearer {organizer}" } },
            Content = new StringContent(JsonSerializer.Serialize(new
            {
                name = "Memory",
                date = TimeProvider.System.GetUtcNow().AddYears(1),
                location = "Here",
                totalCapacity = 1_000_000,
                maxPerUser = 1_000_000,
                ticketTypes = new[] { new { name = "Standing", price = 0m, quantityAvailable = 1_000_000 } },
            }), new MediaTypeHeaderValue("application/json")),
        };
        using var answer = await _http.SendAsync(request, stop);
        using var made = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(stop));
        return (made.RootElement.GetProperty("id").GetGuid(), made.RootElement.GetProperty("ticketTypes")[0].GetProperty("id").GetGuid());
    }

    private Task Book(string buyer, (Guid Event, Guid Type) show, int count) => Repeat(count, 8, _ => new HttpRequestMessage(HttpMethod.Post, "api/bookings")
    {
        Headers = { { "Authorization", $"Bearer {buyer}" } },
        Content = new StringContent(JsonSerializer.Serialize(new { eventId = show.Event, ticketTypeId = show.Type, quantity = 1 }), new MediaTypeHeaderValue("application/json")),
    }, HttpStatusCode.Created);

    private async Task ReadEvents(TimeSpan time)
    {
        var ids = new List<Guid>();
        for (var page = 1; page <= 100; page++)
        {
            using var list = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"api/events?limit=100&page={page}&status=all", UriKind.Relative), stop));
            ids.AddRange(list.RootElement.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetGuid()));
        }
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(time);
        var read = 0;
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            while (!over.IsCancellationRequested)
            {
                await Send(new HttpRequestMessage(HttpMethod.Get, $"api/events/{ids[Random.Shared.Next(ids.Count)]}"), HttpStatusCode.OK);
                Interlocked.Increment(ref read);
            }
        }));
        Console.WriteLine($"{read} events were read");
    }

    private Task Repeat(int times, int atOnce, Func<int, HttpRequestMessage> request, params HttpStatusCode[] expected) =>
        Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = stop },
            async (i, _) => await Send(request(i), expected.Length == 0 ? [HttpStatusCode.OK, HttpStatusCode.Unauthorized] : expected));

    private async Task Send(HttpRequestMessage request, params HttpStatusCode[] expected)
    {
        using (request)
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            // What nobody keeps on this side must not be confused with what is kept on the other.
            await answer.Content.CopyToAsync(Stream.Null, stop);
            if (!expected.Contains(answer.StatusCode))
                throw new UnsoundException($"{request.RequestUri!.OriginalString[..Math.Min(60, request.RequestUri.OriginalString.Length)]}: {(int)answer.StatusCode}");
        }
    }

    /// <summary>A few hundred bytes a second each, in a window as small as the system gives.</summary>
    private Task ReadSlowly(int readers, string organizer, Guid show, TimeSpan time) => Task.WhenAll(Enumerable.Range(0, readers).Select(async _ =>
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(IPAddress.Loopback, server.Ports[0], stop);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /api/events/{show}/bookings?format=csv HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {organizer}\r\n\r\n"), stop);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(time);
        var some = new byte[700];
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(1_000, stop);
            if (await socket.ReceiveAsync(some, stop) == 0)
                break;
        }
    }));

    private static HttpRequestMessage Asking(string path, string authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return request;
    }
}
