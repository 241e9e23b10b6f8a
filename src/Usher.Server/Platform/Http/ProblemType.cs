namespace Usher.Server.Platform.Http;

/// <summary>One kind of refusal. Its code is part of the contract and is never renamed.</summary>
internal sealed record ProblemType(int Status, string Code, string Title);

/// <summary>Every problem this program can answer with, each once: the code, the OpenAPI document and the docs read it.</summary>
internal static class Problems
{
    public static readonly ProblemType ValidationFailed = new(400, "validation_failed", "Some members of the request are missing or wrong.");
    public static readonly ProblemType MalformedRequest = new(400, "malformed_request", "The body is not the JSON it should be.");
    public static readonly ProblemType UnknownParameter = new(400, "unknown_parameter", "There is no such query parameter.");
    public static readonly ProblemType InvalidParameter = new(400, "invalid_parameter", "A query parameter has a value it cannot have.");
    public static readonly ProblemType PaginationConflict = new(400, "pagination_conflict", "A page and a cursor cannot be asked for together.");
    public static readonly ProblemType CursorInvalid = new(400, "cursor_invalid", "The cursor does not belong to this query.");
    public static readonly ProblemType PageTooDeep = new(400, "page_too_deep", "Pages reach no further than 10,000 items.");
    public static readonly ProblemType PricePrecision = new(400, "price_precision", "The price has more decimals than its currency.");
    public static readonly ProblemType TimeZoneRequired = new(400, "time_zone_required", "A local time needs a time zone.");
    public static readonly ProblemType LocalTimeNonexistent = new(400, "local_time_nonexistent", "Clocks skip this local time.");
    public static readonly ProblemType WeakPassword = new(400, "weak_password", "The password is too easy to guess.");
    public static readonly ProblemType RoleNotAllowed = new(400, "role_not_allowed", "An account cannot be registered with this role.");
    public static readonly ProblemType MaxPerBooking = new(400, "max_per_booking", "More tickets than one booking may have.");
    public static readonly ProblemType IdempotencyKeyInvalid = new(400, "idempotency_key_invalid", "The idempotency key is not 1 to 255 visible ASCII characters.");

    public static readonly ProblemType Unauthenticated = new(401, "unauthenticated", "Sign in first.");
    public static readonly ProblemType TokenExpired = new(401, "token_expired", "The token has expired or its session has ended.");
    public static readonly ProblemType InvalidCredentials = new(401, "invalid_credentials", "There is no such account with this password.");
    public static readonly ProblemType SecondFactorRequired = new(401, "second_factor_required", "The password is right; send a code of the second factor with it.");
    public static readonly ProblemType InvalidCode = new(401, "invalid_code", "The code is wrong, or was used before.");
    public static readonly ProblemType RefreshTokenReused = new(401, "refresh_token_reused", "The refresh token was used before; its session has been ended.");
    public static readonly ProblemType PaymentFailed = new(402, "payment_failed", "The payment was declined.");
    public static readonly ProblemType Forbidden = new(403, "forbidden", "This is not yours to change.");
    public static readonly ProblemType RoleMayNot = new(403, "role_not_allowed", "Your role may not do this.");
    public static readonly ProblemType EmailNotVerified = new(403, "email_not_verified", "Verify your e-mail address first.");
    public static readonly ProblemType NotFound = new(404, "not_found", "There is nothing here.");
    public static readonly ProblemType MethodNotAllowed = new(405, "method_not_allowed", "This address does not know that method.");

