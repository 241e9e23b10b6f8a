using Microsoft.Data.Sqlite;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Persistence.Sqlite;
using static Usher.Server.Features.BoxOffice.StoredStates;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>
/// The ledger on SQLite. There is one writer, so the transaction itself is the lock. Statements cost no round trip: prepared once, they run
/// row by row.
/// </summary>
internal sealed class SqliteLedger(SqliteEngine engine, DatabaseClock clock) : ILedger
{
    private static readonly LedgerRows Rows = new((reader, column) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column)));

    private readonly Dictionary<string, SqliteCommand> _prepared = [];
    private SqliteConnection? _connection;
    private IDisposable? _turn;

    public async ValueTask<LedgerPage> Open(LedgerDemand demand, TimeSpan patience)
    {
        _turn = await engine.EnterWrite(CancellationToken.None, patience);
        Connect();
        Run("BEGIN IMMEDIATE");

        var page = new LedgerPage { Now = clock.Now };
        var now = Milliseconds(page.Now);
        foreach (var id in demand.Events)
        {
            Read(SelectEvent, [id], r => page.Events.Add(id, Rows.Event(r)));
            if (page.Events.TryGetValue(id, out var known))
                Read(SelectTicketTypes, [id], r => known.TicketTypes.Add(Rows.TicketType(r)));
            Read(SelectLapsed, [id, now], r => page.Lapsed.Add(new LapsedHold(id, r.GetGuid(0), r.GetInt32(1))));
        }
        foreach (var buyer in demand.Buyers)
            Read(SelectClosedAccount, [buyer.User], _ => page.ClosedAccounts.Add(buyer.User));
        foreach (var buyer in demand.Buyers)
            if (page.Events.TryGetValue(buyer.Event, out var offer) && offer.MaxPerUser is not null)
                Read(SelectTicketsOfUser, [buyer.User, buyer.Event, now], r => page.TicketsOfUsers.Add(buyer, r.GetInt32(0)));
        var heldSince = Milliseconds(page.Now - demand.HoldFor);
        foreach (var holder in demand.Holders)
            Read(SelectHeldByUser, [holder.User, holder.Event, heldSince], r => page.HeldByUsers.Add(holder, r.GetInt32(0)));
        foreach (var id in demand.Bookings)
            Read(SelectBooking, [id], r => page.Bookings.Add(Rows.Booking(r)));
        foreach (var booking in page.Bookings)
            Read(SelectItems, [booking.Id], r => ((List<BookingItem>)booking.Items).Add(LedgerRows.Item(r)));
        foreach (var key in demand.Keys)
            Read(SelectKey, [key.UserId, key.Route, key.Key], r => page.Keys.Add((key with { RequestHash = (byte[])r[0] }, r.GetString(1))));
        return page;
    }

    public ValueTask Commit(LedgerEntry entry)
    {
        var (now, inventory) = (Milliseconds(entry.Now), entry.Inventory);
        if (inventory.HasLapsedHolds)
            foreach (var id in entry.Demand.Events)
            {
                Run(InsertExpired, id, now);
                Run(ExpireHolds, id, now);
            }
        foreach (var (id, delta) in inventory.TicketTypeDeltas)
            Run("UPDATE ticket_stock SET sold = sold + $1, held = held + $2 WHERE ticket_type_id = $3", delta.Sold, delta.Held, id);
        foreach (var (id, delta) in inventory.EventDeltas)
            Run("UPDATE event_stock SET sold = sold + $1, held = held + $2 WHERE event_id = $3", delta.Sold, delta.Held, id);
        foreach (var (id, soldOut) in inventory.SoldOutChanges)
            Run("UPDATE events SET sold_out = $1 WHERE id = $2", soldOut, id);
        foreach (var b in inventory.Created)
        {
            Run(InsertBooking, b.Id, b.Code, b.UserId, b.EventId, (int)b.Status, (int)b.PaymentStatus, b.Currency, b.TotalMinor, b.Quantity,
                Milliseconds(b.BookedAt), Milliseconds(b.ExpiresAt), Milliseconds(b.ConfirmedAt), b.CapturedMinor, Milliseconds(b.SettleAt));
            foreach (var i in b.Items)
                Run(InsertItem, i.Id, i.BookingId, i.TicketTypeId, i.Quantity, i.UnitPriceMinor);
        }
        foreach (var b in inventory.Changed)
            Run(UpdateBooking, (int)b.Status, (int)b.PaymentStatus, Milliseconds(b.ExpiresAt), Milliseconds(b.ConfirmedAt), Milliseconds(b.CancelledAt),
                (int?)b.CancelReason, b.CancelNote, b.CapturedMinor, b.RefundMinor, Milliseconds(b.SettleAt), b.Version, b.Id);
        foreach (var (type, booking) in entry.Messages)
            Run("INSERT INTO outbox (type, event_id, booking_id, user_id, created_at) VALUES ($1, $2, $3, $4, $5)", type, booking.EventId, booking.Id, booking.ChangedBy, now);
        foreach (var (key, booking, answer) in entry.Keys)
            Run(InsertKey, key.UserId, key.Route, key.Key, key.RequestHash, booking, answer, now);
        try
        {
            Run("COMMIT");
        }
        catch (SqliteException lost) when (SqliteEngine.IsDiskFailure(lost))
        {
            // Written but unflushed data may still be found, and used, after a crash.
            throw new CommitUnknownException(lost);
        }
        return default;
    }

    public ValueTask Close()
    {
        try
        {
            if (_connection is not null && SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
                Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            Disconnect();
        }
        finally
        {
            _turn?.Dispose();
            _turn = null;
        }
        return default;
    }

    public bool IsTransient(Exception exception) => engine.IsTransient(exception);

    public bool IsTaken(Exception exception) => engine.ViolatedKey(exception) is not null;

    public ValueTask DisposeAsync()
    {
        Disconnect();
        return default;
    }

    /// <summary>Excludes events of an unpublished import.</summary>
    private static readonly string SelectEvent = $"{LedgerRows.SelectEvents} WHERE s.event_id = $1 AND {SqliteDb.IsImported("s.event_id")}";
    private const string SelectTicketTypes = $"SELECT {LedgerRows.TicketTypeColumns} FROM ticket_stock s JOIN ticket_types t ON t.id = s.ticket_type_id WHERE s.event_id = $1";
    private const string SelectBooking = LedgerRows.SelectBookings + " WHERE id = $1";
    private const string SelectClosedAccount = "SELECT 1 FROM users WHERE id = $1 AND (erased_at IS NOT NULL OR suspended_at IS NOT NULL)";
    private const string SelectItems = LedgerRows.SelectItems + " WHERE booking_id = $1 ORDER BY id";
    private const string SelectKey = "SELECT request_hash, answer FROM idempotency_keys WHERE user_id = $1 AND route = $2 AND key = $3";

    private static readonly string SelectLapsed = $"""
        SELECT i.ticket_type_id, sum(i.quantity) FROM bookings b JOIN booking_items i ON i.booking_id = b.id
        WHERE b.status = {Pending} AND b.event_id = $1 AND b.expires_at <= $2 GROUP BY i.ticket_type_id
        """;

    private static readonly string SelectTicketsOfUser = $"""
        SELECT coalesce(sum(quantity), 0) FROM bookings
        WHERE user_id = $1 AND event_id = $2 AND (status = {Confirmed} OR (status = {Pending} AND expires_at > $3))
        """;

    private static readonly string SelectHeldByUser = $"""
        SELECT coalesce(sum(quantity), 0) FROM bookings
        WHERE user_id = $1 AND event_id = $2 AND ((status = {Pending} AND expires_at > $3) OR (status = {Cancelled} AND cancel_reason = {Expired} AND cancelled_at > $3))
        """;

    private static readonly string InsertExpired = $"""
        INSERT INTO outbox (type, event_id, booking_id, created_at)
        SELECT '{MessageTypes.BookingExpired}', event_id, id, $2 FROM bookings WHERE status = {Pending} AND event_id = $1 AND expires_at <= $2
        """;

    private static readonly string ExpireHolds = $"""
        UPDATE bookings SET status = {Cancelled}, cancel_reason = {Expired}, cancelled_at = expires_at, expires_at = NULL, settle_at = NULL, version = version + 1
        WHERE status = {Pending} AND event_id = $1 AND expires_at <= $2
        """;

    private const string InsertBooking = """
        INSERT INTO bookings (id, code, user_id, event_id, status, payment_status, currency, total_minor, quantity, booked_at,
                              expires_at, confirmed_at, captured_minor, settle_at, refund_minor, refund_done, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, 1)
        """;

    private const string InsertItem = "INSERT INTO booking_items (id, booking_id, ticket_type_id, quantity, unit_price_minor) VALUES ($1, $2, $3, $4, $5)";

    private const string UpdateBooking = """
        UPDATE bookings SET status = $1, payment_status = $2, expires_at = $3, confirmed_at = $4, cancelled_at = $5, cancel_reason = $6,
               cancel_note = $7, captured_minor = $8, refund_minor = $9, settle_at = $10, version = $11
        WHERE id = $12
        """;

    private const string InsertKey =
        "INSERT INTO idempotency_keys (user_id, route, key, request_hash, booking_id, answer, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";

    private void Connect()
    {
        if (_connection is not null)
            return;
        _connection = new SqliteConnection(engine.ConnectionString);
        _connection.Open();
        SqliteEngine.MakeDurable(_connection, cacheKilobytes: 16_384);
    }

    private void Disconnect()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        _prepared.Clear();
        _connection?.Dispose();
        _connection = null;
    }

    private void Run(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

    private void Read(string sql, ReadOnlySpan<object?> values, Action<SqliteDataReader> read)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        while (reader.Read())
            read(reader);
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            _prepared[sql] = command = _connection!.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    private static long? Milliseconds(DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds();
}
