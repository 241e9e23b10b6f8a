namespace Usher.Server.Platform.Http;

/// <summary>One kind of refusal. Its code is part of the contract and is never renamed.</summary>
/// <param name="Advice">What whoever is refused can do, in Markdown.</param>
internal sealed record ProblemType(int Status, string Code, string Title, string Advice);

/// <summary>Every problem this program can answer with, each once: the code, the OpenAPI document and the docs read it.</summary>
internal static class Problems
{
    public static readonly ProblemType ValidationFailed = new(400, "validation_failed", "Some members of the request are missing or wrong.",
        "`errors` names every member by its path and says what it should be. Correct them all and send the request again.");
    public static readonly ProblemType MalformedRequest = new(400, "malformed_request", "The body is not the JSON it should be.",
        "Send one JSON object in UTF-8, without duplicate keys and not nested deeper than 32. `detail` says what is wrong with it.");
    public static readonly ProblemType UnknownParameter = new(400, "unknown_parameter", "There is no such query parameter.",
        "`detail` lists the parameters that are known here. A misspelt filter is refused, so that it does not return everything.");
    public static readonly ProblemType InvalidParameter = new(400, "invalid_parameter", "A query parameter has a value it cannot have.",
        "`errors` names the parameter. One given twice, or together with its alias, is refused too.");
    public static readonly ProblemType PaginationConflict = new(400, "pagination_conflict", "A page and a cursor cannot be asked for together.",
        "Send `page` for numbered pages, or the `nextCursor` of the last answer as `cursor`.");
    public static readonly ProblemType CursorInvalid = new(400, "cursor_invalid", "The cursor does not belong to this query.",
        "A cursor is good for the filter, the sort and the caller that it was handed out for. Begin again without one.");
    public static readonly ProblemType PageTooDeep = new(400, "page_too_deep", "Pages reach no further than 10,000 items.",
        "Follow `nextCursor` instead: it reaches any depth at the same cost. Or narrow the filter.");
    public static readonly ProblemType PricePrecision = new(400, "price_precision", "The price has more decimals than its currency.",
        "Send as many decimals as the currency has: two for EUR, none for JPY.");
    public static readonly ProblemType TimeZoneRequired = new(400, "time_zone_required", "A local time needs a time zone.",
        "Send `timeZone` with an IANA name such as `Europe/Vienna`, or `date` with an offset.");
    public static readonly ProblemType LocalTimeNonexistent = new(400, "local_time_nonexistent", "Clocks skip this local time.",
        "Clocks go forward over it in that zone. Choose a time before or after, or send it with an offset.");
    public static readonly ProblemType WeakPassword = new(400, "weak_password", "The password is too easy to guess.",
        "8 to 128 characters. It may not be one of the common passwords, nor made of the name, the address or this service's own words.");
    public static readonly ProblemType RoleNotAllowed = new(400, "role_not_allowed", "An account cannot be registered with this role.",
        "Register as `attendee` or `organizer`. Admins are made by the operator.");
    public static readonly ProblemType MaxPerBooking = new(400, "max_per_booking", "More tickets than one booking may have.",
        "Book fewer in one booking; `detail` says how many it may have. Lines of one ticket type are added up first.");
    public static readonly ProblemType IdempotencyKeyInvalid = new(400, "idempotency_key_invalid", "The idempotency key is not 1 to 255 visible ASCII characters.",
        "A UUID does. Make a new one for each thing to be done, and keep it for the repetitions.");

