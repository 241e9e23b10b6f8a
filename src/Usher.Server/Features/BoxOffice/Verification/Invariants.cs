using Microsoft.EntityFrameworkCore;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Persistence;
using static Usher.Server.Features.BoxOffice.StoredStates;

namespace Usher.Server.Features.BoxOffice.Verification;

/// <summary>A condition that holds at every commit.</summary>
/// <param name="Breaches">Query, the same on both engines, that returns a text for each violating row.</param>
/// <param name="Look">Check in code, if the database cannot do it.</param>
internal sealed record Invariant(string Id, string Name, string? Breaches, Func<UsherDb, CancellationToken, IAsyncEnumerable<string>>? Look = null)
{
    public IAsyncEnumerable<string> Find(UsherDb db, CancellationToken cancellationToken) =>
        Look?.Invoke(db, cancellationToken) ?? db.Database.SqlQueryRaw<string>(Breaches!).AsAsyncEnumerable();
}

/// <summary>Invariants of the stock, the bookings and the money.</summary>
internal static class Invariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("I1", "the counters of a ticket type are the sums over its bookings", $"""
            SELECT 'ticket type ' || s.ticket_type_id || ': stored sold ' || s.sold || ' held ' || s.held
                   || ', booked sold ' || coalesce(b.sold, 0) || ' held ' || coalesce(b.held, 0)
            FROM ticket_stock s LEFT JOIN (
                SELECT i.ticket_type_id, sum(CASE WHEN b.status = {Confirmed} THEN i.quantity ELSE 0 END) AS sold, sum(CASE WHEN b.status = {Pending} THEN i.quantity ELSE 0 END) AS held
                FROM booking_items i JOIN bookings b ON b.id = i.booking_id GROUP BY i.ticket_type_id) b ON b.ticket_type_id = s.ticket_type_id
            WHERE s.sold <> coalesce(b.sold, 0) OR s.held <> coalesce(b.held, 0)
            """),
        new("I1", "the counters of an event are the sums over its bookings", $"""
            SELECT 'event ' || s.event_id || ': stored sold ' || s.sold || ' held ' || s.held
                   || ', booked sold ' || coalesce(b.sold, 0) || ' held ' || coalesce(b.held, 0)
            FROM event_stock s LEFT JOIN (
                SELECT event_id, sum(CASE WHEN status = {Confirmed} THEN quantity ELSE 0 END) AS sold, sum(CASE WHEN status = {Pending} THEN quantity ELSE 0 END) AS held
                FROM bookings GROUP BY event_id) b ON b.event_id = s.event_id
            WHERE s.sold <> coalesce(b.sold, 0) OR s.held <> coalesce(b.held, 0)
            """),
        new("I1", "a booking's tickets are the sum of its items", """
            SELECT 'booking ' || b.id || ': ' || b.quantity || ' tickets, items say ' || coalesce(i.quantity, 0)
            FROM bookings b LEFT JOIN (SELECT booking_id, sum(quantity) AS quantity FROM booking_items GROUP BY booking_id) i ON i.booking_id = b.id
            WHERE b.quantity <> coalesce(i.quantity, 0)
            """),
        // PostgreSQL has no foreign key for these: the batch that writes them has read and locked the referenced rows.
        new("I1", "every booking has its event, every item its booking and a ticket type of that event", """
            SELECT 'booking ' || b.id || ' of event ' || b.event_id || ', which is not there'
            FROM bookings b LEFT JOIN events e ON e.id = b.event_id WHERE e.id IS NULL
            UNION ALL SELECT 'item ' || i.id || ' of booking ' || i.booking_id || ' and ticket type ' || i.ticket_type_id
            FROM booking_items i LEFT JOIN bookings b ON b.id = i.booking_id LEFT JOIN ticket_types t ON t.id = i.ticket_type_id AND t.event_id = b.event_id
            WHERE t.id IS NULL
            """),
        new("I2", "no ticket type is oversold",
            "SELECT 'ticket type ' || ticket_type_id || ': ' || (sold + held) || ' of ' || quantity_total FROM ticket_stock WHERE sold + held > quantity_total"),
        new("I2", "no event is oversold",
            "SELECT 'event ' || event_id || ': ' || (sold + held) || ' of ' || total_capacity FROM event_stock WHERE sold + held > total_capacity"),
        // A limit that is lowered after the sale is no breach: it applied only to bookings after the event's last edit.
        new("I2", "no one has more tickets than the event allows them", $"""
            SELECT 'user ' || b.user_id || ' has ' || sum(b.quantity) || ' of event ' || e.id || ', which allows ' || e.max_per_user
            FROM bookings b JOIN events e ON e.id = b.event_id
            WHERE e.max_per_user IS NOT NULL AND b.status IN ({Pending}, {Confirmed})
            GROUP BY b.user_id, e.id, e.max_per_user, e.updated_at HAVING sum(b.quantity) > e.max_per_user AND max(b.booked_at) > e.updated_at
            """),
        new("I3", "nothing is below zero", """
            SELECT 'ticket type ' || ticket_type_id || ': sold ' || sold || ' held ' || held FROM ticket_stock WHERE sold < 0 OR held < 0
            UNION ALL SELECT 'event ' || event_id || ': sold ' || sold || ' held ' || held FROM event_stock WHERE sold < 0 OR held < 0
            """),
        new("I3", "what is marked sold out is sold out, and nothing else", """
            SELECT 'event ' || e.id || ' is marked ' || CASE WHEN e.sold_out THEN 'sold out' ELSE 'available' END
            FROM events e JOIN event_stock s ON s.event_id = e.id
            WHERE e.sold_out <> (EXISTS (SELECT 1 FROM ticket_stock t WHERE t.event_id = e.id)
                AND (s.sold >= s.total_capacity OR NOT EXISTS (SELECT 1 FROM ticket_stock t WHERE t.event_id = e.id AND t.sold < t.quantity_total)))
            """),
        new("I4", "every answer that was promised again has its booking", $"""
            SELECT 'key of user ' || k.user_id || ' for ' || k.route || ' names booking ' || k.booking_id
            FROM idempotency_keys k LEFT JOIN bookings b ON b.id = k.booking_id
            WHERE b.id IS NULL AND k.route IN ('{CommandNames.Book}', '{CommandNames.Confirm}', '{CommandNames.Cancel}')
            """),
        new("I5", "no booking was made by two keys", $"""
            SELECT 'booking ' || booking_id || ' has ' || count(*) || ' keys' FROM idempotency_keys WHERE route = '{CommandNames.Book}' GROUP BY booking_id HAVING count(*) > 1
            """),
        new("I6", "a booking's marks agree with its state", $"""
            SELECT 'booking ' || id || ' in state ' || status FROM bookings
            WHERE (status = {Pending} AND (expires_at IS NULL OR confirmed_at IS NOT NULL OR cancelled_at IS NOT NULL))
               OR (status = {Confirmed} AND (expires_at IS NOT NULL OR confirmed_at IS NULL OR cancelled_at IS NOT NULL))
               OR (status = {Cancelled} AND (expires_at IS NOT NULL OR cancelled_at IS NULL OR cancel_reason IS NULL))
               OR status NOT IN ({Pending}, {Confirmed}, {Cancelled})
            """),
        new("I7", "a booking costs the sum of its items", """
            SELECT 'booking ' || b.id || ': total ' || b.total_minor || ', items say ' || coalesce(i.total, 0)
            FROM bookings b LEFT JOIN (SELECT booking_id, sum(quantity * unit_price_minor) AS total FROM booking_items GROUP BY booking_id) i ON i.booking_id = b.id
            WHERE b.total_minor <> coalesce(i.total, 0)
            """),
        new("I7", "what was taken is what was sold or is given back", $"""
            SELECT 'booking ' || id || ' in state ' || status || ': captured ' || captured_minor || ', total ' || total_minor || ', refund ' || refund_minor FROM bookings
            WHERE captured_minor <> CASE status WHEN {Confirmed} THEN total_minor WHEN {Cancelled} THEN refund_minor ELSE 0 END
               OR refund_minor > captured_minor OR (status <> {Cancelled} AND refund_minor <> 0)
            """),
        new("I8", "every message is about a booking that was committed with it", """
            SELECT 'message ' || o.id || ' (' || o.type || ') names booking ' || o.booking_id
            FROM outbox o LEFT JOIN bookings b ON b.id = o.booking_id WHERE o.booking_id IS NOT NULL AND b.id IS NULL
            """),
        new("I8", "no message was given up", "SELECT 'message ' || id || ' (' || type || '): ' || dead_reason FROM outbox WHERE dead_reason IS NOT NULL"),
        new("I11", "a cancelled event sells nothing from that commit on", """
            SELECT 'booking ' || b.id || ' of event ' || e.id FROM bookings b JOIN events e ON e.id = b.event_id
            WHERE e.cancelled_at IS NOT NULL AND (b.booked_at > e.cancelled_at OR b.confirmed_at > e.cancelled_at)
            """),
        new("I11", "a cancelled event's bookings are being cancelled", """
            SELECT 'event ' || e.id FROM events e LEFT JOIN event_cancellations c ON c.event_id = e.id WHERE e.cancelled_at IS NOT NULL AND c.event_id IS NULL
            """),
        new("I11", "when that has ended, no booking and no refund is left over", $"""
            SELECT 'booking ' || b.id || ' of event ' || c.event_id || ' in state ' || b.status FROM event_cancellations c JOIN bookings b ON b.event_id = c.event_id
            WHERE c.finished_at IS NOT NULL AND (b.status IN ({Pending}, {Confirmed}) OR b.settle_at IS NOT NULL)
            """),
        new("T1", "an event takes place at the instant that its local time means by the newest rules of its zone", null, RulesInForce.Breaches),
        new("I20", "nothing of an erased account is live", $"""
            SELECT 'user ' || u.id || ' has a session' FROM users u JOIN sessions s ON s.user_id = u.id WHERE u.erased_at IS NOT NULL AND s.revoked_at IS NULL
            UNION ALL SELECT 'user ' || u.id || ' has booking ' || b.id FROM users u JOIN bookings b ON b.user_id = u.id JOIN events e ON e.id = b.event_id
            WHERE u.erased_at IS NOT NULL AND (b.booked_at > u.erased_at
                OR ((b.status = {Confirmed} OR (b.status = {Pending} AND b.expires_at > u.erased_at)) AND e.cancelled_at IS NULL AND coalesce(e.ends_at, e.starts_at) >= u.erased_at))
            UNION ALL SELECT 'user ' || u.id || ' offers event ' || e.id FROM users u JOIN events e ON e.organizer_id = u.id
            WHERE u.erased_at IS NOT NULL AND (e.created_at > u.erased_at OR (e.publication = {Published} AND e.cancelled_at IS NULL AND coalesce(e.ends_at, e.starts_at) >= u.erased_at))
            UNION ALL SELECT 'user ' || u.id || ' is owed mail ' || m.id FROM users u JOIN mails m ON m.user_id = u.id WHERE u.erased_at IS NOT NULL
            UNION ALL SELECT 'user ' || u.id || ' has link ' || l.id FROM users u JOIN account_links l ON l.user_id = u.id WHERE u.erased_at IS NOT NULL
            UNION ALL SELECT 'user ' || u.id || ' has a second factor' FROM users u JOIN second_factors f ON f.user_id = u.id WHERE u.erased_at IS NOT NULL
            UNION ALL SELECT 'user ' || u.id || ' has key ' || k.route FROM users u JOIN idempotency_keys k ON k.user_id = u.id WHERE u.erased_at IS NOT NULL
            UNION ALL SELECT 'user ' || u.id || ' has report ' || r.id FROM users u JOIN reports r ON r.organizer_id = u.id WHERE u.erased_at IS NOT NULL
            """),
        new("I21", "an erased account names nobody", """
            SELECT 'user ' || u.id || ' has a name, an address or a password' FROM users u
            WHERE u.erased_at IS NOT NULL AND ((u.username NOT LIKE '~%' AND u.username NOT LIKE 'erased-%') OR u.email NOT LIKE '%@erased.invalid'
                OR (u.email_key NOT LIKE '~%' AND u.email_key NOT LIKE 'erased-%') OR u.display_name IS NOT NULL OR u.pending_email IS NOT NULL OR u.pending_email_key IS NOT NULL OR u.password_hash <> '' OR u.email_verified)
            UNION ALL SELECT 'user ' || u.id || ' has a former address' FROM users u JOIN former_addresses a ON a.user_id = u.id WHERE u.erased_at IS NOT NULL
            UNION ALL SELECT 'user ' || u.id || ' wrote why booking ' || b.id || ' was cancelled' FROM users u JOIN bookings b ON b.user_id = u.id
            WHERE u.erased_at IS NOT NULL AND b.cancel_note IS NOT NULL
            """),
    ];
}
