using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Usher.Bench.Sale;
using Usher.Testing;
using Usher.Testing.Kills;

namespace Usher.Bench.Restarts;

/// <summary>
/// An upgrade, as often as one likes: two servers behind a proxy, people who read and buy without a pause and never ask twice,
/// and one server after the other told to leave and started again. Every answer that is not the one asked for is a failure.
/// </summary>
internal static class RestartsCommand
{
    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("restarts", "proxy", "drain", "people", "out");
        var page = arguments.Page();
        var restarts = arguments.Number("restarts", 20);
        var proxies = (arguments.Text("proxy") ?? "nginx,haproxy").Split(',');
        var drain = arguments.Text("drain") ?? "3";
        var rows = new List<string>();
        var taken = "";
        var clean = true;
        foreach (var name in proxies)
        {
            (var tally, taken) = await Restart(name, restarts, drain, arguments.Number("people", 32), cancellationToken);
            clean &= tally.Failed == 0;
            rows.Add(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {restarts} | {tally.Reads:N0} | {tally.Bookings:N0} | **{tally.Failed}** | {tally.Slowest.TotalMilliseconds:N0} | {tally.Took.TotalSeconds / restarts:0.0} |"));
            foreach (var example in tally.Examples)
                Console.Error.WriteLine(example);
            Console.WriteLine(rows[^1]);
        }

        var text = $"""
            # Restarts

            Two servers on PostgreSQL behind a proxy. Buyers read an event and book without a pause and never repeat a request, while
            one server after the other is stopped (SIGTERM) and started again as soon as it has ended. Any response except 200 and 201,
            and any broken connection, is a failure. Then `verify`, and bookings in the database = bookings acknowledged.
            `Transport:DrainSeconds` is {drain}.

            - machine: {Machine.Describe()}
            - commit: {Repository.Commit()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}
            - command: `{arguments.CommandLine}`

            | proxy | restarts | reads | bookings | failed | slowest answer, ms | seconds a restart |
            |---|--:|--:|--:|--:|--:|--:|
            {string.Join('\n', rows)}

            {taken}

            """;
        Console.WriteLine(text);
        if (clean && page is not null)
            await File.WriteAllTextAsync(page, text, cancellationToken);
        return clean ? 0 : 1;
    }

    private static async Task<(Tally, string)> Restart(string proxyName, int restarts, string drain, int people, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("usher-restarts-");
        await using var postgres = await LocalPostgres.Start(durable: true, cancellationToken);
        var connection = await postgres.CreateDatabase("restarts", cancellationToken);
        var environment = await Environment(directory.FullName, connection, drain, cancellationToken);
        var (migrated, output) = await ServerProcess.RunVerb(Repository.Server, "migrate", environment, cancellationToken);
        if (migrated != 0)
            throw new InvalidOperationException(output);

        await using var one = new ServerProcess(Repository.Server, environment);
        await using var other = new ServerProcess(Repository.Server, environment);
        ServerProcess[] servers = [one, other];
        await Task.WhenAll(servers.Select(server => server.Start(cancellationToken)));
        await using var proxy = await Proxy.Start(proxyName, directory.FullName, [.. servers.Select(s => s.Address)], cancellationToken);
        using var crowd = await Crowd.Gather(proxy.Address, people, cancellationToken);

        await using var footprint = await Footprint.Watch(connection, cancellationToken);
        var took = Stopwatch.StartNew();
        await crowd.BuyDuring(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            took.Restart();
            for (var i = 0; i < restarts; i++)
            {
                await servers[i % 2].Leave(cancellationToken);
                await servers[i % 2].Start(cancellationToken);
                // Until the proxy believes in it again; the other one is next.
                await Task.Delay(Proxy.Settling, cancellationToken);
            }
            took.Stop();
        });

        var tally = crowd.Tally(took.Elapsed);
        var (exitCode, breaches) = await ServerProcess.RunVerb(Repository.Server, "verify", environment, cancellationToken);
        if (exitCode != 0)
            throw new UnsoundException(breaches);
        var there = await footprint.Bookings();
        if (tally.Failed == 0 && there != tally.Bookings)
            throw new UnsoundException($"{tally.Bookings} bookings were acknowledged, and {there} are there.");
        var taken = await footprint.Describe();
        directory.Delete(recursive: true);
        return (tally, taken);
    }

    private static async Task<Dictionary<string, string>> Environment(string directory, string connection, string drain, CancellationToken cancellationToken)
    {
        var keyFile = Path.Combine(directory, "signing-key.pem");
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), cancellationToken);
        return new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["DataDirectory"] = directory,
            ["Auth__SigningKeyFile"] = keyFile,
            ["RateLimiting__Enabled"] = "false",
            ["Logging__LogLevel__Default"] = "Warning",
            ["Database__Engine"] = "Postgres",
            ["ConnectionStrings__Database"] = connection,
            ["Transport__DrainSeconds"] = drain,
        };
    }
}
