using System.Data.Common;

namespace Usher.Bench.Sale;

/// <summary>After a run the books must agree: sold = sum of the items ≥ what the buyers were told.</summary>
internal static class Ledger
{
    public static async Task<string> Check(DbConnection connection, long acknowledged, CancellationToken cancellationToken)
    {
        await connection.OpenAsync(cancellationToken);
        var sold = await Sum(connection, "SELECT coalesce(sum(sold), 0) FROM ticket_stock", cancellationToken);
        var items = await Sum(connection, "SELECT coalesce(sum(quantity), 0) FROM booking_items", cancellationToken);
        var oversold = await Sum(connection, "SELECT count(*) FROM ticket_stock WHERE sold + held > quantity_total", cancellationToken);
        // A reply may be lost, a sale may not: more than acknowledged is a buyer who will ask again, less is a lie.
        return sold == items && items >= acknowledged && oversold == 0
            ? $"sold {sold} = items, acknowledged {acknowledged}"
            : throw new UnsoundException($"The books do not agree: sold {sold}, items {items}, acknowledged {acknowledged}, oversold types {oversold}");
    }

    /// <summary>And type by type, and event by event, for the server's own tables.</summary>
    public static async Task CheckEachRow(DbConnection connection, CancellationToken cancellationToken)
    {
        var types = await Sum(connection, """
            SELECT count(*) FROM ticket_stock s
            WHERE s.sold <> (SELECT coalesce(sum(i.quantity), 0) FROM booking_items i WHERE i.ticket_type_id = s.ticket_type_id)
            """, cancellationToken);
        var events = await Sum(connection, """
            SELECT count(*) FROM event_stock e
            WHERE e.sold + e.held > e.total_capacity
               OR e.sold <> (SELECT coalesce(sum(b.quantity), 0) FROM bookings b WHERE b.event_id = e.event_id)
            """, cancellationToken);
        if (types + events > 0)
            throw new UnsoundException($"The books do not agree: {types} ticket types and {events} events whose counters are not the sum of their bookings");
    }

    private static async Task<long> Sum(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        // Millions of rows may have been written.
        command.CommandTimeout = 300;
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>What was measured was not a sale, so its speed is not worth printing.</summary>
internal sealed class UnsoundException(string message) : Exception(message);
