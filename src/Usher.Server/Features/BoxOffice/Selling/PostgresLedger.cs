using Npgsql;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Persistence.Postgres;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>Two round trips per batch of any size: [begin, lock, clock, read] and [write as arrays, commit].</summary>
internal sealed partial class PostgresLedger : ILedger
{
    private static readonly LedgerRows Rows = new((reader, column) => new(reader.GetDateTime(column), TimeSpan.Zero));

    private readonly PostgresEngine _engine;
    private readonly DatabaseClock _clock;
    private readonly NpgsqlDataSource _source;
    private NpgsqlConnection? _connection;
    private bool _isOpen;

    public PostgresLedger(PostgresEngine engine, DatabaseClock clock)
    {
        (_engine, _clock) = (engine, clock);
        var settings = new NpgsqlConnectionStringBuilder(engine.ConnectionString)
        {
            ApplicationName = "usher box office",
            Pooling = false,
            MaxAutoPrepare = 60,
            AutoPrepareMinUsages = 2,
            // A plan that was made for empty tables would keep scanning them when they are full. On this connection, every plan must use the
            // indexes, from the few named rows to the many.
            Options = engine.ConnectionOptions
                + " -c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off",
        };
        _source = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = settings.ApplicationName }.Build();
    }

    public async ValueTask<LedgerPage> Open(LedgerDemand demand, TimeSpan patience)
    {
        if (_connection is not { State: System.Data.ConnectionState.Open })
            _connection = await _source.OpenConnectionAsync();
        _isOpen = true;

        await using var batch = new NpgsqlBatch(_connection);
        Add(batch, "BEGIN ISOLATION LEVEL READ COMMITTED");
        // Before any stock lock: a wait here delays no other batch.
        if (demand.Buyers.Length > 0)
            Add(batch, LockBuyers, PostgresEngine.AccountLocks, PostgresEngine.BucketsOf(demand.Buyers.Select(b => b.User)));
        Add(batch, "SELECT event_id FROM event_stock WHERE event_id = ANY($1) ORDER BY event_id FOR NO KEY UPDATE", demand.Events);
        // A separate statement after the lock: inside the locking statement, the clock would be as old as the wait.
        Add(batch, "SELECT set_config('usher.now', date_trunc('milliseconds', clock_timestamp() + $1)::text, true)::timestamptz", _clock.Shift);
        Add(batch, SelectEvents, demand.Events);
        Add(batch, SelectTicketTypes, demand.Events);
        Add(batch, SelectLapsed, demand.Events);
        if (demand.Buyers.Length > 0)
        {
            var buyers = Array.ConvertAll(demand.Buyers, b => b.User);
            Add(batch, SelectTicketsOfUsers, demand.Events, buyers, Array.ConvertAll(demand.Buyers, b => b.Event));
            Add(batch, SelectClosedAccounts, buyers);
        }
        if (demand.Holders.Length > 0)
            Add(batch, SelectHeldByUsers, Array.ConvertAll(demand.Holders, b => b.User), Array.ConvertAll(demand.Holders, b => b.Event), demand.HoldFor);
        if (demand.Bookings.Length > 0)
        {
            Add(batch, SelectBookings, demand.Bookings);
            Add(batch, SelectItems, demand.Bookings);
        }
        if (demand.Keys.Length > 0)
            Add(batch, SelectKeys, Array.ConvertAll(demand.Keys, k => k.UserId), Array.ConvertAll(demand.Keys, k => k.Route), Array.ConvertAll(demand.Keys, k => k.Key));

        await using var reader = await batch.ExecuteReaderAsync();
        var page = new LedgerPage();
        while (await reader.ReadAsync()) { }
        if (demand.Buyers.Length > 0)
            await Each(reader, _ => { });
        await Next(reader);
        page.Now = Rows.Instant(reader, 0);
        _clock.Observe(page.Now - _clock.Shift);
        await Each(reader, r => page.Events.Add(r.GetGuid(0), Rows.Event(r)));
        await Each(reader, r => page.Events[r.GetGuid(0)].TicketTypes.Add(Rows.TicketType(r)));
        await Each(reader, r => page.Lapsed.Add(new LapsedHold(r.GetGuid(0), r.GetGuid(1), r.GetInt32(2))));
        if (demand.Buyers.Length > 0)
        {
            await Each(reader, r => page.TicketsOfUsers.Add((r.GetGuid(0), r.GetGuid(1)), r.GetInt32(2)));
            await Each(reader, r => page.ClosedAccounts.Add(r.GetGuid(0)));
        }
        if (demand.Holders.Length > 0)
            await Each(reader, r => page.HeldByUsers.Add((r.GetGuid(0), r.GetGuid(1)), r.GetInt32(2)));
        if (demand.Bookings.Length > 0)
        {
            var items = new Dictionary<Guid, List<BookingItem>>(demand.Bookings.Length);
            await Each(reader, r =>
            {
                var booking = Rows.Booking(r);
                page.Bookings.Add(booking);
                items.Add(booking.Id, (List<BookingItem>)booking.Items);
            });
            await Each(reader, r => items[r.GetGuid(1)].Add(LedgerRows.Item(r)));
        }
        if (demand.Keys.Length > 0)
            await Each(reader, r => page.Keys.Add((new KeyClaim(r.GetGuid(0), r.GetString(1), r.GetString(2), (byte[])r[3]), r.GetString(4))));
        return page;
    }

    public async ValueTask Commit(LedgerEntry entry)
    {
        await using var batch = new NpgsqlBatch(_connection);
        var inventory = entry.Inventory;
        if (inventory.HasLapsedHolds)
            Add(batch, ExpireHolds, Utc(entry.Now), entry.Demand.Events);
        AddStock(batch, UpdateTicketStock, inventory.TicketTypeDeltas);
        AddStock(batch, UpdateEventStock, inventory.EventDeltas);
        if (inventory.SoldOutChanges.ToArray() is { Length: > 0 } soldOut)
            Add(batch, UpdateSoldOut, Array.ConvertAll(soldOut, s => s.EventId), Array.ConvertAll(soldOut, s => s.SoldOut));
        if (inventory.Created.ToArray() is { Length: > 0 } created)
            AddCreated(batch, created);
        if (inventory.Changed.ToArray() is { Length: > 0 } changed)
            AddChanged(batch, changed);
        if (entry.Messages.ToArray() is { Length: > 0 } messages)
            Add(batch, InsertOutbox, Array.ConvertAll(messages, m => m.Type), Array.ConvertAll(messages, m => m.Booking.EventId),
                Array.ConvertAll(messages, m => m.Booking.Id), Array.ConvertAll(messages, m => m.Booking.ChangedBy), Utc(entry.Now));
        if (entry.Keys.OrderBy(k => k.Key.Key, StringComparer.Ordinal).ToArray() is { Length: > 0 } keys)
            Add(batch, InsertKeys, Array.ConvertAll(keys, k => k.Key.UserId), Array.ConvertAll(keys, k => k.Key.Route), Array.ConvertAll(keys, k => k.Key.Key),
                Array.ConvertAll(keys, k => k.Key.RequestHash), Array.ConvertAll(keys, k => k.BookingId), Array.ConvertAll(keys, k => k.Answer), Utc(entry.Now));
        Add(batch, "COMMIT");
        try
        {
            await batch.ExecuteNonQueryAsync();
            _isOpen = false;
        }
        catch (Exception lost) when (lost is NpgsqlException and not PostgresException { InvariantSeverity: "ERROR" } or IOException or TimeoutException)
        {
            // After COMMIT was sent, only an error message of the server proves that nothing was committed.
            throw new CommitUnknownException(lost);
        }
    }

    public async ValueTask Close()
    {
        if (!_isOpen)
            return;
        _isOpen = false;
        try
        {
            await using var rollback = new NpgsqlCommand("ROLLBACK", _connection);
            await rollback.ExecuteNonQueryAsync();
        }
        catch (Exception broken) when (broken is NpgsqlException or InvalidOperationException or IOException)
        {
            // The server rolls back a lost connection; the next batch gets a new one.
            await _connection!.DisposeAsync();
            _connection = null;
        }
    }

    public bool IsTransient(Exception exception) => _engine.IsTransient(exception);

    public bool IsTaken(Exception exception) => _engine.ViolatedKey(exception) is not null;

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }

    private static void AddStock(NpgsqlBatch batch, string sql, IReadOnlyDictionary<Guid, StockDelta> deltas)
    {
        if (deltas.Count > 0)
            Add(batch, sql, deltas.Keys.ToArray(), deltas.Values.Select(d => d.Sold).ToArray(), deltas.Values.Select(d => d.Held).ToArray());
    }

    private static void AddCreated(NpgsqlBatch batch, Booking[] created)
    {
        Add(batch, InsertBookings,
            Array.ConvertAll(created, b => b.Id), Array.ConvertAll(created, b => b.Code),
            Array.ConvertAll(created, b => b.UserId), Array.ConvertAll(created, b => b.EventId),
            Array.ConvertAll(created, b => (short)b.Status), Array.ConvertAll(created, b => (short)b.PaymentStatus),
            Array.ConvertAll(created, b => b.Currency), Array.ConvertAll(created, b => b.TotalMinor),
            Array.ConvertAll(created, b => b.Quantity), Array.ConvertAll(created, b => Utc(b.BookedAt)),
            Array.ConvertAll(created, b => Utc(b.ExpiresAt)), Array.ConvertAll(created, b => Utc(b.ConfirmedAt)),
            Array.ConvertAll(created, b => b.CapturedMinor), Array.ConvertAll(created, b => Utc(b.SettleAt)));
        var items = created.SelectMany(b => b.Items).ToArray();
        Add(batch, InsertItems,
            Array.ConvertAll(items, i => i.Id), Array.ConvertAll(items, i => i.BookingId), Array.ConvertAll(items, i => i.TicketTypeId),
            Array.ConvertAll(items, i => i.Quantity), Array.ConvertAll(items, i => i.UnitPriceMinor));
    }

    private static void AddChanged(NpgsqlBatch batch, Booking[] changed) => Add(batch, UpdateBookings,
        Array.ConvertAll(changed, b => b.Id), Array.ConvertAll(changed, b => (short)b.Status), Array.ConvertAll(changed, b => (short)b.PaymentStatus),
        Array.ConvertAll(changed, b => Utc(b.ExpiresAt)), Array.ConvertAll(changed, b => Utc(b.ConfirmedAt)),
        Array.ConvertAll(changed, b => Utc(b.CancelledAt)), Array.ConvertAll(changed, b => (short?)b.CancelReason),
        Array.ConvertAll(changed, b => b.CancelNote), Array.ConvertAll(changed, b => b.CapturedMinor),
        Array.ConvertAll(changed, b => b.RefundMinor), Array.ConvertAll(changed, b => Utc(b.SettleAt)), Array.ConvertAll(changed, b => b.Version));

    private static async Task Next(NpgsqlDataReader reader)
    {
        await reader.NextResultAsync();
        await reader.ReadAsync();
    }

    private static async Task Each(NpgsqlDataReader reader, Action<NpgsqlDataReader> read)
    {
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
            read(reader);
    }

    private static DateTime Utc(DateTimeOffset instant) => instant.UtcDateTime;

    private static DateTime? Utc(DateTimeOffset? instant) => instant?.UtcDateTime;

    private static void Add(NpgsqlBatch batch, string sql) => batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
