using System.Globalization;
using Npgsql;

namespace Usher.Bench.Restarts;

/// <summary>What a sale takes of its database: connections while it runs, and bytes that stay.</summary>
internal sealed class Footprint : IAsyncDisposable
{
    private static readonly string[] Tables = ["bookings", "booking_items", "idempotency_keys", "outbox"];

    private readonly NpgsqlDataSource _source;
    private readonly CancellationTokenSource _closing = new();
    private readonly Dictionary<string, long> _most = [];
    private long _logBefore;
    private Task _watching = Task.CompletedTask;

    private Footprint(string connection) =>
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "bench", MaxPoolSize = 2 }.ConnectionString);

    public static async Task<Footprint> Watch(string connection, CancellationToken cancellationToken)
    {
        var footprint = new Footprint(connection);
        footprint._logBefore = await footprint.Number("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn", cancellationToken);
        footprint._watching = Task.Run(footprint.Count, CancellationToken.None);
        return footprint;
    }

    public Task<long> Bookings() => Number("SELECT count(*) FROM bookings", CancellationToken.None);

    public async Task<string> Describe()
    {
        await _closing.CancelAsync();
        await _watching;
        var log = await Number("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn", CancellationToken.None) - _logBefore;
        var bookings = await Bookings();
        var sizes = new List<string>();
        long all = 0;
        foreach (var table in Tables)
        {
            var size = await Number($"SELECT pg_total_relation_size('{table}')", CancellationToken.None);
            all += size;
            sizes.Add(string.Create(CultureInfo.InvariantCulture, $"{size / bookings:N0} in `{table}`"));
        }
        return string.Create(CultureInfo.InvariantCulture,
            $"A booking takes {all / bookings:N0} bytes with its indexes ({string.Join(", ", sizes)}) and {log / bookings:N0} bytes of PostgreSQL's log. ")
            + $"Connections at most, both servers together: {string.Join(", ", _most.OrderBy(m => m.Key).Select(m => $"{m.Value} of `{m.Key}`"))}.";
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _watching;
        await _source.DisposeAsync();
        _closing.Dispose();
    }

    private async Task Count()
    {
        while (!_closing.IsCancellationRequested)
        {
            await using (var command = _source.CreateCommand("SELECT application_name, count(*) FROM pg_stat_activity WHERE application_name LIKE 'usher%' GROUP BY 1"))
            await using (var reader = await command.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                    _most[reader.GetString(0)] = Math.Max(_most.GetValueOrDefault(reader.GetString(0)), reader.GetInt64(1));
            }
            await Task.Delay(100, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<long> Number(string sql, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
