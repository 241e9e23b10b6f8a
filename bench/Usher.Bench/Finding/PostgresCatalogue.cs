using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;
using Usher.Domain.Catalog;
using Usher.Testing;

namespace Usher.Bench.Finding;

/// <summary>Loads a catalogue by COPY, with the indexes built afterwards: a million events in a few minutes.</summary>
internal static class PostgresCatalogue
{
    private const int Batch = 2_000;

    private static readonly string[] Tables = ["events", "event_stock", "ticket_types", "ticket_stock"];

    public static async Task Load(string connectionString, GrownEvents grown, int count, CancellationToken cancellationToken)
    {
        var organizers = await MakeOrganizers(connectionString, cancellationToken);
        var indexes = await Rows(connectionString, $"""
            SELECT indexdef FROM pg_indexes WHERE tablename IN ({string.Join(", ", Tables.Select(table => $"'{table}'"))})
            AND indexname NOT IN (SELECT conname FROM pg_constraint)
            """, cancellationToken);
        foreach (var name in indexes.Select(definition => definition.Split(' ')[definition.StartsWith("CREATE UNIQUE", StringComparison.Ordinal) ? 3 : 2]))
            await Run(connectionString, $"DROP INDEX {name}", cancellationToken);

        var made = Channel.CreateBounded<Event[]>(4);
        var making = Task.Run(async () =>
        {
            try
            {
                for (var from = 0; from < count; from += Batch)
                    await made.Writer.WriteAsync([.. Enumerable.Range(from, Math.Min(Batch, count - from)).AsParallel().AsOrdered()
                        .Select(number => grown[number]).Select(e => EventRows.Of(e, organizers[e.Organizer]))], cancellationToken);
                made.Writer.Complete();
            }
            catch (Exception exception)
            {
                made.Writer.Complete(exception);
            }
        }, cancellationToken);

        await using var connection = await Open(connectionString, cancellationToken);
        await foreach (var events in made.Reader.ReadAllAsync(cancellationToken))
        {
            await Copy(connection, "events", EventColumns.Events, events, cancellationToken);
            await Copy(connection, "event_stock", EventColumns.EventStock, events.Select(e => e.Stock), cancellationToken);
            await Copy(connection, "ticket_types", EventColumns.TicketTypes, events.SelectMany(e => e.TicketTypes), cancellationToken);
            await Copy(connection, "ticket_stock", EventColumns.TicketStock, events.SelectMany(e => e.TicketTypes).Select(t => t.Stock), cancellationToken);
        }
        await making;
        foreach (var definition in indexes)
            await Run(connectionString, $"SET maintenance_work_mem = '1GB'; {definition}", cancellationToken);
        await Run(connectionString, "VACUUM ANALYZE", cancellationToken);
        await Run(connectionString, "CHECKPOINT", cancellationToken);
    }

    public static async Task<bool> IsLoaded(string connectionString, CancellationToken cancellationToken) =>
        (await Rows(connectionString, "SELECT 1 FROM events LIMIT 1", cancellationToken)).Count > 0;

    public static async Task<List<string>> Rows(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = await Open(connectionString, cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i))));
        return rows;
    }

    public static async Task Run(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = await Open(connectionString, cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<Guid[]> MakeOrganizers(string connectionString, CancellationToken cancellationToken)
    {
        await Run(connectionString, $"""
            INSERT INTO users SELECT copy.* FROM generate_series(0, {GrownEvents.Organizers - 1}) n, (SELECT * FROM users LIMIT 1) u,
                LATERAL jsonb_populate_record(u::users, jsonb_build_object('id', gen_random_uuid(), 'username', 'grown-' || n, 'username_key', 'grown-' || n,
                    'email', 'grown-' || n || '@example.com', 'email_key', 'grown-' || n || '@example.com')) copy
            """, cancellationToken);
        return [.. (await Rows(connectionString, "SELECT id FROM users WHERE username LIKE 'grown-%' ORDER BY username", cancellationToken)).Select(Guid.Parse)];
    }

    private static async Task Copy<T>(
        NpgsqlConnection connection, string table, (string Name, Func<T, object?> Value)[] columns, IEnumerable<T> rows, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            $"COPY {table} ({string.Join(", ", columns.Select(c => c.Name))}) FROM STDIN (FORMAT binary)", cancellationToken);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancellationToken);
            foreach (var (name, value) in columns)
                switch (value(row))
                {
                    case null: await copy.WriteNullAsync(cancellationToken); break;
                    case DateTime local: await copy.WriteAsync(local, NpgsqlDbType.Timestamp, cancellationToken); break;
                    case var other: await copy.WriteAsync(other, cancellationToken); break;
                }
        }
        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task<NpgsqlConnection> Open(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
