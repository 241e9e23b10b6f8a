using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Usher.Bench.Sale;
using Usher.Bench.Server;
using Usher.Testing;

namespace Usher.Bench.Finding;

/// <summary>
/// <c>reads</c>: what a single event costs among many and among ten, what the dearest questions cost beside the plainest list,
/// in turn in one run; then what a stranger's list takes while a crowd at one address asks for nothing but those.
/// </summary>
internal static class ReadsCommand
{
    private static readonly string[] Dearest =
    [
        "api/events/facets?q=the&near=48.2,16.4&radiusKm=19000&minPrice=1&maxPrice=900&currency=EUR&availability=available&dateFrom=2020-01-01&dateTo=2040-01-01&status=all",
        "api/events/facets?status=all&q=the",
        "api/events?q=new+york&status=all&sortBy=name",
        "api/events?near=48.2,16.4&sortBy=distance",
        "api/events?near=48.2,16.4&sortBy=distance&order=desc&status=all",
        "api/events?minPrice=10&maxPrice=60&currency=EUR&availability=available&sortBy=popularity",
        "api/events?q=the+of+and+in+with+a+for+new+york+at+on+to",
        "api/events?q=the+of+and+in+with+a+for+new+york+at+on+to&status=all&sortBy=name",
        "api/events?q=s",
        "api/events?q=s&status=all&sortBy=name",
        "api/events?location=a&status=all&sortBy=name",
        "api/events?name=e&status=all&sortBy=price",
        "api/events?q=" + "a+b+c+d+e+f+g+h+i+k+l+m+n+o+p+q+r+s+t+u+v+w+x+y+z+a+b+c+d+e+f+g+h+i+k+l+m+n+o+p+q+r+s+t+u+v+w+x+y+z+a+b+c+d+e+f+g+h+i+k+l+m+n+o+p+q+r+s+t+u+v+w+x+y+z&status=all",
    ];

    /// <summary>Some of them are drafts.</summary>
    private const int Few = 10;

    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("engine", "events", "rounds", "crowd", "seconds", "data", "server");
        Repository.Server = arguments.Text("server") ?? Repository.Server;
        var onPostgres = (arguments.Text("engine") ?? "sqlite") == "postgres";
        await using var postgres = onPostgres ? await LocalPostgres.Start(durable: true, dataDirectory: null, cancellationToken) : null;
        var grown = new GrownEvents(arguments.Text("data") ?? DataSets.Directory(), TimeProvider.System.GetUtcNow());
        await using var few = await Start(postgres, "few", grown, Few, cancellationToken);
        await using var many = await Start(postgres, "many", grown, arguments.Number("events", 30_000), cancellationToken);
        using var one = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{few.Ports[0]}/") };
        using var all = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{many.Ports[0]}/"), Timeout = TimeSpan.FromSeconds(120) };
        Console.WriteLine($"{Machine.Describe()}; {arguments.CommandLine}");

        var rounds = arguments.Number("rounds", 30);
        var alike = await Ids(one, Few, cancellationToken);
        var ids = await Ids(all, alike.Length, cancellationToken);
        foreach (var path in (string[])["", "/availability", "/ticket-types"])
        {
            // What is read for the first time is compiled first, and kept afterwards, on both.
            foreach (var (first, second) in alike.Zip(ids))
                _ = (await Ask(one, $"api/events/{first}{path}", cancellationToken), await Ask(all, $"api/events/{second}{path}", cancellationToken));
            var (alone, among) = (new List<double>(), new List<double>());
            for (var round = 0; round < 10 * rounds; round++)
            {
                alone.Add((await Ask(one, $"api/events/{alike[round % alike.Length]}{path}", cancellationToken)).Milliseconds);
                among.Add((await Ask(all, $"api/events/{ids[round % ids.Length]}{path}", cancellationToken)).Milliseconds);
            }
            Say($"GET /api/events/{{id}}{path}: among ten {Median(alone):0.00} ms, among many {Median(among):0.00} ms, {Median(among) / Median(alone):0.00} ×");
        }

