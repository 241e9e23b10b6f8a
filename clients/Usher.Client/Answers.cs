using System.Text.Json.Nodes;

namespace Usher.Client;

public enum Role { Attendee, Organizer, Admin }

public enum EventStatus { Upcoming, SoldOut, Cancelled, Past }

public enum Publication { Draft, Published }

public enum BookingStatus { Pending, Confirmed, Cancelled }

public enum PaymentStatus { None, Unpaid, Paid, Failed, Refunded }

public enum CancelReason { User, Organizer, EventCancelled, Expired, PaymentFailed, Admin }

public enum RefundStatus { Pending, Done }

public enum MailState { Queued, Retrying, Sent, Undeliverable }

public enum PeriodKind { Day, Week }

/// <summary>One page of a list.</summary>
public sealed record Paged<T>(IReadOnlyList<T> Data, Pagination Pagination);

/// <param name="TotalItems">Number of items. Exact up to 10,000; 10,001 if there are more, and <paramref name="TotalIsExact"/> is false.</param>
/// <param name="NextCursor">Cursor for the next page. Null on the last page, or if the sort does not support cursors.</param>
public sealed record Pagination(int Page, int Limit, int TotalItems, bool TotalIsExact, int TotalPages, bool HasNext, bool HasPrevious, string? NextCursor);

public sealed record User(Guid Id, string Username, string Email, Role Role, bool EmailVerified, string? DisplayName, string TimeZone, DateTimeOffset CreatedAt, string? PendingEmail);

public sealed record SignedIn(User User, string AccessToken, string Token, string TokenType, int ExpiresIn, string RefreshToken);

public sealed record Session(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, string? UserAgent, bool Current);

public sealed record Export(DateTimeOffset ExportedAt, IReadOnlyDictionary<string, JsonNode?> Data);

public sealed record SecondFactor(bool Enabled, DateTimeOffset? EnabledAt, int RecoveryCodesLeft);

/// <param name="OtpauthUrl">The same secret as a URL for a QR code.</param>
public sealed record BegunSecondFactor(string Secret, string OtpauthUrl);

/// <summary>Recovery codes, shown only once. Each works once.</summary>
public sealed record NewRecoveryCodes(IReadOnlyList<string> RecoveryCodes);

/// <summary>An event in a list. Amounts are in major units, each with a twin in minor units.</summary>
public record EventListing(
    Guid Id, Guid OrganizerId, string Name, string? Description, DateTimeOffset Date, DateTimeOffset? EndDate, string TimeZone, DateTime LocalDate,
    string Location, string? Venue, string? City, string? Country, double? Latitude, double? Longitude, string? Category, IReadOnlyList<string> Tags,
    string? ImageUrl, EventStatus Status, Publication Publication, string Currency, decimal? MinPrice, long? MinPriceMinor, decimal? MaxPrice, long? MaxPriceMinor,
    int TotalCapacity, int QuantitySold, int QuantityAvailable, DateTimeOffset? SalesStartAt, DateTimeOffset? SalesEndAt, DateTimeOffset? CancellationDeadline,
    int? MaxPerBooking, int? MaxPerUser, DateTimeOffset? CancelledAt, string? CancelReason, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Version);

/// <summary>An event with its ticket types.</summary>
public sealed record Event(
    Guid Id, Guid OrganizerId, string Name, string? Description, DateTimeOffset Date, DateTimeOffset? EndDate, string TimeZone, DateTime LocalDate,
    string Location, string? Venue, string? City, string? Country, double? Latitude, double? Longitude, string? Category, IReadOnlyList<string> Tags,
    string? ImageUrl, EventStatus Status, Publication Publication, string Currency, decimal? MinPrice, long? MinPriceMinor, decimal? MaxPrice, long? MaxPriceMinor,
    int TotalCapacity, int QuantitySold, int QuantityAvailable, DateTimeOffset? SalesStartAt, DateTimeOffset? SalesEndAt, DateTimeOffset? CancellationDeadline,
    int? MaxPerBooking, int? MaxPerUser, DateTimeOffset? CancelledAt, string? CancelReason, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Version,
    IReadOnlyList<TicketType> TicketTypes)
    : EventListing(Id, OrganizerId, Name, Description, Date, EndDate, TimeZone, LocalDate, Location, Venue, City, Country, Latitude, Longitude, Category, Tags,
        ImageUrl, Status, Publication, Currency, MinPrice, MinPriceMinor, MaxPrice, MaxPriceMinor, TotalCapacity, QuantitySold, QuantityAvailable, SalesStartAt,
        SalesEndAt, CancellationDeadline, MaxPerBooking, MaxPerUser, CancelledAt, CancelReason, CreatedAt, UpdatedAt, Version);

public sealed record TicketType(
    Guid Id, Guid EventId, string Name, string? Description, decimal Price, long PriceMinor, string Currency, int QuantityAvailable, int QuantitySold, int QuantityHeld,
    int QuantityTotal, DateTimeOffset? SalesStartAt, DateTimeOffset? SalesEndAt, int MinPerBooking, int? MaxPerBooking, int SortOrder, bool OnSale, int Version);

public sealed record TicketTypeList(IReadOnlyList<TicketType> Data);

