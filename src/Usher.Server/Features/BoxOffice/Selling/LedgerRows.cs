using System.Data.Common;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.BoxOffice.Selling;

/// <summary>The rows that the ledgers of both engines read, and their conversion to the inventory's types.</summary>
/// <param name="instant">Reads an instant in the form of the engine.</param>
internal sealed class LedgerRows(Func<DbDataReader, int, DateTimeOffset> instant)
{
    public const string SelectEvents = """
        SELECT s.event_id, e.organizer_id, e.name, e.location, e.starts_at, e.ends_at, e.time_zone, e.currency, e.publication,
               e.cancelled_at IS NOT NULL, e.sales_start_at, e.sales_end_at, e.cancellation_deadline, e.max_per_booking, e.max_per_user,
               e.version, s.total_capacity, s.sold, s.held, e.sold_out, e.local_date
        FROM event_stock s JOIN events e ON e.id = s.event_id
        """;

    public const string TicketTypeColumns = """
        s.event_id, t.id, t.name, t.price_minor, t.sales_start_at, t.sales_end_at, t.min_per_booking, t.max_per_booking, s.quantity_total, s.sold, s.held
        """;

    public const string SelectBookings = """
        SELECT id, code, user_id, event_id, status, payment_status, currency, total_minor, quantity, booked_at, expires_at, confirmed_at,
               cancelled_at, cancel_reason, cancel_note, captured_minor, refund_minor, refund_done, settle_at, version
        FROM bookings
        """;

    public const string SelectItems = "SELECT id, booking_id, ticket_type_id, quantity, unit_price_minor FROM booking_items";

    public DateTimeOffset Instant(DbDataReader r, int column) => instant(r, column);

    public EventOffer Event(DbDataReader r) => new()
    {
        Id = r.GetGuid(0),
        OrganizerId = r.GetGuid(1),
        Name = r.GetString(2),
        Location = r.GetString(3),
        StartsAt = instant(r, 4),
        EndsAt = InstantOrNull(r, 5),
        TimeZone = r.GetString(6),
        Currency = r.GetString(7),
        Published = r.GetInt16(8) == (short)Publication.Published,
        Cancelled = r.GetBoolean(9),
        SalesStartAt = InstantOrNull(r, 10),
        SalesEndAt = InstantOrNull(r, 11),
        CancellationDeadline = InstantOrNull(r, 12),
        MaxPerBooking = IntOrNull(r, 13),
        MaxPerUser = IntOrNull(r, 14),
        Version = r.GetInt32(15),
        Capacity = r.GetInt32(16),
        Sold = r.GetInt32(17),
        Held = r.GetInt32(18),
        SoldOutFlag = r.GetBoolean(19),
        LocalDate = r.GetDateTime(20),
    };

    public TicketOffer TicketType(DbDataReader r) => new()
    {
        Id = r.GetGuid(1),
        Name = r.GetString(2),
        PriceMinor = r.GetInt64(3),
        SalesStartAt = InstantOrNull(r, 4),
        SalesEndAt = InstantOrNull(r, 5),
        MinPerBooking = r.GetInt32(6),
        MaxPerBooking = IntOrNull(r, 7),
        Total = r.GetInt32(8),
        Sold = r.GetInt32(9),
        Held = r.GetInt32(10),
    };

    public Booking Booking(DbDataReader r) => new()
    {
        Id = r.GetGuid(0),
        Code = r.GetString(1),
        UserId = r.GetGuid(2),
        EventId = r.GetGuid(3),
        Status = (BookingStatus)r.GetInt16(4),
        PaymentStatus = (PaymentStatus)r.GetInt16(5),
        Currency = r.GetString(6),
        TotalMinor = r.GetInt64(7),
        Quantity = r.GetInt32(8),
        BookedAt = instant(r, 9),
        ExpiresAt = InstantOrNull(r, 10),
        ConfirmedAt = InstantOrNull(r, 11),
        CancelledAt = InstantOrNull(r, 12),
        CancelReason = r.IsDBNull(13) ? null : (CancelReason)r.GetInt16(13),
        CancelNote = r.IsDBNull(14) ? null : r.GetString(14),
        CapturedMinor = r.GetInt64(15),
        RefundMinor = r.GetInt64(16),
        RefundDone = r.GetBoolean(17),
        SettleAt = InstantOrNull(r, 18),
        Version = r.GetInt32(19),
        Items = new List<BookingItem>(),
    };

    public static BookingItem Item(DbDataReader r) => new()
    {
        Id = r.GetGuid(0),
        BookingId = r.GetGuid(1),
        TicketTypeId = r.GetGuid(2),
        Quantity = r.GetInt32(3),
        UnitPriceMinor = r.GetInt64(4),
    };

    private DateTimeOffset? InstantOrNull(DbDataReader r, int column) => r.IsDBNull(column) ? null : instant(r, column);

    private static int? IntOrNull(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetInt32(column);
}
