using System.Diagnostics;
using System.Globalization;
using System.Text;
using Usher.Bench.Sale;
using Usher.Bench.Server;
using Usher.Testing;

namespace Usher.Bench.Finding;

/// <summary>
/// <c>catalogue</c>: how long it takes to find something among a million events on PostgreSQL, or 200,000 on SQLite. Loads
/// the catalogue, starts the server, asks every question over HTTP, and looks at the plans of all of them.
/// </summary>
internal static class CatalogueCommand
{
    private const int Slowest = 5;

    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("engine", "events", "requests", "warmup", "data", "only", "out", "on");
        var onPostgres = (arguments.Text("engine") ?? "postgres") switch
        {
            "postgres" => true,
            "sqlite" => false,
            var unknown => throw new UsageException($"--engine is postgres or sqlite, not '{unknown}'."),
        };
        var page = arguments.Page(arguments.Text("only") is not null ? null : onPostgres ? "benchmark-catalogue.md" : "benchmark-catalogue-sqlite.md");
        var count = arguments.Number("events", onPostgres ? 1_000_000 : 200_000);
        var now = TimeProvider.System.GetUtcNow();
        var grown = new GrownEvents(arguments.Text("data") ?? DataSets.Directory(), now);
        Search[] searches = [.. Searches.All(now).Where(s => arguments.Text("only") is not { } only || s.Name.Contains(only, StringComparison.Ordinal))];

        // A database that was loaded before can be measured again, on a cluster started with the same settings.
        var again = arguments.Text("on");
        await using var postgres = onPostgres && again is null ? await LocalPostgres.Start(durable: true, dataDirectory: null, cancellationToken, ["shared_buffers=4GB", "max_wal_size=8GB", .. Plans.Settings]) : null;
        var database = again ?? (postgres is null ? null : await postgres.CreateDatabase("catalogue", cancellationToken));
        // Nothing is kept: each answer is a fresh one.
        await using var server = await UsherServer.Start(["serve"], cancellationToken, ("Caching__Enabled", "false"),
            ("Database__Engine", onPostgres ? "Postgres" : "Sqlite"), ("ConnectionStrings__Database", database ?? ""));
        if (database is null || !await PostgresCatalogue.IsLoaded(database, cancellationToken))
        {
            using (var client = new UsherClient(server.Ports[0]))
                await client.Register("organizer", cancellationToken);
            var loading = Stopwatch.StartNew();
            if (database is null)
                SqliteCatalogue.Load(server.SqliteFile, grown, count, cancellationToken);
            else
                await PostgresCatalogue.Load(database, grown, count, cancellationToken);
            Console.WriteLine($"{count:N0} events loaded in {loading.Elapsed.TotalSeconds:0} s");
        }

        using var measurement = new Measurement(server.Ports[0], arguments.Number("requests", 200));
        if (database is not null)
            await new Plans(database).End(cancellationToken);
        // Until the server is compiled as it is in the second hour.
        var warming = Stopwatch.StartNew();
        do
            foreach (var search in searches)
                await measurement.Get($"{search.Path}?{search.Queries[0]}", cancellationToken);
        while (warming.Elapsed.TotalSeconds < arguments.Number("warmup", 30));
        var timings = new List<Timing>();
        foreach (var search in searches)
            foreach (var timing in await measurement.Of(search, cancellationToken))
            {
                timings.Add(timing);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{timing.Name,-50} {timing.Page,-7} {timing.Median,8:0.0} {timing.P99,8:0.0}   {timing.Slowest}"));
            }

        async Task<string> Show(string setting) => (await PostgresCatalogue.Rows(database!, $"SHOW {setting}", cancellationToken))[0];
        var machine = database is null ? Machine.Describe()
            : $"{Machine.Describe()}, PostgreSQL {await Show("server_version")}; `shared_buffers` {await Show("shared_buffers")}";
        var indexes = database is null ? "" : await Indexes(database, cancellationToken);
        if (page is not null)
            await File.WriteAllTextAsync(page, CatalogueReport.Of(arguments, count, machine, timings, indexes), cancellationToken);
        return database is null || await Explain(new Plans(database), measurement, searches, timings, page, cancellationToken) ? 0 : 1;
    }

    private static async Task<string> Indexes(string database, CancellationToken cancellationToken)
    {
        var rows = await PostgresCatalogue.Rows(database, """
            SELECT indexrelname, pg_size_pretty(pg_relation_size(indexrelid)), idx_scan FROM pg_stat_user_indexes WHERE relname = 'events' ORDER BY pg_relation_size(indexrelid) DESC
            """, cancellationToken);
        return $"""
            | index of `events` | size | scans in this run |
            |---|--:|--:|
            {string.Join('\n', rows.Select(row => $"| {row.Replace("|", " | ", StringComparison.Ordinal)} |"))}
            """;
    }

    /// <summary>Asks everything once more with the plans logged. False if one of them reads all events.</summary>
    private static async Task<bool> Explain(
        Plans plans, Measurement measurement, Search[] searches, List<Timing> timings, string? page, CancellationToken cancellationToken)
    {
        await plans.Begin(cancellationToken);
        var text = new StringBuilder($"# The plans of the slowest {Slowest}\n\nAs PostgreSQL logged them (`auto_explain` with `log_analyze` and `log_buffers`) when the slowest request of each was made once more.\n");
        foreach (var timing in timings.OrderByDescending(t => t.Median).Take(Slowest))
            text.Append(CultureInfo.InvariantCulture, $"\n## {timing.Name}, page {timing.Page}\n\n`GET /{timing.Slowest}`\n\n```\n{(await plans.Of(() => measurement.Get(timing.Slowest, cancellationToken), cancellationToken)).Trim()}\n```\n");
        if (page is not null)
            await File.WriteAllTextAsync(Path.ChangeExtension(page, null) + "-plans.md", text.ToString(), cancellationToken);

        var sound = true;
        foreach (var path in searches.SelectMany(search => search.Queries.Select(query => $"{search.Path}?{query}")).Concat(timings.Select(t => t.Slowest)).Distinct())
            if (Plans.ScansAllEvents(await plans.Of(() => measurement.Get(path, cancellationToken), cancellationToken)))
            {
                sound = false;
                Console.Error.WriteLine($"Reads all events: GET /{path}");
            }
        await plans.End(cancellationToken);
        return sound;
    }
}