public sealed record Availability(Guid EventId, EventStatus Status, int QuantityAvailable, IReadOnlyList<TicketTypeAvailability> TicketTypes, DateTimeOffset AsOf);

public sealed record TicketTypeAvailability(Guid Id, string Name, int QuantityAvailable, bool SoldOut, bool OnSale);

public sealed record Facets(
    IReadOnlyList<FacetCount> Categories, IReadOnlyList<FacetCount> Cities, IReadOnlyList<FacetCount> Countries, IReadOnlyList<FacetCount> Months,
    IReadOnlyList<FacetCount> PriceBuckets, bool CountsAreExact);

public sealed record FacetCount(string Value, int Count);

public sealed record ImportResult(int Imported, bool DryRun, int Rows);

/// <param name="ExpiresAt">Time until which a hold keeps its places; null if it is not a hold.</param>
/// <param name="Buyer">The buyer, for the event's organizer and admins; otherwise null.</param>
public sealed record Booking(
    Guid Id, string Code, Guid UserId, Guid EventId, DateTimeOffset BookingDate, decimal TotalPrice, long TotalPriceMinor, string Currency, BookingStatus Status,
    PaymentStatus PaymentStatus, Refund? Refund, DateTimeOffset? ExpiresAt, DateTimeOffset? ConfirmedAt, DateTimeOffset? CancelledAt, CancelReason? CancelReason,
    IReadOnlyList<BookingItem> Items, BookedEvent Event, Buyer? Buyer, int Version);

public sealed record Refund(decimal Amount, long AmountMinor, RefundStatus Status);

public sealed record BookingItem(
    Guid Id, Guid BookingId, Guid TicketTypeId, string TicketTypeName, int Quantity, decimal PriceAtBooking, long PriceAtBookingMinor, decimal LineTotal, long LineTotalMinor);

public sealed record BookedEvent(Guid Id, string Name, DateTimeOffset Date, string TimeZone, string LocalDate, string Location, EventStatus Status);

public sealed record Buyer(string Username, string? DisplayName, string Email);

/// <param name="FinishedAt">Time at which the last booking was cancelled and refunded; null until then.</param>
public sealed record EventCancellation(Guid EventId, DateTimeOffset CancelledAt, string? Reason, int Bookings, int Cancelled, Refunds Refunds, DateTimeOffset? FinishedAt);

public sealed record Refunds(int Due, int Done, string Currency, decimal Amount, long AmountMinor, decimal DoneAmount, long DoneAmountMinor);

/// <param name="Kind">Kind, such as <c>booking_confirmed</c>. A newer server may send new kinds.</param>
public sealed record Mail(
    Guid Id, string Kind, MailState State, MailRecipient Recipient, Guid EventId, Guid? BookingId, int Attempts, DateTimeOffset? NextAttemptAt, string? LastError,
    string MessageId, DateTimeOffset CreatedAt, DateTimeOffset? SentAt);

public sealed record MailRecipient(Guid UserId, string Username, string Email);

/// <param name="Action">Action, such as <c>event_created</c>. A newer server may send new actions.</param>
public sealed record AuditEntry(Guid Id, DateTimeOffset At, string Action, Guid? ActorId, Guid? EventId, Guid? TicketTypeId, Guid? BookingId, Guid? UserId);

public sealed record EventSales(
    Guid EventId, string Currency, string TimeZone, long GrossMinor, long RefundedMinor, long NetMinor, long Bookings, long Tickets, long CancelledTickets,
    string GroupBy, IReadOnlyList<EventSalesRow> Rows);

public sealed record EventSalesRow(string Key, string? Name, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor);

public sealed record ReportListing(
    Guid Id, Guid OrganizerId, PeriodKind Period, DateOnly FirstDay, DateOnly LastDay, DateTimeOffset From, DateTimeOffset Until, string TimeZone,
    DateTimeOffset CreatedAt, IReadOnlyList<ReportTotal> Totals);

public sealed record Report(
    Guid Id, Guid OrganizerId, PeriodKind Period, DateOnly FirstDay, DateOnly LastDay, DateTimeOffset From, DateTimeOffset Until, string TimeZone,
    DateTimeOffset CreatedAt, IReadOnlyList<ReportTotal> Totals, IReadOnlyList<ReportEvent> Events, IReadOnlyList<ReportStep> Steps);

public sealed record ReportTotal(
    string Currency, long Bookings, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor, long NetMinor, ReportBefore Before);

/// <summary>The same figures for the previous period.</summary>
public sealed record ReportBefore(long Bookings, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor, long NetMinor);

public sealed record ReportEvent(
    Guid EventId, string Name, DateTimeOffset Date, string TimeZone, string Currency, long Bookings, long Tickets, long CancelledTickets, long GrossMinor,
    long RefundedMinor, long NetMinor, int QuantitySold, int TotalCapacity, double SellThrough, IReadOnlyList<ReportTicketType> TicketTypes);

public sealed record ReportTicketType(
    Guid TicketTypeId, string Name, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor, long NetMinor, int QuantitySold, int QuantityTotal, double SellThrough);

public sealed record ReportStep(string Key, long Tickets, long TicketsBefore);