    public static readonly ProblemType EmailTaken = new(409, "email_taken", "There is an account with this e-mail address.");
    public static readonly ProblemType UsernameTaken = new(409, "username_taken", "There is an account with this username.");
    public static readonly ProblemType SecondFactorOn = new(409, "second_factor_on", "The account has a second factor.");
    public static readonly ProblemType SecondFactorOff = new(409, "second_factor_off", "The account has no second factor.");
    public static readonly ProblemType CurrencyLocked = new(409, "currency_locked", "The currency is fixed once there are ticket types.");
    public static readonly ProblemType EventCancelled = new(409, "event_cancelled", "The event has been cancelled.");
    public static readonly ProblemType EventPast = new(409, "event_past", "The event is over.");
    public static readonly ProblemType HasUpcomingBookings = new(409, "has_upcoming_bookings", "The account has tickets for something that is still to come.");
    public static readonly ProblemType HasUpcomingEvents = new(409, "has_upcoming_events", "The account offers events that are still to come.");
    public static readonly ProblemType EventHasBookings = new(409, "event_has_bookings", "The event has had bookings.");
    public static readonly ProblemType CapacityBelowSold = new(409, "capacity_below_sold", "More places are sold or held than that.");
    public static readonly ProblemType TicketTypeHasSales = new(409, "ticket_type_has_sales", "The ticket type has been booked.");
    public static readonly ProblemType SalesNotOpen = new(409, "sales_not_open", "Sales have not begun.");
    public static readonly ProblemType SalesClosed = new(409, "sales_closed", "Sales have ended.");
    public static readonly ProblemType InsufficientAvailability = new(409, "insufficient_availability", "There are not that many tickets left.");
    public static readonly ProblemType SoldOut = new(409, "sold_out", "Sold out.");
    public static readonly ProblemType MaxPerUser = new(409, "max_per_user", "More tickets than one person may have for this event.");
    public static readonly ProblemType PriceChanged = new(409, "price_changed", "It does not cost what was expected.");
    public static readonly ProblemType BookingNotPending = new(409, "booking_not_pending", "The booking is not a hold any more.");
    public static readonly ProblemType BookingCancelled = new(409, "booking_cancelled", "The booking has been cancelled.");
    public static readonly ProblemType CancellationClosed = new(409, "cancellation_closed", "It is too late to cancel.");
    public static readonly ProblemType IdempotencyInProgress = new(409, "idempotency_in_progress", "The first request with this key is still running.");
    public static readonly ProblemType LinkExpired = new(410, "link_expired", "The link was used, has expired, or never was one.");
    public static readonly ProblemType BookingExpired = new(410, "booking_expired", "The hold has expired; its places are free again.");
    public static readonly ProblemType PreconditionFailed = new(412, "precondition_failed", "It has been changed since you read it.");
    public static readonly ProblemType PayloadTooLarge = new(413, "payload_too_large", "The body is too large.");
    public static readonly ProblemType UnsupportedMediaType = new(415, "unsupported_media_type", "The body has a content type that is not taken here.");
    public static readonly ProblemType IdempotencyKeyReused = new(422, "idempotency_key_reused", "This key came with another request before.");
    public static readonly ProblemType TooManyAttempts = new(429, "too_many_attempts", "Too many log-ins failed.");
    public static readonly ProblemType RateLimited = new(429, "rate_limited", "Too many requests.");
    public static readonly ProblemType InternalError = new(500, "internal_error", "Something broke here. It has been noted.");
    public static readonly ProblemType Overloaded = new(503, "overloaded", "Too many are asking at this moment.");
    public static readonly ProblemType Unavailable = new(503, "unavailable", "The database cannot be reached at this moment.");

    /// <summary>All of them, in the order of their status.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        ValidationFailed, MalformedRequest, UnknownParameter, InvalidParameter, PaginationConflict, CursorInvalid, PageTooDeep, PricePrecision,
        TimeZoneRequired, LocalTimeNonexistent, WeakPassword, RoleNotAllowed, MaxPerBooking, IdempotencyKeyInvalid,
        Unauthenticated, TokenExpired, InvalidCredentials, SecondFactorRequired, InvalidCode, RefreshTokenReused, PaymentFailed, Forbidden, RoleMayNot,
        EmailNotVerified, NotFound, MethodNotAllowed,
        EmailTaken, UsernameTaken, SecondFactorOn, SecondFactorOff, CurrencyLocked, EventCancelled, EventPast, HasUpcomingBookings, HasUpcomingEvents, EventHasBookings, CapacityBelowSold, TicketTypeHasSales,
        SalesNotOpen, SalesClosed, InsufficientAvailability, SoldOut, MaxPerUser, PriceChanged, BookingNotPending, BookingCancelled,
        CancellationClosed, IdempotencyInProgress, BookingExpired, LinkExpired, PreconditionFailed, PayloadTooLarge, UnsupportedMediaType,
        IdempotencyKeyReused, TooManyAttempts, RateLimited, InternalError, Overloaded, Unavailable,
    ];
}
