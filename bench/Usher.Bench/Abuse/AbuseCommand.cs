using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Npgsql;
using Usher.Bench.Sale;
using Usher.Bench.Server;
using Usher.Testing;

namespace Usher.Bench.Abuse;

/// <summary>
/// <c>abuse</c>: what is left of a sale while others log in by the thousand, dawdle, hammer, or while ten times as many want to buy.
/// The server runs as in production, with its limits on, and believes what the storm says about its addresses.
/// </summary>
internal static class AbuseCommand
{
    private const int Confirmers = 16, Bots = 8;

    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("seconds", "warmup", "rounds", "buyers", "share", "engine", "only", "out");
        if (typeof(AbuseCommand).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
            throw new UsageException("A debug build measures nothing: dotnet run -c Release --project bench/Usher.Bench -- …");
        string[] engines = (arguments.Text("engine") ?? "both") switch
        {
            "both" => ["PostgreSQL", "SQLite"],
            "postgres" => ["PostgreSQL"],
            "sqlite" => ["SQLite"],
            var other => throw new UsageException($"--engine takes postgres, sqlite or both, not '{other}'."),
        };
        var only = arguments.Text("only")?.Split(',');
        if (only?.FirstOrDefault(name => Scenarios.All.All(scenario => scenario.Name != name)) is { } unknown)
            throw new UsageException($"'{unknown}' is no scenario; known: {string.Join(", ", Scenarios.All.Select(scenario => scenario.Name))}.");

        var page = arguments.Page(only is null && engines.Length > 1 ? "benchmark-abuse.md" : null);
        Scenario[] scenarios = [.. Scenarios.All.Where(scenario => only?.Contains(scenario.Name) ?? true)];
        var (rounds, share) = (arguments.Number("rounds", 3), arguments.Number("share", 60));
        await using var postgres = await LocalPostgres.Start(durable: true, cancellationToken);
        var settings = new Settings(postgres, 256, arguments.Number("buyers", 64),
            TimeSpan.FromSeconds(arguments.Number("warmup", 5)), TimeSpan.FromSeconds(arguments.Number("seconds", 10)));
        var report = new AbuseReport(scenarios, share);
        foreach (var engine in engines)
        {
            // What the machine can do today, on this engine; the pace is a share of it and stays the same for all that is compared.
            var capacity = (await Measure(Scenarios.All.Single(scenario => scenario.Name == Scenarios.Full), engine, 0, settings, cancellationToken)).Sale.GoodPerSecond;
            report.Capacity[engine] = capacity;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine}: {capacity:N0} bookings/s, so the steady pace is {capacity * share / 100:N0}/s"));
            for (var round = 0; round < rounds; round++)
            {
                foreach (var scenario in scenarios)
                {
                    var measured = await Measure(scenario, engine, capacity * share / 100, settings, cancellationToken);
                    report.Add(engine, scenario.Name, round, measured);
                    Console.WriteLine($"{engine} round {round + 1}  {scenario.Name,-13} {measured}");
                }
            }
        }