        var plain = new List<double>();
        var asked = Dearest.ToDictionary(path => path, _ => new List<(double Milliseconds, int Status)>());
        for (var round = 0; round < rounds; round++)
            foreach (var path in Dearest)
            {
                plain.Add((await Ask(all, "api/events", cancellationToken)).Milliseconds);
                asked[path].Add(await Ask(all, path, cancellationToken));
            }
        Say($"GET /api/events: median {Median(plain):0.0} ms");
        foreach (var (path, answers) in asked)
            Say($"median {Median(answers.Select(a => a.Milliseconds)),8:0.0} most {answers.Max(a => a.Milliseconds),8:0.0} ms {Median(answers.Select(a => a.Milliseconds)) / Median(plain),6:0.0} × {answers.Count(a => a.Status == 503),3} of {answers.Count} are 503: {path[..Math.Min(110, path.Length)]}");

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(TimeSpan.FromSeconds(arguments.Number("seconds", 15)));
        var crowd = Enumerable.Range(0, arguments.Number("crowd", 60)).Select(i => Crowd(all, i, over.Token)).ToList();
        var stranger = new List<(double Milliseconds, int Status)>();
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(200, cancellationToken);
            stranger.Add(await Ask(all, $"api/events?limit={1 + stranger.Count % 100}", cancellationToken, "198.51.100.7"));
        }
        var answered = (await Task.WhenAll(crowd)).SelectMany(answers => answers).ToList();
        foreach (var (who, answers) in new[] { ("the crowd", answered), ("a stranger", stranger) })
            foreach (var status in answers.GroupBy(a => a.Status))
                Say($"{who}: {status.Count()} × {status.Key}, median {Median(status.Select(a => a.Milliseconds)):0} ms, most {status.Max(a => a.Milliseconds):0} ms");
        return 0;
    }

    private static async Task<UsherServer> Start(LocalPostgres? postgres, string name, GrownEvents grown, int events, CancellationToken cancellationToken)
    {
        var database = postgres is null ? null : await postgres.CreateDatabase(name, cancellationToken);
        var server = await UsherServer.Start(["serve"], cancellationToken, ("Caching__Enabled", "false"), ("ForwardedHeaders__KnownProxies", "127.0.0.1"),
            ("Database__Engine", postgres is null ? "Sqlite" : "Postgres"), ("ConnectionStrings__Database", database ?? ""));
        using (var client = new UsherClient(server.Ports[0]))
            await client.Register("organizer", cancellationToken);
        if (database is null)
            SqliteCatalogue.Load(server.SqliteFile, grown, events, cancellationToken);
        else
            await PostgresCatalogue.Load(database, grown, events, cancellationToken);
        return server;
    }

    private static async Task<Guid[]> Ids(HttpClient http, int limit, CancellationToken cancellationToken)
    {
        using var list = JsonDocument.Parse(await http.GetStringAsync(new Uri($"api/events?limit={limit}&status=all", UriKind.Relative), cancellationToken));
        return [.. list.RootElement.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetGuid())];
    }

    private static async Task<List<(double Milliseconds, int Status)>> Crowd(HttpClient http, int number, CancellationToken cancellationToken)
    {
        var answers = new List<(double, int)>();
        for (var i = number; !cancellationToken.IsCancellationRequested; i++)
        {
            var path = Dearest[i % Dearest.Length];
            answers.Add(await Ask(http, $"{path}&limit={1 + i % 100}", CancellationToken.None, "203.0.113.9"));
            await Task.Delay(50, CancellationToken.None);
        }
        return answers;
    }

    private static async Task<(double Milliseconds, int Status)> Ask(HttpClient http, string path, CancellationToken cancellationToken, string from = "192.0.2.1")
    {
        // Facets have no pages.
        using var request = new HttpRequestMessage(HttpMethod.Get, path.Contains("facets", StringComparison.Ordinal) ? path.Split("&limit=")[0] : path) { Headers = { { "X-Forwarded-For", from } } };
        var since = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request, cancellationToken);
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if ((int)answer.StatusCode is not (200 or 503))
            throw new UnsoundException($"GET {path}: {(int)answer.StatusCode}");
        return (Stopwatch.GetElapsedTime(since).TotalMilliseconds, (int)answer.StatusCode);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
