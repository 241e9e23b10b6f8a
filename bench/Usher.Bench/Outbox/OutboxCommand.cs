using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Usher.Bench.Abuse;
using Usher.Bench.Sale;
using Usher.Bench.Server;
using Usher.Testing;

namespace Usher.Bench.Outbox;

/// <summary>
/// <c>outbox</c>: how many messages a second are carried, alone and beside a box office at full speed, and what the sale
/// loses by it. A message counts when its consumer's effect and inbox row are committed and its own row has gone.
/// </summary>
internal static class OutboxCommand
{
    private static readonly Way[] Ways =
    [
        new("serve", "no delivery", ["serve"]),
        new("one", "one process serves and works", [""]),
        new("two", "one process serves, another works", ["serve", "work"]),
        new("rabbitmq", "one process serves, another works, RabbitMQ between", ["serve", "work"], Broker: true),
        new("sqlite-serve", "SQLite, no delivery", ["serve"], Sqlite: true),
        new("sqlite-one", "SQLite, one process serves and works", [""], Sqlite: true),
    ];

    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("seconds", "warmup", "rounds", "connections", "buyers", "rows", "pace", "only", "out");
        var only = arguments.Text("only")?.Split(',');
        var page = arguments.Page(only is null ? "benchmark-outbox.md" : null);
        Way[] ways = [.. Ways.Where(way => only?.Contains(way.Name) ?? true)];
        await using var postgres = await LocalPostgres.Start(durable: true, cancellationToken);
        await using var rabbitMq = ways.Any(way => way.Broker) ? await LocalRabbitMq.Start(cancellationToken) : null;
        var settings = new Settings(postgres, arguments.Number("connections", 256), arguments.Number("buyers", 64),
            TimeSpan.FromSeconds(arguments.Number("warmup", 5)), TimeSpan.FromSeconds(arguments.Number("seconds", 10)));
        var (rounds, rows) = (arguments.Number("rounds", 2), arguments.Number("rows", 200_000));

