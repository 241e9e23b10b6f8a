using Npgsql;
using Usher.Bench.Sale;
using Usher.Testing;

namespace Usher.Bench.Baseline;

/// <summary>The contenders that are no Usher: each on a fresh process of <see cref="BaselineApp"/> and a fresh database.</summary>
internal static class BaselineContenders
{
    public static Task<Measurement> Textbook(Settings settings, CancellationToken cancellationToken) =>
        Measure(settings, BaselineApp.TextbookPath, withToken: true, expected: 201, cancellationToken);

    public static Task<Measurement> TokenRemembered(Settings settings, CancellationToken cancellationToken) =>
        Measure(settings, BaselineApp.RememberedPath, withToken: true, expected: 204, cancellationToken);

    public static Task<Measurement> TokenChecked(Settings settings, CancellationToken cancellationToken) =>
        Measure(settings, BaselineApp.CheckedPath, withToken: true, expected: 204, cancellationToken);

    public static Task<Measurement> Empty(Settings settings, CancellationToken cancellationToken) =>
        Measure(settings, BaselineApp.EmptyPath, withToken: false, expected: 204, cancellationToken);

    private static async Task<Measurement> Measure(
        Settings settings, string path, bool withToken, int expected, CancellationToken cancellationToken)
    {
        await using var database = await ScratchDatabase.Create(settings.Postgres, cancellationToken);
        await Baseline.Textbook.CreateTables(database.ConnectionString, cancellationToken);
        var port = LocalPostgres.FreePort();
        await using var app = ChildProcess.Start(typeof(BaselineApp).Assembly.Location,
            ["baseline", "--port", $"{port}"],
            new Dictionary<string, string> { ["ConnectionStrings__Database"] = database.ConnectionString });
        await app.Answers(port, cancellationToken);

        var tokens = withToken ? await Tokens(port, database, cancellationToken) : [null];
        byte[][] bodies = [RequestBytes.Booking(Baseline.Textbook.Event, Baseline.Textbook.TicketType)];
        var result = await LoadGenerator.Run(
            new Load([port], index => RequestBytes.Post(path, tokens[index % tokens.Length], bodies), expected,
                settings.Connections, settings.WarmUp, settings.Window),
            cancellationToken);

        await using var connection = new NpgsqlConnection(database.ConnectionString);
        var sound = expected == 201 ? await Ledger.Check(connection, result.Acknowledged, cancellationToken) : "nothing to check";
        return Measurement.Of(result, sound);
    }

    private static async Task<string?[]> Tokens(int port, ScratchDatabase database, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var tokens = new List<string>();
        foreach (var buyer in await Baseline.Textbook.Buyers(database.ConnectionString, cancellationToken))
            tokens.Add(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/token?user={buyer}"), cancellationToken));
        return [.. tokens];
    }
}