        var text = report.Markdown(arguments, settings, rounds, await Machine.Describe(postgres, cancellationToken));
        Console.WriteLine();
        Console.WriteLine(text);
        if (page is not null)
            await File.WriteAllTextAsync(page, text, cancellationToken);
        return 0;
    }

    private static async Task<Measured> Measure(Scenario scenario, string engine, double pace, Settings settings, CancellationToken cancellationToken)
    {
        await using var database = engine == "SQLite" ? null : await ScratchDatabase.Create(settings.Postgres, cancellationToken);
        (string, string)[] own = [("RateLimiting__Enabled", "true"), ("ForwardedHeaders__KnownProxies", "127.0.0.1"), .. scenario.Settings ?? []];
        await using var server = database is null
            ? await UsherServer.Start(["serve"], cancellationToken, [("Database__Engine", "Sqlite"), .. own])
            : await UsherServer.Start(["serve"], cancellationToken, [("Database__Engine", "Postgres"), ("ConnectionStrings__Database", database.ConnectionString), .. own]);
        using var client = new UsherClient(server.Ports[0]);
        var tickets = await client.CreateEvents(1, cancellationToken);
        var tokens = await client.RegisterBuyers(settings.Buyers + Confirmers, cancellationToken);
        var confirmed = new RequestBytes[Confirmers];
        for (var i = 0; i < Confirmers; i++)
            confirmed[i] = RequestBytes.Put($"/api/bookings/{await client.Book(tokens[^(i + 1)], tickets[0], cancellationToken)}/confirm", tokens[^(i + 1)]);
        await using var storm = scenario.Storm is { } kind ? await Storm.Start(kind.Kind, kind.Connections, server.Ports[0], client, tickets[0], Bots, settings, cancellationToken) : null;

        var load = new Load(server.Ports, index => RequestBytes.Post("/api/bookings", tokens[index % settings.Buyers], tickets), 201, scenario.Buyers, settings.WarmUp, settings.Window);
        var confirm = load with { RequestsOf = index => confirmed[index], ExpectedStatus = 200, Connections = Confirmers };
        var (cpu, own1) = (server.Cpu, Environment.CpuUsage.TotalTime);
        var selling = scenario.Steady ? Buyers.Steady(load, pace, cancellationToken) : Buyers.Eager(load, cancellationToken);
        var confirming = Buyers.Steady(confirm, 50, cancellationToken);
        var (sale, confirms) = (await selling, await confirming);
        var time = settings.WarmUp + settings.Window;
        var (serverCores, ownCores) = ((server.Cpu - cpu) / time, (Environment.CpuUsage.TotalTime - own1) / time);
        var stormed = storm is null ? null : await storm.Result(cancellationToken);
        if (sale.Surprise is not null || confirms.Surprise is not null)
            Console.Error.WriteLine($"{scenario.Name}: {sale.Surprise ?? confirms.Surprise}{Environment.NewLine}{server.Log}");

        await server.Stop();
        var booked = sale.Good + Confirmers + (scenario.Storm?.Kind == StormCommand.Bots ? stormed!.Statuses.GetValueOrDefault(201) : 0);
        if (database is null)
        {
            await using var connection = new SqliteConnection($"Data Source={server.SqliteFile};Pooling=False");
            await Check(connection, booked, cancellationToken);
        }
        else
        {
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await Check(connection, booked, cancellationToken);
        }

        return new(sale, confirms, stormed, serverCores, ownCores, time);
    }

    private static async Task Check(System.Data.Common.DbConnection connection, long acknowledged, CancellationToken cancellationToken)
    {
        await Ledger.Check(connection, acknowledged, cancellationToken);
        await Ledger.CheckEachRow(connection, cancellationToken);
    }
}

/// <param name="Sale">What became of the bookings.</param>
/// <param name="Confirms">Of those who confirm, at a steady fifty a second.</param>
/// <param name="Storm">What was let loose meanwhile.</param>
/// <param name="ServerCores">Of the server's process, without the database.</param>
/// <param name="BuyersCores">Of this process.</param>
/// <param name="Time">Over which the cores are counted.</param>
internal sealed record Measured(Tally Sale, Tally Confirms, StormResult? Storm, double ServerCores, double BuyersCores, TimeSpan Time)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Sale.GoodPerSecond,8:N0}/s  p50 {Sale.GoodMilliseconds(0.5),7:0.0}  p99 {Sale.GoodMilliseconds(0.99),7:0.0} ms  refused {Sale.Refused:N0} in p99 {Sale.RefusedMilliseconds(0.99):0.0} ms"
        + $"  confirms {Confirms.GoodPerSecond:N0}/s p99 {Confirms.GoodMilliseconds(0.99):0.0} ms refused {Confirms.Refused}  cores: server {ServerCores:0.00} buyers {BuyersCores:0.00}{OfStorm}");

    private string OfStorm => Storm is null ? "" : string.Create(CultureInfo.InvariantCulture,
        $" storm {Storm.CpuSeconds / Time.TotalSeconds:0.00}  storm: {string.Join(", ", Storm.Statuses.Select(s => $"{s.Key}: {s.Value / Time.TotalSeconds:N0}/s"))}, refused in p50 {Storm.RefusedP50:0.0} p99 {Storm.RefusedP99:0.0} ms");
}
