namespace Usher.Server.Platform.Http;

/// <summary>One kind of refusal. Its code is part of the contract and is never renamed.</summary>
/// <param name="Advice">What the caller can do, in Markdown.</param>
internal sealed record ProblemType(int Status, string Code, string Title, string Advice);

/// <summary>Every problem that this program can return, each once. The code, the OpenAPI document and the docs use it.</summary>
internal static class Problems
{
    public static readonly ProblemType ValidationFailed = new(400, "validation_failed", "Some fields of the request are missing or invalid.",
        "`errors` lists every invalid field by its path and says what is expected. Correct all of them and send the request again.");
    public static readonly ProblemType MalformedRequest = new(400, "malformed_request", "The request body is malformed.",
        "Send one JSON object in UTF-8, without duplicate keys and nested no deeper than 32 levels. `detail` says what is wrong with the body.");
    public static readonly ProblemType UnknownParameter = new(400, "unknown_parameter", "The request has an unknown query parameter.",
        "`detail` lists the parameters that this endpoint accepts. The API rejects a misspelled filter, because ignoring it would return everything.");
    public static readonly ProblemType InvalidParameter = new(400, "invalid_parameter", "A query parameter has an invalid value.",
        "`errors` names the parameter. The API also rejects a parameter that is sent twice or together with its alias.");
    public static readonly ProblemType PaginationConflict = new(400, "pagination_conflict", "The request has both a page and a cursor.",
        "Send either `page` for numbered pages, or the `nextCursor` of the previous response as `cursor`.");
    public static readonly ProblemType CursorInvalid = new(400, "cursor_invalid", "The cursor does not belong to this query.",
        "A cursor works only with the filter, the sort order and the caller that it was issued for. Start again without a cursor.");
    public static readonly ProblemType PageTooDeep = new(400, "page_too_deep", "Numbered pages reach only the first 10,000 items.",
        "Follow `nextCursor` instead. It reaches any depth at the same cost. You can also narrow the filter.");
    public static readonly ProblemType PricePrecision = new(400, "price_precision", "The price has more decimals than its currency.",
        "Send no more decimals than the currency has: two for EUR, none for JPY.");
    public static readonly ProblemType TimeZoneRequired = new(400, "time_zone_required", "A local time requires a time zone.",
        "Send `timeZone` with an IANA name such as `Europe/Vienna`, or send `date` with an offset.");
    public static readonly ProblemType LocalTimeNonexistent = new(400, "local_time_nonexistent", "The local time does not exist in its time zone.",
        "Clocks in that zone skip this time when they go forward. Choose an earlier or a later time, or send the time with an offset.");
    public static readonly ProblemType WeakPassword = new(400, "weak_password", "The password is too easy to guess.",
        "Choose a password of 8 to 128 characters. It must not be a common password. It must not be made of the name, the address or this service's own words.");
    public static readonly ProblemType RoleNotAllowed = new(400, "role_not_allowed", "You cannot register an account with this role.",
        "Register as `attendee` or `organizer`. Only the operator can make an account an admin.");
    public static readonly ProblemType MaxPerBooking = new(400, "max_per_booking", "The booking exceeds the ticket limit for one booking.",
        "Book fewer tickets at once. `detail` states the limit. Items of the same ticket type are added up first.");
    public static readonly ProblemType IdempotencyKeyInvalid = new(400, "idempotency_key_invalid", "The idempotency key must be 1 to 255 visible ASCII characters.",
        "A UUID is a good key. Create a new key for each operation, and send the same key when you repeat that operation.");

