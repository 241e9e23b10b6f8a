using Usher.Server.Platform.Messaging;
using static Usher.Server.Features.BoxOffice.StoredStates;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>
/// Each statement reaches its tables by an index, from the named rows, whatever the statistics say: a join is lateral, or names the keys on
/// both sides. Statistics do not include uncommitted rows. Beside an open import, a join of one row was planned as a scan of a whole index,
/// and each batch read 400,000 ticket types.
/// </summary>
internal sealed partial class PostgresLedger
{
    private const string SelectEvents = LedgerRows.SelectEvents + " WHERE s.event_id = ANY($1) AND e.id = ANY($1)";

    private const string SelectTicketTypes = $"""
        SELECT {LedgerRows.TicketTypeColumns}
        FROM unnest($1) AS named (id)
        CROSS JOIN LATERAL (SELECT * FROM ticket_types WHERE event_id = named.id OFFSET 0) AS t
        CROSS JOIN LATERAL (SELECT * FROM ticket_stock WHERE ticket_type_id = t.id OFFSET 0) AS s
        """;

    private const string Now = "current_setting('usher.now')::timestamptz";

    private static readonly string SelectLapsed = $"""
        SELECT b.event_id, i.ticket_type_id, sum(i.quantity)::int
        FROM bookings b
        CROSS JOIN LATERAL (SELECT ticket_type_id, quantity FROM booking_items WHERE booking_id = b.id OFFSET 0) AS i
        WHERE b.status = {Pending} AND b.expires_at <= {Now} AND b.event_id = ANY($1)
        GROUP BY b.event_id, i.ticket_type_id
        """;

    private static readonly string SelectTicketsOfUsers = $"""
        WITH capped AS MATERIALIZED (SELECT id FROM events WHERE id = ANY($1) AND max_per_user IS NOT NULL)
        SELECT buyer.user_id, buyer.event_id, has.tickets
        FROM capped JOIN unnest($2, $3) AS buyer (user_id, event_id) ON buyer.event_id = capped.id
        CROSS JOIN LATERAL (
            SELECT sum(quantity)::int AS tickets FROM bookings
            WHERE event_id = buyer.event_id AND user_id = buyer.user_id AND (status = {Confirmed} OR (status = {Pending} AND expires_at > {Now}))) AS has
        WHERE has.tickets IS NOT NULL
        """;

    /// <summary>An erasure of one of the buyers waits for this batch, or this batch waits for it: an erased account gets no booking.</summary>
    private const string LockBuyers = "SELECT pg_advisory_xact_lock_shared($1, bucket) FROM unnest($2) AS bucket";

    private const string SelectClosedAccounts = "SELECT id FROM users WHERE id = ANY($1) AND (erased_at IS NOT NULL OR suspended_at IS NOT NULL)";

    private static readonly string SelectHeldByUsers = $"""
        SELECT holder.user_id, holder.event_id, has.tickets
        FROM unnest($1, $2) AS holder (user_id, event_id)
        CROSS JOIN LATERAL (
            SELECT sum(quantity)::int AS tickets FROM bookings
            WHERE event_id = holder.event_id AND user_id = holder.user_id
              AND ((status = {Pending} AND expires_at > {Now} - $3) OR (status = {Cancelled} AND cancel_reason = {Expired} AND cancelled_at > {Now} - $3))) AS has
        WHERE has.tickets IS NOT NULL
        """;

    private const string SelectBookings = LedgerRows.SelectBookings + " WHERE id = ANY($1)";

    private const string SelectItems = LedgerRows.SelectItems + " WHERE booking_id = ANY($1) ORDER BY id";

    private const string SelectKeys = """
        SELECT k.user_id, k.route, k.key, k.request_hash, k.answer
        FROM unnest($1, $2, $3) AS asked (user_id, route, key)
        CROSS JOIN LATERAL (
            SELECT * FROM idempotency_keys WHERE user_id = asked.user_id AND route = asked.route AND key = asked.key OFFSET 0) AS k
        """;

    private static readonly string ExpireHolds = $"""
        WITH expired AS (
            UPDATE bookings SET status = {Cancelled}, cancel_reason = {Expired}, cancelled_at = expires_at, expires_at = NULL, settle_at = NULL, version = version + 1
            WHERE status = {Pending} AND expires_at <= $1 AND event_id = ANY($2) RETURNING id, event_id)
        INSERT INTO outbox (type, event_id, booking_id, created_at) SELECT '{MessageTypes.BookingExpired}', event_id, id, $1 FROM expired
        """;

    private const string UpdateTicketStock = """
        UPDATE ticket_stock s SET sold = s.sold + d.sold, held = s.held + d.held
        FROM unnest($1, $2, $3) AS d (id, sold, held) WHERE s.ticket_type_id = d.id AND s.ticket_type_id = ANY($1)
        """;

    private const string UpdateEventStock = """
        UPDATE event_stock s SET sold = s.sold + d.sold, held = s.held + d.held
        FROM unnest($1, $2, $3) AS d (id, sold, held) WHERE s.event_id = d.id AND s.event_id = ANY($1)
        """;

    private const string UpdateSoldOut = "UPDATE events e SET sold_out = d.sold_out FROM unnest($1, $2) AS d (id, sold_out) WHERE e.id = d.id AND e.id = ANY($1)";

    private const string InsertBookings = """
        INSERT INTO bookings (id, code, user_id, event_id, status, payment_status, currency, total_minor, quantity, booked_at,
                              expires_at, confirmed_at, captured_minor, settle_at, refund_minor, refund_done, version)
        SELECT d.*, 0, false, 1 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS d
        """;

    private const string InsertItems = """
        INSERT INTO booking_items (id, booking_id, ticket_type_id, quantity, unit_price_minor) SELECT * FROM unnest($1, $2, $3, $4, $5)
        """;

    private const string UpdateBookings = """
        UPDATE bookings b SET status = d.status, payment_status = d.payment_status, expires_at = d.expires_at, confirmed_at = d.confirmed_at,
               cancelled_at = d.cancelled_at, cancel_reason = d.cancel_reason, cancel_note = d.cancel_note, captured_minor = d.captured_minor,
               refund_minor = d.refund_minor, settle_at = d.settle_at, version = d.version
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS d (id, status, payment_status, expires_at, confirmed_at, cancelled_at,
               cancel_reason, cancel_note, captured_minor, refund_minor, settle_at, version)
        WHERE b.id = d.id AND b.id = ANY($1)
        """;

    private const string InsertOutbox =
        "INSERT INTO outbox (type, event_id, booking_id, user_id, created_at) SELECT d.*, $5 FROM unnest($1, $2, $3, $4) AS d";

    private const string InsertKeys = """
        INSERT INTO idempotency_keys (user_id, route, key, request_hash, booking_id, answer, created_at)
        SELECT d.*, $7 FROM unnest($1, $2, $3, $4, $5, $6) AS d
        """;
}
