using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Usher.Bench.Sale;

namespace Usher.Bench.Server;

/// <summary>The server itself, each time as fresh processes on a fresh database.</summary>
internal static class UsherContenders
{
    private const int Past = 5_000_000;

    public static Task<Measurement> HotRow(Settings settings, CancellationToken cancellationToken) =>
        OnPostgres(settings, processes: 1, eventsOnSale: 1, cancellationToken);

    public static Task<Measurement> ManyRows(Settings settings, CancellationToken cancellationToken) =>
        OnPostgres(settings, processes: 1, eventsOnSale: 1_000, cancellationToken);

    public static Task<Measurement> TwoProcesses(Settings settings, CancellationToken cancellationToken) =>
        OnPostgres(settings, processes: 2, eventsOnSale: 1, cancellationToken);

    /// <summary>With all limits on, so wide that nobody meets them: what counting costs.</summary>
    public static Task<Measurement> Limited(Settings settings, CancellationToken cancellationToken) =>
        OnPostgres(settings, processes: 1, eventsOnSale: 1, cancellationToken,
            [("RateLimiting__Enabled", "true"), .. ((string[])["Login", "Account", "Book", "Write", "Read"]).Select(of => ($"RateLimiting__{of}", "1000000000"))]);

    /// <summary>Every booking with a token that this process has not seen: its signature is checked and its session looked up.</summary>
    public static async Task<Measurement> UnknownTokens(Settings settings, CancellationToken cancellationToken)
    {
        await using var database = await ScratchDatabase.Create(settings.Postgres, cancellationToken);
        await using var server = await UsherServer.OnPostgres(database.ConnectionString, processes: 1, cancellationToken);
        using var client = new UsherClient(server.Ports[0]);
        var ticket = (await client.CreateEvents(1, cancellationToken))[0];
        var tokens = FreshTokens.Of(await client.RegisterBuyers(settings.Buyers, cancellationToken), server.KeyFile);
        var load = await LoadGenerator.Run(
            new Load(server.Ports, _ => RequestBytes.PostWithTokens("/api/bookings", tokens, ticket), 201, settings.Connections, settings.WarmUp, settings.Window),
            cancellationToken);
        if (load.Refused > 0)
            Console.Error.WriteLine(server.Log);
        await server.Stop();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        return await Checked(connection, load, earlier: 0, cancellationToken);
    }

    /// <summary>One hot row again, but five million bookings have been made before.</summary>
    public static async Task<Measurement> Grown(Settings settings, CancellationToken cancellationToken)
    {
        await using var database = await ScratchDatabase.Create(settings.Postgres, cancellationToken);
        await using var server = await UsherServer.OnPostgres(database.ConnectionString, processes: 1, cancellationToken);
        using var client = new UsherClient(server.Ports[0]);
        var tickets = await client.CreateEvents(Past / EarlierBookings.PerEvent, cancellationToken);
        var buyer = await client.Register("attendee", cancellationToken);
        await client.Book(buyer, tickets[0], cancellationToken);
        await EarlierBookings.Write(database.ConnectionString, Past, cancellationToken);

        var load = await Sell(server, client, settings, [tickets[0]], cancellationToken);
        await server.Stop();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        return await Checked(connection, load, earlier: Past + 1, cancellationToken);
    }

    public static async Task<Measurement> OnSqlite(Settings settings, CancellationToken cancellationToken)
    {
        await using var server = await UsherServer.OnSqlite(cancellationToken);
        using var client = new UsherClient(server.Ports[0]);
        var load = await Sell(server, client, settings, await client.CreateEvents(1, cancellationToken), cancellationToken);
        await server.Stop();
        await using var connection = new SqliteConnection($"Data Source={server.SqliteFile};Pooling=False");
        return await Checked(connection, load, earlier: 0, cancellationToken);
    }

    /// <summary>A GET that needs no token, sent without one.</summary>
    public static Task<Measurement> GetWithoutToken(Settings settings, CancellationToken cancellationToken) =>
        Get(settings, withToken: false, cancellationToken);

    /// <summary>The same GET with a token, which the server then looks at all the same: what a known token costs.</summary>
    public static Task<Measurement> GetWithToken(Settings settings, CancellationToken cancellationToken) =>
        Get(settings, withToken: true, cancellationToken);

    private static async Task<Measurement> OnPostgres(
        Settings settings, int processes, int eventsOnSale, CancellationToken cancellationToken, params (string Name, string Value)[] own)
    {
        await using var database = await ScratchDatabase.Create(settings.Postgres, cancellationToken);
        await using var server = await UsherServer.OnPostgres(database.ConnectionString, processes, cancellationToken, own);
        using var client = new UsherClient(server.Ports[0]);
        var load = await Sell(server, client, settings, await client.CreateEvents(eventsOnSale, cancellationToken), cancellationToken);
        await server.Stop();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        return await Checked(connection, load, earlier: 0, cancellationToken);
    }

    private static async Task<LoadResult> Sell(
        UsherServer server, UsherClient client, Settings settings, IReadOnlyList<byte[]> tickets, CancellationToken cancellationToken)
    {
        var tokens = await client.RegisterBuyers(settings.Buyers, cancellationToken);
        var load = await LoadGenerator.Run(
            new Load(server.Ports, index => RequestBytes.Post("/api/bookings", tokens[index % tokens.Length], tickets), 201,
                settings.Connections, settings.WarmUp, settings.Window),
            cancellationToken);
        if (load.Refused > 0)
            Console.Error.WriteLine(server.Log);
        return load;
    }

    private static async Task<Measurement> Get(Settings settings, bool withToken, CancellationToken cancellationToken)
    {
        await using var database = await ScratchDatabase.Create(settings.Postgres, cancellationToken);
        await using var server = await UsherServer.OnPostgres(database.ConnectionString, processes: 1, cancellationToken);
        using var client = new UsherClient(server.Ports[0]);
        var tokens = await client.RegisterBuyers(settings.Buyers, cancellationToken);
        var load = await LoadGenerator.Run(
            new Load(server.Ports, index => RequestBytes.Get("/", withToken ? tokens[index % tokens.Length] : null), 200,
                settings.Connections, settings.WarmUp, settings.Window),
            cancellationToken);
        return Measurement.Of(load, "nothing to check");
    }

    private static async Task<Measurement> Checked(
        DbConnection connection, LoadResult load, long earlier, CancellationToken cancellationToken)
    {
        var sound = await Ledger.Check(connection, earlier + load.Acknowledged, cancellationToken);
        await Ledger.CheckEachRow(connection, cancellationToken);
        return Measurement.Of(load, sound);
    }
}