    public static readonly ProblemType Unauthenticated = new(401, "unauthenticated", "The request requires authentication.",
        "Send `Authorization: Bearer` with the `accessToken` from register, log-in or refresh.");
    public static readonly ProblemType TokenExpired = new(401, "token_expired", "The token has expired or its session has ended.",
        "Exchange the refresh token at `POST /api/auth/refresh`. If that is refused too, log in again.");
    public static readonly ProblemType InvalidCredentials = new(401, "invalid_credentials", "The account or the password is incorrect.",
        "The response is the same for an unknown account and for a wrong password. After five failures, the waiting time between attempts grows.");
    public static readonly ProblemType SecondFactorRequired = new(401, "second_factor_required", "The password is correct, but a second-factor code is required.",
        "Send the request again with the same password and with `code`: six digits from the authenticator app, or a recovery code.");
    public static readonly ProblemType InvalidCode = new(401, "invalid_code", "The code is wrong or was already used.",
        "Wait for the next code of the authenticator app, and check the clock of its device. You can also use a recovery code. Each recovery code works once.");
    public static readonly ProblemType ReauthenticationRequired = new(401, "reauthentication_required", "This request requires a more recent sign-in.",
        "Log in again and repeat the request with the new token. If the request accepts `currentPassword`, you can send that instead. Refreshing a token is not enough (RFC 9470).");
    public static readonly ProblemType RefreshTokenReused = new(401, "refresh_token_reused", "The refresh token was already used, so its session has been ended.",
        "Each refresh token works once. Log in again. If you did not use the token yourself, someone else has a copy of it. The session was ended for that reason.");
    public static readonly ProblemType PaymentFailed = new(402, "payment_failed", "The payment was declined.",
        "Nothing was bought. A hold remains until it expires. Confirm it with another payment.");
    public static readonly ProblemType Forbidden = new(403, "forbidden", "This resource belongs to another account.",
        "Sign in as its owner.");
    public static readonly ProblemType RoleMayNot = new(403, "role_not_allowed", "Your role does not allow this operation.",
        "Sign in with an account that has another role.");
    public static readonly ProblemType EmailNotVerified = new(403, "email_not_verified", "Your e-mail address is not verified.",
        "Open the link that was sent to the address, or request a new link at `POST /api/auth/resend-verification`.");
    public static readonly ProblemType AccountSuspended = new(403, "account_suspended", "The account has been suspended.",
        "Contact the operator of this service.");
    public static readonly ProblemType NotFound = new(404, "not_found", "The resource was not found.",
        "The resource does not exist, or it is private and belongs to another account. The API does not reveal which.");
    public static readonly ProblemType MethodNotAllowed = new(405, "method_not_allowed", "This address does not support the request method.",
        "The `Allow` header lists the supported methods.");

