using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Usher.Bench.Sale;
using Usher.Bench.Server;
using Usher.Testing;

namespace Usher.Bench.Imports;

/// <summary>
/// <c>imports [--engine postgres|sqlite|both] [--files 2] [--rows 100000] [--buyers 8]</c>: what those who book feel of imports beside
/// them. The buyers come one by one, with a tenth of a second between.
/// </summary>
internal static class ImportsCommand
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10), Between = TimeSpan.FromMilliseconds(100);

    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("engine", "files", "rows", "buyers");
        var (files, rows, buyers) = (arguments.Number("files", 2), arguments.Number("rows", 100_000), arguments.Number("buyers", 8));
        string[] engines = (arguments.Text("engine") ?? "both") switch
        {
            "both" => ["SQLite", "PostgreSQL"],
            "postgres" => ["PostgreSQL"],
            "sqlite" => ["SQLite"],
            var other => throw new UsageException($"--engine takes postgres, sqlite or both, not '{other}'."),
        };
        var file = Path.GetTempFileName();
        try
        {
            await Write(file, rows, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files} files of {rows:N0} events and {new FileInfo(file).Length / 1e6:N1} MB, {buyers} buyers"));
            await using var postgres = await LocalPostgres.Start(durable: true, cancellationToken);
            foreach (var engine in engines)
                await Measure(engine, postgres, file, files, buyers, cancellationToken);
            return 0;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task Measure(string engine, LocalPostgres postgres, string file, int files, int buyers, CancellationToken cancellationToken)
    {
        await using var database = engine == "SQLite" ? null : await ScratchDatabase.Create(postgres, cancellationToken);
        (string, string)[] settings = database is null
            ? [("Database__Engine", "Sqlite")]
            : [("Database__Engine", "Postgres"), ("ConnectionStrings__Database", database.ConnectionString)];
        await using var server = await UsherServer.Start([""], cancellationToken, [("Catalog__ImportsAtOnce", $"{files}"), .. settings]);
        using var client = new UsherClient(server.Ports[0]);
        var ticket = (await client.CreateEvents(1, cancellationToken))[0];
        var tokens = await client.RegisterBuyers(buyers, cancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Ports[0]}/"), Timeout = TimeSpan.FromHours(1) };

        var before = await Sell(http, tokens, ticket, Task.Delay(Quiet, cancellationToken), cancellationToken);
        Console.WriteLine($"{engine}  alone            {before}");
        var since = Stopwatch.StartNew();
        var imports = Task.WhenAll(await Task.WhenAll(Enumerable.Range(0, files).Select(async _ => Import(http, await client.Register("organizer", cancellationToken), file, cancellationToken))));
        var beside = await Sell(http, tokens, ticket, imports, cancellationToken);
        var (statuses, seconds) = (string.Join(", ", await imports), since.Elapsed.TotalSeconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine}  beside imports   {beside}   imports: {statuses}, after {seconds:N0} s"));
    }

    private static async Task<string> Import(HttpClient http, string token, string file, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file);
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/events/import") { Content = new StreamContent(content) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var answer = await http.SendAsync(request, cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK ? "200" : $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}";
    }

    private static async Task<string> Sell(HttpClient http, string[] tokens, byte[] ticket, Task until, CancellationToken cancellationToken)
    {
        var all = (await Task.WhenAll(tokens.Select(token => Buy(http, token, ticket, until, cancellationToken)))).SelectMany(of => of).ToList();
        var times = all.ConvertAll(one => one.Milliseconds);
        times.Sort();
        var statuses = string.Join(", ", all.GroupBy(one => one.Status).Select(of => $"{of.Key}: {of.Count()}"));
        return string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5):N1} ms  p99 {At(0.99):N1} ms  slowest {times[^1]:N1} ms  {statuses}");

        double At(double quantile) => times[(int)(quantile * (times.Count - 1))];
    }

    private static async Task<List<(int Status, double Milliseconds)>> Buy(HttpClient http, string token, byte[] ticket, Task until, CancellationToken cancellationToken)
    {
        var bought = new List<(int, double)>();
        while (!until.IsCompleted)
        {
            var since = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/bookings") { Content = new ByteArrayContent(ticket) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await http.SendAsync(request, cancellationToken);
            bought.Add(((int)answer.StatusCode, Stopwatch.GetElapsedTime(since).TotalMilliseconds));
            await Task.Delay(Between, cancellationToken);
        }
        return bought;
    }

    /// <summary>Events of some six hundred bytes, each with two ticket types.</summary>
    private static async Task Write(string file, int rows, CancellationToken cancellationToken)
    {
        await using var lines = new StreamWriter(file);
        var date = TimeProvider.System.GetUtcNow().AddDays(90);
        var about = new StringBuilder().Insert(0, "An evening of strings and late light in the small hall. ", 5);
        for (var row = 0; row < rows; row++)
            await lines.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $$"""
                {"name":"Evening {{row}}","description":"{{about}}","date":"{{date.AddHours(row % 9000):yyyy-MM-ddTHH:mm:ssZ}}","timeZone":"Europe/Vienna","location":"Hall {{row % 500}}","city":"City {{row % 300}}","country":"Austria","category":"concert","tags":["strings","late"],"totalCapacity":500,"latitude":48.{{row % 1000:000}},"longitude":16.{{row % 1000:000}},"ticketTypes":[{"name":"Seat","price":{{10 + row % 90}},"quantityAvailable":400},{"name":"Box","price":150,"quantityAvailable":50}]}
                """).AsMemory(), cancellationToken);
    }
}
