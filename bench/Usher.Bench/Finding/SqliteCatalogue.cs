using System.Text.Json;
using Microsoft.Data.Sqlite;
using Usher.Domain.Catalog;
using Usher.Testing;

namespace Usher.Bench.Finding;

/// <summary>Loads a catalogue into a file in one transaction; the triggers fill the index of the words as they do for a server.</summary>
internal static class SqliteCatalogue
{
    public static void Load(string file, GrownEvents grown, int count, CancellationToken cancellationToken)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file }.ConnectionString);
        connection.Open();
        Run(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; PRAGMA foreign_keys = OFF");
        using var transaction = connection.BeginTransaction();
        var organizers = Enumerable.Range(0, GrownEvents.Organizers).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var (number, id) in organizers.Index())
            Run(connection, $"""
                INSERT INTO users SELECT '{id.ToString().ToUpperInvariant()}', {string.Join(", ", UserColumns(connection).Skip(1)
                    .Select(column => column is "username" or "username_key" or "email" or "email_key" ? $"'grown-{number}@example.com'" : column))} FROM users LIMIT 1
                """);

        using var events = Insert(connection, "events", EventColumns.Events);
        using var stock = Insert(connection, "event_stock", EventColumns.EventStock);
        using var types = Insert(connection, "ticket_types", EventColumns.TicketTypes);
        using var typeStock = Insert(connection, "ticket_stock", EventColumns.TicketStock);
        for (var from = 0; from < count; from += 2_000)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Event[] made = [.. Enumerable.Range(from, Math.Min(2_000, count - from)).AsParallel().AsOrdered()
                .Select(number => grown[number]).Select(e => EventRows.Of(e, organizers[e.Organizer]))];
            foreach (var row in made)
            {
                Write(events, EventColumns.Events, row);
                Write(stock, EventColumns.EventStock, row.Stock);
                foreach (var type in row.TicketTypes)
                {
                    Write(types, EventColumns.TicketTypes, type);
                    Write(typeStock, EventColumns.TicketStock, type.Stock);
                }
            }
        }
        transaction.Commit();
        Run(connection, "ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static List<string> UserColumns(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM pragma_table_info('users')";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        // The id comes first whatever the order of the columns.
        return names is ["id", ..] ? names : throw new InvalidOperationException("users does not begin with its id.");
    }

    private static SqliteCommand Insert<T>(SqliteConnection connection, string table, (string Name, Func<T, object?> Value)[] columns)
    {
        var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns.Select(c => c.Name))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"$p{i}"))})";
        foreach (var i in Enumerable.Range(0, columns.Length))
            command.Parameters.Add(new SqliteParameter { ParameterName = $"$p{i}" });
        return command;
    }

    private static void Write<T>(SqliteCommand insert, (string Name, Func<T, object?> Value)[] columns, T row)
    {
        for (var i = 0; i < columns.Length; i++)
            insert.Parameters[i].Value = columns[i].Value(row) switch
            {
                null => DBNull.Value,
                DateTimeOffset instant => instant.ToUnixTimeMilliseconds(),
                List<string> tags => JsonSerializer.Serialize(tags),
                var other => other,
            };
        insert.ExecuteNonQuery();
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
