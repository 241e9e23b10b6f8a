using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Reports;

/// <summary>The first three count tickets of one type, the others whole bookings, whose captured and refunded amounts are exact.</summary>
internal enum FactKind { Sold = 0, Cancelled = 1, Refunded = 2, Captured = 3, PaidBack = 4 }

/// <summary>A sum over the ledger for a quarter hour: the days and hours of every zone begin on one.</summary>
/// <param name="Slot">Quarter hours since 1970 in UTC.</param>
internal sealed record Fact(FactKind Kind, long Slot, Guid EventId, Guid? TicketTypeId, long Tickets, long Minor, long Bookings)
{
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeSeconds(Slot * 900);
}

/// <summary>Reads the ledger: a sale counts when it was confirmed, a cancellation and a refund when they happened.</summary>
internal static class Sales
{
    private static readonly DateTimeOffset Ever = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero), Forever = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Task<List<Fact>> OfEvent(UsherDb db, Guid eventId, CancellationToken cancellationToken) =>
        Read(db, "b.event_id = {0}", eventId, Ever, Forever, cancellationToken);

    public static Task<List<Fact>> OfOrganizer(UsherDb db, Guid organizerId, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken) =>
        Read(db, "b.event_id IN (SELECT id FROM events WHERE organizer_id = {0})", organizerId, from, until, cancellationToken);

    private static Task<List<Fact>> Read(UsherDb db, string whose, Guid id, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var (slot, instant) = db.Engine.Pick<(string, Func<DateTimeOffset, object>)>(
            sqlite: () => ("b.{0} / 900000", i => i.ToUnixTimeMilliseconds()),
            postgres: () => ("CAST(floor(extract(epoch FROM b.{0}) / 900) AS bigint)", i => i.UtcDateTime));

        // Saturates at the end of a bigint. Beyond it, one engine fails in the sum, and the other when the result is converted to an integer.
        string Sum(string minor) => db.Engine.Pick(
            sqlite: () => $"MIN(SUM({minor} / 1000000) * 1000000 + SUM({minor} % 1000000), {long.MaxValue})",
            postgres: () => $"LEAST(SUM({minor}), {long.MaxValue})");

        string At(string column) => slot.Replace("{0}", column, StringComparison.Ordinal);

        string Tickets(FactKind kind, string at, string minor) => $$"""
            SELECT {{(int)kind}} AS kind, {{At(at)}} AS slot, b.event_id, i.ticket_type_id,
                   CAST(SUM(i.quantity) AS bigint) AS tickets, CAST({{minor}} AS bigint) AS minor, CAST(0 AS bigint) AS bookings
            FROM bookings b JOIN booking_items i ON i.booking_id = b.id
            WHERE {{whose}} AND b.confirmed_at IS NOT NULL AND b.{{at}} >= {1} AND b.{{at}} < {2} GROUP BY 2, 3, 4
            """;

        string Bookings(FactKind kind, string at, string minor) => $$"""
            SELECT {{(int)kind}}, {{At(at)}}, b.event_id, CAST(NULL AS {{db.Engine.Pick(() => "text", () => "uuid")}}),
                   CAST(0 AS bigint), CAST({{Sum(minor)}} AS bigint), COUNT(*)
            FROM bookings b WHERE {{whose}} AND b.{{at}} >= {1} AND b.{{at}} < {2} GROUP BY 2, 3
            """;

        return db.Database.SqlQueryRaw<Fact>(string.Join(" UNION ALL ",
            Tickets(FactKind.Sold, "confirmed_at", Sum("(i.quantity * i.unit_price_minor)")),
            Tickets(FactKind.Cancelled, "cancelled_at", "0"),
            Tickets(FactKind.Refunded, "refunded_at", Sum("(i.quantity * i.unit_price_minor)")),
            Bookings(FactKind.Captured, "confirmed_at", "b.captured_minor"),
            Bookings(FactKind.PaidBack, "refunded_at", "b.refund_minor")), id, instant(from), instant(until)).ToListAsync(cancellationToken);
    }
}