    public static readonly ProblemType Unauthenticated = new(401, "unauthenticated", "Sign in first.",
        "Send `Authorization: Bearer` with the `accessToken` of register, log-in or refresh.");
    public static readonly ProblemType TokenExpired = new(401, "token_expired", "The token has expired or its session has ended.",
        "Exchange the refresh token at `POST /api/auth/refresh`; if that is refused too, log in again.");
    public static readonly ProblemType InvalidCredentials = new(401, "invalid_credentials", "There is no such account with this password.",
        "The same answer for an unknown account and for a wrong password. After five failures the pauses grow.");
    public static readonly ProblemType SecondFactorRequired = new(401, "second_factor_required", "The password is right; send a code of the second factor with it.",
        "Log in again with the same password, and with `code`: six digits of the authenticator, or one of the recovery codes.");
    public static readonly ProblemType InvalidCode = new(401, "invalid_code", "The code is wrong, or was used before.",
        "Wait for the next one of the authenticator, and look at the clock of its device; or use a recovery code, each of which is good once.");
    public static readonly ProblemType ReauthenticationRequired = new(401, "reauthentication_required", "Signing in was too long ago for this.",
        "Log in again and repeat the request with the new token; a request that takes `currentPassword` may send that instead. Refreshing a token is not enough (RFC 9470).");
    public static readonly ProblemType RefreshTokenReused = new(401, "refresh_token_reused", "The refresh token was used before; its session has been ended.",
        "Each refresh token is good once. Log in again. If it was not you who used it, someone has a copy, and the session has been ended for that reason.");
    public static readonly ProblemType PaymentFailed = new(402, "payment_failed", "The payment was declined.",
        "Nothing was bought. A hold stays until it expires: confirm it with another payment.");
    public static readonly ProblemType Forbidden = new(403, "forbidden", "This is not yours to change.",
        "It is somebody else's. Sign in as its owner.");
    public static readonly ProblemType RoleMayNot = new(403, "role_not_allowed", "Your role may not do this.",
        "Sign in with an account of another role.");
    public static readonly ProblemType EmailNotVerified = new(403, "email_not_verified", "Verify your e-mail address first.",
        "Open the link that was sent to it, or ask for another at `POST /api/auth/resend-verification`.");
    public static readonly ProblemType AccountSuspended = new(403, "account_suspended", "The account has been suspended.",
        "Ask whoever runs this service.");
    public static readonly ProblemType NotFound = new(404, "not_found", "There is nothing here.",
        "It does not exist, or it is private and not yours: the two cannot be told apart.");
    public static readonly ProblemType MethodNotAllowed = new(405, "method_not_allowed", "This address does not know that method.",
        "The header `Allow` lists the methods that it knows.");

