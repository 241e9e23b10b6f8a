using Npgsql;

namespace Usher.Bench.Server;

/// <summary>
/// Fills the server's tables with bookings of the past, to see what large tables cost. They are copies of one booking
/// the server made itself, so they keep its shape when its columns change; buyers, ids and codes are spread as real ones
/// are, and the counters are kept in step.
/// </summary>
internal static class EarlierBookings
{
    /// <summary>No event may sell more than a million, and the one on sale needs room.</summary>
    public const int PerEvent = 500_000;

    private const string Copy = """
        CREATE FUNCTION pg_temp.code(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
            SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ',
                ((((n * 679891637639) & 1099511627775) >> (5 * k)) & 31)::int + 1, 1), '' ORDER BY k)
            FROM generate_series(0, 7) k $$;

        CREATE TEMP TABLE past_users AS
            SELECT n, gen_random_uuid() AS id, 'past-' || n AS name FROM generate_series(0, 49999) n;
        INSERT INTO users
            SELECT copy.* FROM past_users p, (SELECT * FROM users LIMIT 1) u,
                LATERAL jsonb_populate_record(u::users, jsonb_build_object('id', p.id, 'username', p.name,
                    'username_key', p.name, 'email', p.name || '@example.com', 'email_key', p.name || '@example.com')) copy;

        CREATE TEMP TABLE past AS
            SELECT p.id AS user_id, s.event_id, s.ticket_type_id, pg_temp.code(i) AS code,
                (lpad(to_hex(1700000000000 + i), 12, '0') || '7' || substr(md5(i::text), 1, 19))::uuid AS id
            FROM generate_series(1, {0}::bigint) i
            JOIN past_users p ON p.n = i % 50000
            JOIN (SELECT *, row_number() OVER () - 1 AS k, count(*) OVER () AS kinds FROM ticket_stock) s ON s.k = i % s.kinds;

        CREATE TEMP TABLE one_booking AS SELECT * FROM bookings LIMIT 1;
        CREATE TEMP TABLE one_item AS SELECT * FROM booking_items LIMIT 1;
        INSERT INTO bookings
            SELECT copy.* FROM past, one_booking b,
                LATERAL jsonb_populate_record(NULL::bookings, to_jsonb(b) || jsonb_build_object('id', past.id,
                    'code', past.code, 'user_id', past.user_id, 'event_id', past.event_id)) copy;
        INSERT INTO booking_items
            SELECT copy.* FROM past, one_item i,
                LATERAL jsonb_populate_record(NULL::booking_items, to_jsonb(i) || jsonb_build_object('id', past.id,
                    'booking_id', past.id, 'ticket_type_id', past.ticket_type_id)) copy;

        UPDATE ticket_stock s SET sold = sold + p.n
            FROM (SELECT ticket_type_id, count(*) AS n FROM past GROUP BY 1) p WHERE p.ticket_type_id = s.ticket_type_id;
        UPDATE event_stock s SET sold = sold + p.n
            FROM (SELECT event_id, count(*) AS n FROM past GROUP BY 1) p WHERE p.event_id = s.event_id;
        """;

    /// <summary>Expects one booking of one ticket to be there.</summary>
    public static async Task Write(string connectionString, int count, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        // What autovacuum would have done by the time a table is this large.
        foreach (var sql in (string[])[Copy.Replace("{0}", $"{count}", StringComparison.Ordinal), "VACUUM ANALYZE", "CHECKPOINT"])
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
