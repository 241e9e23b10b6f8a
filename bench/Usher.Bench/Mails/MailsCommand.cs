using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Usher.Bench.Sale;
using Usher.Testing;
using Usher.Testing.Kills;

namespace Usher.Bench.Mails;

/// <summary>Workers that send are killed with -9, again and again, until everything that was owed has been sent.</summary>
internal static class MailsCommand
{
    public static async Task<int> Run(Arguments arguments, CancellationToken cancellationToken)
    {
        arguments.Knowing("mails", "kills", "workers", "seed", "out");
        var page = arguments.Page();
        var (mails, kills, random) = (arguments.Number("mails", 10_000), arguments.Number("kills", 200), new Random(arguments.Number("seed", 1)));
        await using var postgres = await LocalPostgres.Start(durable: true, cancellationToken);
        await using var sink = new SmtpSink();
        var database = await postgres.CreateDatabase("mails", cancellationToken);
        var directory = Directory.CreateTempSubdirectory("usher-mails-");
        // A lease longer than a batch takes, and short enough that a killed one's mails come back soon.
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Demo__Seed"] = "false",
            ["RateLimiting__Enabled"] = "false",
            ["DataDirectory"] = directory.FullName,
            ["Database__Engine"] = "Postgres",
            ["ConnectionStrings__Database"] = database,
            ["Mail__From"] = "Box Office <tickets@example.com>",
            ["Mail__Smtp__Host"] = "127.0.0.1",
            ["Mail__Smtp__Port"] = sink.Port.ToString(CultureInfo.InvariantCulture),
            ["Mail__Smtp__Security"] = "None",
            ["Mail__LeaseSeconds"] = "5",
            ["Mail__MostPerSecond"] = "0",
        };
        await ServerProcess.RunVerb(Repository.Server, "migrate", environment, cancellationToken);
        await using (var shop = new ServerProcess(Repository.Server, environment))
        {
            await shop.Start(cancellationToken);
            await Owe(shop.Address, database, mails, cancellationToken);
        }

        var workers = Enumerable.Range(0, arguments.Number("workers", 2)).Select(_ => new ServerProcess(Repository.Server, environment, "work")).ToList();
        await Task.WhenAll(workers.Select(worker => worker.Start(cancellationToken)));
        var (since, killed) = (Stopwatch.StartNew(), 0);
        // Spread over what there is to send: each round waits for its share. All at once, or one would send everything while the other starts.
        while (await Waiting(database, cancellationToken) > 0)
        {
            if (killed < kills && sink.Mails.Count >= (long)mails * killed / kills)
            {
                await Task.Delay(random.Next(1, 40), cancellationToken);
                await Task.WhenAll(workers.Select(worker => worker.Kill()));
                killed += workers.Count;
                await Task.WhenAll(workers.Select(worker => worker.Start(cancellationToken)));
            }
            else
            {
                await Task.Delay(5, cancellationToken);
            }
        }
        since.Stop();
        foreach (var worker in workers)
            await worker.DisposeAsync();
        directory.Delete(recursive: true);

        var received = sink.Mails.Where(mail => mail.Text.Contains("booking-confirmed", StringComparison.Ordinal)).ToList();
        var distinct = received.Select(mail => mail.MessageId).Distinct().Count();
        var table = string.Create(CultureInfo.InvariantCulture, $"""
            # Mails and kills

            {workers.Count} `usher work` processes on one PostgreSQL (fsync on) send to an SMTP server on the loopback, and are killed with -9 together, repeatedly.
            A repeated mail has the Message-ID of the first: the SMTP server accepted the first one, and the worker died before it could mark it.

            - machine: {Machine.Describe()}
            - commit: {Repository.Commit()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}
            - command: `{arguments.CommandLine}`

            | mails | kills of a worker | lost | sent twice or more | of those a kill | took |
            |--:|--:|--:|--:|--:|--:|
            | {mails:N0} | {killed} | {mails - distinct} | {received.Count - distinct} | {(double)(received.Count - distinct) / Math.Max(1, killed):0.00} | {since.Elapsed.TotalSeconds:0} s |

            """);
        Console.WriteLine(table);
        if (distinct == mails && page is not null)
            await File.WriteAllTextAsync(page, table, cancellationToken);
        return distinct == mails ? 0 : 1;
    }

    private static async Task<long> Waiting(string database, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM mails WHERE state < 2", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>One booking made by the book, and copies of it, each with its mail.</summary>
    private static async Task Owe(Uri address, string database, int mails, CancellationToken cancellationToken)
    {
        using var shop = new Shop([address]);
        await shop.Open(cancellationToken);
        var buyer = new Person("buyer");
        await shop.Register(buyer, "attendee", cancellationToken);
        var booked = await shop.Send(0, HttpMethod.Post, "api/bookings", buyer, null,
            new { eventId = shop.Events[0].Event, ticketTypeId = shop.Events[0].TicketTypes[0], quantity = 1 }, cancellationToken);
        if (booked?.Status != 201)
            throw new UnsoundException($"The booking was not made: {booked}");

        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(cancellationToken);
        // The seeding is done by hand below; what the shop owes already is none of the count.
        await using var command = new NpgsqlCommand($"""
            WITH one AS (SELECT * FROM bookings LIMIT 1), copies AS (
                INSERT INTO bookings SELECT (b).* FROM (
                    SELECT jsonb_populate_record(NULL::bookings, to_jsonb(one) || jsonb_build_object('id', gen_random_uuid(), 'code', lpad(n::text, 8, '0'))) AS b
                    FROM one, generate_series(1, {mails - 1}) AS n) AS made RETURNING id, user_id, event_id),
            items AS (INSERT INTO booking_items (id, booking_id, ticket_type_id, quantity, unit_price_minor)
                SELECT gen_random_uuid(), copies.id, i.ticket_type_id, i.quantity, i.unit_price_minor FROM copies, booking_items i)
            INSERT INTO mails (id, kind, subject_id, user_id, event_id, edition, domain, state, attempts, resends, due_at, created_at)
            SELECT gen_random_uuid(), 0, id, user_id, event_id, 0, 'example.com', 0, 0, 0, now(), now() FROM copies
            """, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