        var sales = ways.ToDictionary(way => way, _ => new List<Beside>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var way in ways)
            {
                var beside = await BesideASale(settings, way, rabbitMq, cancellationToken);
                sales[way].Add(beside);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"round {round}  {way.Name,-12} {beside.Sale.PerSecond,9:N0} bookings/s  p99 {beside.Sale.P99Milliseconds,6:0.0} ms  {beside.DeliveredPerSecond,8:N0} delivered/s  backlog {beside.Backlog,8:N0}  gone after {beside.DrainSeconds:0.0} s"));
            }
        }

        // Well below what it can: what a buyer waits for then is his own sale, and whatever else the machine is busy with.
        var pace = arguments.Number("pace", 500);
        var waits = ways.ToDictionary(way => way, _ => new List<Wait>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var way in ways)
            {
                var wait = await AtAPace(settings, way, rabbitMq, pace, cancellationToken);
                waits[way].Add(wait);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}  {way.Name,-12} at {pace:N0}/s  p50 {wait.P50,6:0.0} ms  p99 {wait.P99,6:0.0} ms  {wait.DeliveredPerSecond:N0} delivered/s"));
            }
        }

        var alone = new Dictionary<Way, double>();
        foreach (var way in ways.Where(way => way.Roles is not ["serve"]))
        {
            alone[way] = await Alone(settings, way, rabbitMq, rows, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"alone    {way.Name,-12} {alone[way],9:N0} delivered/s"));
        }

        var text = Markdown(arguments, settings, rounds, rows, await Machine.Describe(postgres, cancellationToken), sales, alone) + Waits(pace, settings, waits);
        Console.WriteLine();
        Console.WriteLine(text);
        if (page is not null)
            await File.WriteAllTextAsync(page, text, cancellationToken);
        return 0;
    }

    private static async Task<Beside> BesideASale(Settings settings, Way way, LocalRabbitMq? rabbitMq, CancellationToken cancellationToken)
    {
        await using var stage = await Stage.Open(settings, way, rabbitMq, cancellationToken);
        await using var server = await stage.Start(way.Roles, cancellationToken);
        using var client = new UsherClient(server.Ports[0]);
        var tickets = await client.CreateEvents(1, cancellationToken);
        var tokens = await client.RegisterBuyers(settings.Buyers, cancellationToken);
        var selling = LoadGenerator.Run(
            new Load(server.Ports, index => RequestBytes.Post("/api/bookings", tokens[index % tokens.Length], tickets), 201,
                settings.Connections, settings.WarmUp, settings.Window),
            cancellationToken);
        await Task.Delay(settings.WarmUp, cancellationToken);
        var before = await stage.Count("SELECT count(*) FROM bench_effects", cancellationToken);
        await Task.Delay(settings.Window, cancellationToken);
        var after = await stage.Count("SELECT count(*) FROM bench_effects", cancellationToken);
        var sale = await selling;
        var backlog = await stage.Count("SELECT count(*) FROM outbox", cancellationToken);
        if (way.Roles is ["serve"])
            return new(sale, 0, backlog, null);

        var drain = Stopwatch.StartNew();
        await stage.Drained(cancellationToken);
        var drained = drain.Elapsed.TotalSeconds;
        var sold = await stage.Count("SELECT count(*) FROM bookings", cancellationToken);
        var (effects, different) = (await stage.Count("SELECT count(*) FROM bench_effects", cancellationToken), await stage.Count("SELECT count(DISTINCT message_id) FROM bench_effects", cancellationToken));
        return sold == effects && effects == different && sold >= sale.Acknowledged
            ? new(sale, (after - before) / settings.Window.TotalSeconds, backlog, drained)
            : throw new UnsoundException($"{sold} bookings, but {effects} effects of {different} messages");
    }

    private static async Task<Wait> AtAPace(Settings settings, Way way, LocalRabbitMq? rabbitMq, int pace, CancellationToken cancellationToken)
    {
        await using var stage = await Stage.Open(settings, way, rabbitMq, cancellationToken);
        await using var server = await stage.Start(way.Roles, cancellationToken);
        using var client = new UsherClient(server.Ports[0]);
        var tickets = await client.CreateEvents(1, cancellationToken);
        var tokens = await client.RegisterBuyers(settings.Buyers, cancellationToken);
        var load = new Load(server.Ports, index => RequestBytes.Post("/api/bookings", tokens[index % tokens.Length], tickets), 201, settings.Connections, settings.WarmUp, settings.Window);
        var sale = await Buyers.Steady(load, pace, cancellationToken);
        var delivered = await stage.Count("SELECT count(*) FROM bench_effects", cancellationToken);
        return sale.Refused == 0
            ? new(sale.GoodMilliseconds(0.5), sale.GoodMilliseconds(0.99), delivered / (settings.WarmUp + settings.Window).TotalSeconds)
            : throw new UnsoundException($"{sale.Refused} were refused at {pace} a second: {sale.Surprise}");
    }

    private static string Waits(int pace, Settings settings, Dictionary<Way, List<Wait>> waits) => string.Create(CultureInfo.InvariantCulture, $"""

        ## Latency of bookings meanwhile

        {pace:N0} buyers arrive each second, whatever the outcome of earlier requests, for {settings.Window.TotalSeconds:0} s after {settings.WarmUp.TotalSeconds:0} s; measured from the arrival to the response.

        | | p50, ms | p99, ms | delivered/s meanwhile |
        |---|---|---|---|
        {string.Join('\n', waits.Select(wait => string.Create(CultureInfo.InvariantCulture,
            $"| {wait.Key.What} | {Median(wait.Value.Select(w => w.P50)):0.0} | {Median(wait.Value.Select(w => w.P99)):0.0} | {Median(wait.Value.Select(w => w.DeliveredPerSecond)):N0} |")))}

        """);

    private static async Task<double> Alone(Settings settings, Way way, LocalRabbitMq? rabbitMq, int rows, CancellationToken cancellationToken)
    {
        await using var stage = await Stage.Open(settings, way, rabbitMq, cancellationToken);
        await stage.Run($"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
            INSERT INTO outbox (type, created_at) SELECT 'booking.confirmed.v1', {(way.Sqlite ? "unixepoch() * 1000" : "now()")} FROM n
            """, cancellationToken);
        await using var server = await stage.Start([way.Sqlite ? "" : "work"], cancellationToken);
        while (await stage.Count("SELECT count(*) FROM (SELECT 1 FROM bench_effects LIMIT 1) AS first", cancellationToken) == 0)
            await Task.Delay(20, cancellationToken);
        var since = Stopwatch.StartNew();
        var left = await stage.Count("SELECT count(*) FROM outbox", cancellationToken);
        await stage.Drained(cancellationToken);
        return left / since.Elapsed.TotalSeconds;
    }

    private static string Markdown(
        Arguments arguments, Settings settings, int rounds, int rows, string machine, Dictionary<Way, List<Beside>> sales, Dictionary<Way, double> alone)
    {
        double Of(string way, Func<Beside, double> figure) => sales.FirstOrDefault(s => s.Key.Name == way).Value is { } runs ? Median(runs.Select(figure)) : double.NaN;
        var table = string.Join('\n', sales.Select(sale => string.Create(CultureInfo.InvariantCulture,
            $"| {sale.Key.What} | {Median(sale.Value.Select(b => b.Sale.PerSecond)):N0} | {Median(sale.Value.Select(b => b.Sale.PerSecond)) / Of(sale.Key.Sqlite ? "sqlite-serve" : "serve", b => b.Sale.PerSecond):0.00} | {Median(sale.Value.Select(b => b.Sale.P99Milliseconds)):0} | {Median(sale.Value.Select(b => b.DeliveredPerSecond)):N0} | {Median(sale.Value.Select(b => (double)b.Backlog)):N0} | {(sale.Value[0].DrainSeconds is null ? "" : Median(sale.Value.Select(b => b.DrainSeconds!.Value)).ToString("0.0", CultureInfo.InvariantCulture))} | {(alone.TryGetValue(sale.Key, out var rate) ? rate.ToString("N0", CultureInfo.InvariantCulture) : "")} |")));
        return string.Create(CultureInfo.InvariantCulture, $"""
            # Message delivery beside a sale

            Medians of {rounds} interleaved rounds: a sale of one hot ticket type at full speed, {settings.Connections} connections, {settings.Window.TotalSeconds:0} s after {settings.WarmUp.TotalSeconds:0} s of
            warm-up, while an additional consumer gets its messages and writes a row for each. The database, the
            broker, the processes and the load generator share the machine. A message counts as delivered when its effect and
            inbox row are committed. After each run: bookings = effects = different messages. `alone`: {rows:N0} messages
            and no sale.

            - machine: {machine}
            - commit: {Repository.Commit()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}
            - command: `{arguments.CommandLine}`

            | | bookings/s | of the sale alone | p99, ms | delivered/s meanwhile | backlog at the end | gone after, s | delivered/s alone |
            |---|---|---|---|---|---|---|---|
            {table}

            """);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private sealed record Way(string Name, string What, string[] Roles, bool Broker = false, bool Sqlite = false);

    private sealed record Beside(LoadResult Sale, double DeliveredPerSecond, long Backlog, double? DrainSeconds);

    private sealed record Wait(double P50, double P99, double DeliveredPerSecond);

    /// <summary>A migrated database with the consumer's table in it.</summary>
    private sealed class Stage(ScratchDatabase? postgres, string directory, (string, string)[] environment) : IAsyncDisposable
    {
        private string File => Path.Combine(directory, "usher.db");

        public static async Task<Stage> Open(Settings settings, Way way, LocalRabbitMq? rabbitMq, CancellationToken cancellationToken)
        {
            var postgres = way.Sqlite ? null : await ScratchDatabase.Create(settings.Postgres, cancellationToken);
            var directory = Directory.CreateTempSubdirectory("usher-bench-").FullName;
            (string, string)[] broker = way.Broker
                ? [("ConnectionStrings__RabbitMq", rabbitMq!.Address), ("Messaging__QueuePrefix", $"bench-{Guid.CreateVersion7():N}")]
                : [];
            var stage = new Stage(postgres, directory, [.. Reader.Environment, .. broker, ("Database__Engine", way.Sqlite ? "Sqlite" : "Postgres"),
                ("ConnectionStrings__Database", postgres?.ConnectionString ?? $"Data Source={Path.Combine(directory, "usher.db")}")]);
            await using (await stage.Start([], cancellationToken))
                await stage.Run(Reader.Table, cancellationToken);
            return stage;
        }

        public Task<UsherServer> Start(string[] roles, CancellationToken cancellationToken) => UsherServer.Start(roles, cancellationToken, environment);

        public async Task Drained(CancellationToken cancellationToken)
        {
            while (await Count("SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT 1) AS rest", cancellationToken) > 0)
                await Task.Delay(50, cancellationToken);
        }

        public async Task<long> Count(string sql, CancellationToken cancellationToken)
        {
            await using var connection = await Connect(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        }

        public async Task Run(string sql, CancellationToken cancellationToken)
        {
            await using var connection = await Connect(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 300;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            if (postgres is not null)
                await postgres.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        }

        private async Task<DbConnection> Connect(CancellationToken cancellationToken)
        {
            DbConnection connection = postgres is null ? new SqliteConnection($"Data Source={File};Pooling=False") : new NpgsqlConnection(postgres.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
    }
}