    public static readonly ProblemType EmailTaken = new(409, "email_taken", "There is an account with this e-mail address.",
        "Log in, or reset the password.");
    public static readonly ProblemType UsernameTaken = new(409, "username_taken", "There is an account with this username.",
        "Choose another one. Upper and lower case do not make a difference.");
    public static readonly ProblemType SecondFactorOn = new(409, "second_factor_on", "The account has a second factor.",
        "It is on already. Turn it off first to set up another.");
    public static readonly ProblemType SecondFactorOff = new(409, "second_factor_off", "The account has no second factor.",
        "Set one up first: `POST /api/me/second-factor`.");
    public static readonly ProblemType CurrencyLocked = new(409, "currency_locked", "The currency is fixed once there are ticket types.",
        "Delete the ticket types first, or announce another event.");
    public static readonly ProblemType EventCancelled = new(409, "event_cancelled", "The event has been cancelled.",
        "Nothing of it can be sold or changed any more. Its bookings are refunded.");
    public static readonly ProblemType EventPast = new(409, "event_past", "The event is over.",
        "Nothing of it can be sold or changed any more.");
    public static readonly ProblemType HasUpcomingBookings = new(409, "has_upcoming_bookings", "The account has tickets for something that is still to come.",
        "Cancel them first, or wait until the events are over.");
    public static readonly ProblemType HasUpcomingEvents = new(409, "has_upcoming_events", "The account offers events that are still to come.",
        "Cancel or delete them first, or wait until they are over.");
    public static readonly ProblemType EventHasBookings = new(409, "event_has_bookings", "The event has had bookings.",
        "Cancel the event instead: its buyers are told and refunded.");
    public static readonly ProblemType CapacityBelowSold = new(409, "capacity_below_sold", "More places are sold or held than that.",
        "Ask for no less than what is sold and held.");
    public static readonly ProblemType TicketTypeHasSales = new(409, "ticket_type_has_sales", "The ticket type has been booked.",
        "End its sale instead, by `salesEndAt` or by lowering `quantityTotal` to what is sold.");
    public static readonly ProblemType SalesNotOpen = new(409, "sales_not_open", "Sales have not begun.",
        "Come back at `salesStartAt` of the ticket type or of the event.");
    public static readonly ProblemType SalesClosed = new(409, "sales_closed", "Sales have ended.",
        "The organizer may extend `salesEndAt`.");
    public static readonly ProblemType InsufficientAvailability = new(409, "insufficient_availability", "There are not that many tickets left.",
        "`available` says how many could be had. Places on hold may come back when their holds expire.");
    public static readonly ProblemType SoldOut = new(409, "sold_out", "Sold out.",
        "Nothing unsold is left. A cancelled booking may bring places back.");
    public static readonly ProblemType MaxPerUser = new(409, "max_per_user", "More tickets than one person may have for this event.",
        "Holds count too. `detail` says how many one person may have.");
    public static readonly ProblemType MaxHeld = new(409, "max_held", "More tickets than one person may hold at once for this event.",
        "Confirm or cancel a hold first, or book without one. A hold that lapsed counts for as long again as it lasted.");
    public static readonly ProblemType PriceChanged = new(409, "price_changed", "It does not cost what was expected.",
        "Read the price again, show it to the buyer, and send the new `expectedTotal`.");
    public static readonly ProblemType BookingNotPending = new(409, "booking_not_pending", "The booking is not a hold any more.",
        "Read the booking: `bookingStatus` says what has become of it.");
    public static readonly ProblemType BookingCancelled = new(409, "booking_cancelled", "The booking has been cancelled.",
        "Book again. `bookingStatus` is the state that the request lost against.");
    public static readonly ProblemType CancellationClosed = new(409, "cancellation_closed", "It is too late to cancel.",
        "The organizer can still cancel it.");
    public static readonly ProblemType IdempotencyInProgress = new(409, "idempotency_in_progress", "The first request with this key is still running.",
        "Send the same request again after `Retry-After`: it gets the first one's answer.");
    public static readonly ProblemType LinkExpired = new(410, "link_expired", "The link was used, has expired, or never was one.",
        "Ask for a new one.");
    public static readonly ProblemType BookingExpired = new(410, "booking_expired", "The hold has expired; its places are free again.",
        "Book again. Confirm a hold before its `expiresAt`.");
    public static readonly ProblemType PreconditionFailed = new(412, "precondition_failed", "It has been changed since you read it.",
        "Read it again, lay your change over what is there now, and send the new ETag as `If-Match`.");
    public static readonly ProblemType PayloadTooLarge = new(413, "payload_too_large", "The body is too large.",
        "64 KiB; 256 KiB for an event, 64 MiB for an import.");
    public static readonly ProblemType UnsupportedMediaType = new(415, "unsupported_media_type", "The body has a content type that is not taken here.",
        "Send `Content-Type: application/json`, and for PATCH also `application/merge-patch+json`. An import takes `text/csv` or `application/x-ndjson`.");
    public static readonly ProblemType IdempotencyKeyReused = new(422, "idempotency_key_reused", "This key came with another request before.",
        "Use a new key for another request; a repetition must be the same request.");
    public static readonly ProblemType TooManyAttempts = new(429, "too_many_attempts", "Too many log-ins failed.",
        "Wait for `Retry-After`, or reset the password.");
    public static readonly ProblemType RateLimited = new(429, "rate_limited", "Too many requests.",
        "Wait for `Retry-After`. `RateLimit` says in every answer how many requests are left, and `RateLimit-Policy` how many there are.");
    public static readonly ProblemType TooManyMails = new(429, "too_many_mails", "Enough mails were sent for today.",
        "Wait for `Retry-After`. So many links may go to one address, and so many on behalf of one account.");
    public static readonly ProblemType InternalError = new(500, "internal_error", "Something broke here. It has been noted.",
        "Tell the operator the `traceId`. With an idempotency key it is safe to try again.");
    public static readonly ProblemType Overloaded = new(503, "overloaded", "Too many are asking at this moment.",
        "Nothing was done. Try again after `Retry-After`, with the same idempotency key.");
    public static readonly ProblemType Unavailable = new(503, "unavailable", "The database cannot be reached at this moment.",
        "Try again after `Retry-After`, with the same idempotency key: only the key can tell whether the first attempt was done.");

    /// <summary>All of them, in the order of their status.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        ValidationFailed, MalformedRequest, UnknownParameter, InvalidParameter, PaginationConflict, CursorInvalid, PageTooDeep, PricePrecision,
        TimeZoneRequired, LocalTimeNonexistent, WeakPassword, RoleNotAllowed, MaxPerBooking, IdempotencyKeyInvalid,
        Unauthenticated, TokenExpired, InvalidCredentials, SecondFactorRequired, InvalidCode, ReauthenticationRequired, RefreshTokenReused, PaymentFailed, Forbidden, RoleMayNot,
        EmailNotVerified, AccountSuspended, NotFound, MethodNotAllowed,
        EmailTaken, UsernameTaken, SecondFactorOn, SecondFactorOff, CurrencyLocked, EventCancelled, EventPast, HasUpcomingBookings, HasUpcomingEvents, EventHasBookings, CapacityBelowSold, TicketTypeHasSales,
        SalesNotOpen, SalesClosed, InsufficientAvailability, SoldOut, MaxPerUser, MaxHeld, PriceChanged, BookingNotPending, BookingCancelled,
        CancellationClosed, IdempotencyInProgress, BookingExpired, LinkExpired, PreconditionFailed, PayloadTooLarge, UnsupportedMediaType,
        IdempotencyKeyReused, TooManyAttempts, RateLimited, TooManyMails, InternalError, Overloaded, Unavailable,
    ];
}