    public static readonly ProblemType EmailTaken = new(409, "email_taken", "An account with this e-mail address already exists.",
        "Log in, or reset the password.");
    public static readonly ProblemType UsernameTaken = new(409, "username_taken", "An account with this username already exists.",
        "Choose another username. Usernames are not case-sensitive.");
    public static readonly ProblemType SecondFactorOn = new(409, "second_factor_on", "The account already has a second factor.",
        "Turn it off before you set up another one.");
    public static readonly ProblemType SecondFactorOff = new(409, "second_factor_off", "The account has no second factor.",
        "Set one up first with `POST /api/me/second-factor`.");
    public static readonly ProblemType CurrencyLocked = new(409, "currency_locked", "The currency cannot change while the event has ticket types.",
        "Delete the ticket types first, or create another event.");
    public static readonly ProblemType EventCancelled = new(409, "event_cancelled", "The event has been cancelled.",
        "Its tickets can no longer be sold, and the event can no longer be changed. Its bookings are refunded.");
    public static readonly ProblemType EventPast = new(409, "event_past", "The event is over.",
        "Its tickets can no longer be sold, and the event can no longer be changed.");
    public static readonly ProblemType HasUpcomingBookings = new(409, "has_upcoming_bookings", "The account has tickets for upcoming events.",
        "Cancel the bookings first, or wait until the events are over.");
    public static readonly ProblemType HasUpcomingEvents = new(409, "has_upcoming_events", "The account organizes upcoming events.",
        "Cancel or delete the events first, or wait until they are over.");
    public static readonly ProblemType EventHasBookings = new(409, "event_has_bookings", "The event has or had bookings.",
        "Cancel the event instead. Its buyers are notified and refunded.");
    public static readonly ProblemType CapacityBelowSold = new(409, "capacity_below_sold", "The new number of places is lower than the places already sold or held.",
        "Send a number that covers all places that are sold and held.");
    public static readonly ProblemType TicketTypeHasSales = new(409, "ticket_type_has_sales", "The ticket type has or had bookings.",
        "End its sale instead: set `salesEndAt`, or lower `quantityTotal` to the number sold.");
    public static readonly ProblemType SalesNotOpen = new(409, "sales_not_open", "Ticket sales have not started.",
        "Try again at `salesStartAt` of the ticket type or of the event.");
    public static readonly ProblemType SalesClosed = new(409, "sales_closed", "Ticket sales have ended.",
        "The organizer can extend `salesEndAt`.");
    public static readonly ProblemType InsufficientAvailability = new(409, "insufficient_availability", "Not enough tickets are left.",
        "`available` states how many tickets you can book. Places on hold may become available when their holds expire.");
    public static readonly ProblemType SoldOut = new(409, "sold_out", "The tickets are sold out.",
        "No unsold tickets are left. A cancelled booking may make places available again.");
    public static readonly ProblemType MaxPerUser = new(409, "max_per_user", "The booking exceeds the ticket limit per person for this event.",
        "Tickets on hold count too. `detail` states the limit.");
    public static readonly ProblemType MaxHeld = new(409, "max_held", "The hold exceeds the number of tickets that one person can hold at once for this event.",
        "Confirm or cancel a hold first, or book without a hold. An expired hold still counts for as long again as it lasted.");
    public static readonly ProblemType PriceChanged = new(409, "price_changed", "The price differs from the expected total.",
        "Read the price again, show it to the buyer, and send the new `expectedTotal`.");
    public static readonly ProblemType BookingNotPending = new(409, "booking_not_pending", "The booking is no longer on hold.",
        "No operation returns this code at present. Read the booking to learn its current status.");
    public static readonly ProblemType BookingCancelled = new(409, "booking_cancelled", "The booking has been cancelled.",
        "Book again. `bookingStatus` states the status that prevented the request.");
    public static readonly ProblemType CancellationClosed = new(409, "cancellation_closed", "The cancellation deadline has passed.",
        "The organizer can still cancel the booking.");
    public static readonly ProblemType IdempotencyInProgress = new(409, "idempotency_in_progress", "The first request with this idempotency key is still running.",
        "Send the same request again after `Retry-After`. It then gets the response to the first request.");
    public static readonly ProblemType LinkExpired = new(410, "link_expired", "The link has expired, was already used, or is invalid.",
        "Request a new link.");
    public static readonly ProblemType BookingExpired = new(410, "booking_expired", "The hold has expired, and its places are available again.",
        "Book again. Confirm a hold before its `expiresAt`.");
    public static readonly ProblemType PreconditionFailed = new(412, "precondition_failed", "The resource has changed since you read it.",
        "Read it again, apply your change to the current version, and send the new ETag as `If-Match`.");
    public static readonly ProblemType PayloadTooLarge = new(413, "payload_too_large", "The request body is too large.",
        "The limit is 64 KiB, or 256 KiB for an event, or 64 MiB for an import.");
    public static readonly ProblemType UnsupportedMediaType = new(415, "unsupported_media_type", "The content type of the request body is not supported.",
        "Send `Content-Type: application/json`. PATCH also accepts `application/merge-patch+json`. An import accepts `text/csv` or `application/x-ndjson`.");
    public static readonly ProblemType IdempotencyKeyReused = new(422, "idempotency_key_reused", "The idempotency key was already used for a different request.",
        "Use a new key for a different request. A repetition must be the same request.");
    public static readonly ProblemType TooManyAttempts = new(429, "too_many_attempts", "Too many log-in attempts failed.",
        "Wait as long as `Retry-After` says, or reset the password.");
    public static readonly ProblemType RateLimited = new(429, "rate_limited", "You sent too many requests.",
        "Wait as long as `Retry-After` says. In every response, `RateLimit` states how many requests are left, and `RateLimit-Policy` states the limit.");
    public static readonly ProblemType TooManyMails = new(429, "too_many_mails", "Today's mail limit has been reached.",
        "Wait as long as `Retry-After` says. The number of links is limited for each address and for each account.");
    public static readonly ProblemType InternalError = new(500, "internal_error", "An internal error occurred. The server has logged it.",
        "Tell the operator the `traceId`. With an idempotency key, you can safely try again.");
    public static readonly ProblemType Overloaded = new(503, "overloaded", "The server has too many requests at the moment.",
        "Nothing was done. Try again after `Retry-After`, with the same idempotency key.");
    public static readonly ProblemType Unavailable = new(503, "unavailable", "The database is unreachable at the moment.",
        "Try again after `Retry-After`, with the same idempotency key. Only the key can tell whether the first attempt was carried out.");

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
