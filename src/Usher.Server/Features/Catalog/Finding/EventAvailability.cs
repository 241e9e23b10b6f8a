using System.Linq.Expressions;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>What <see cref="OnSale"/> and <see cref="Allotment"/> say, for the database to compute.</summary>
internal static class EventAvailability
{
    private static readonly Sql Pending = Sql.Number(BookingStatus.Pending);

    /// <summary><see cref="Allotment.Free"/> of a ticket type.</summary>
    public static readonly Expression<Func<TicketStock, long>> Free = t => t.QuantityTotal - t.Sold - t.Held;

    /// <summary>
    /// That <see cref="OnSale.Available"/> of the event <c>e</c> is more than nothing. What is not sold out can be bought, but for
    /// the few events whose rest is held. A lapsed hold frees at least its own places. Only events with holds can be among those
    /// few, so the counters of all others need no look.
    /// </summary>
    public static Sql HasTickets(IDatabaseEngine engine, DateTimeOffset now) => Sql.Of($"""
        NOT e.sold_out AND e.min_price_scaled IS NOT NULL AND e.id NOT IN (
            SELECT s.event_id FROM event_stock s WHERE s.event_id IN (SELECT b.event_id FROM bookings b WHERE b.status = {Pending})
            AND NOT EXISTS (SELECT 1 FROM bookings b WHERE b.event_id = s.event_id AND b.status = {Pending} AND b.expires_at <= {engine.ValueOf(now)})
            AND NOT (s.total_capacity > s.sold + s.held
                AND EXISTS (SELECT 1 FROM ticket_stock t WHERE t.event_id = s.event_id AND t.quantity_total > t.sold + t.held)))
        """);
}
