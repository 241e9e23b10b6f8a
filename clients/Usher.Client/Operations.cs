using System.Text.Json.Nodes;

namespace Usher.Client;

/// <summary>One method for each operation of the API, with the name of the operation in the OpenAPI document.</summary>
public sealed partial class UsherClient
{
    private static readonly HttpMethod Get = HttpMethod.Get, Post = HttpMethod.Post, Put = HttpMethod.Put, Patch = HttpMethod.Patch, Delete = HttpMethod.Delete;

    // Accounts. Registering, logging in and refreshing sets the tokens of this client.

    public async Task<SignedIn> Register(RegisterRequest request, CancellationToken cancellationToken = default) =>
        Take(await Ask<SignedIn>(Post, "api/auth/register", request, cancellationToken: cancellationToken).ConfigureAwait(false));

    public async Task<SignedIn> LogIn(LogInRequest request, CancellationToken cancellationToken = default) =>
        Take(await Ask<SignedIn>(Post, "api/auth/login", request, cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>The client calls it by itself when the access token has expired.</summary>
    public async Task<SignedIn> Refresh(RefreshRequest request, CancellationToken cancellationToken = default) =>
        Take(await Ask<SignedIn>(Post, "api/auth/refresh", request, cancellationToken: cancellationToken).ConfigureAwait(false));

    public async Task LogOut(CancellationToken cancellationToken = default)
    {
        await Do(Post, "api/auth/logout", cancellationToken: cancellationToken).ConfigureAwait(false);
        (AccessToken, RefreshToken) = (null, null);
    }

    public Task ForgotPassword(ForgotPasswordRequest request, CancellationToken cancellationToken = default) =>
        Do(Post, "api/auth/forgot-password", request, cancellationToken: cancellationToken);

    public Task ResetPassword(ResetPasswordRequest request, CancellationToken cancellationToken = default) =>
        Do(Post, "api/auth/reset-password", request, cancellationToken: cancellationToken);

    public Task VerifyEmail(VerifyEmailRequest request, CancellationToken cancellationToken = default) =>
        Do(Post, "api/auth/verify-email", request, cancellationToken: cancellationToken);

    public Task UndoEmailChange(UndoEmailChangeRequest request, CancellationToken cancellationToken = default) =>
        Do(Post, "api/auth/undo-email-change", request, cancellationToken: cancellationToken);

    public Task ResendVerification(CancellationToken cancellationToken = default) => Do(Post, "api/auth/resend-verification", cancellationToken: cancellationToken);

    public Task<User> GetMe(CancellationToken cancellationToken = default) => Ask<User>(Get, "api/me", cancellationToken: cancellationToken);

    public Task<User> ChangeMe(ChangeMeRequest request, CancellationToken cancellationToken = default) => Ask<User>(Patch, "api/me", request, cancellationToken: cancellationToken);

    public Task ChangePassword(ChangePasswordRequest request, CancellationToken cancellationToken = default) =>
        Do(Put, "api/me/password", request, cancellationToken: cancellationToken);

    public Task<Export> ExportMe(CancellationToken cancellationToken = default) => Ask<Export>(Get, "api/me/export", cancellationToken: cancellationToken);

    public Task EraseMe(EraseMeRequest request, CancellationToken cancellationToken = default) => Do(Delete, "api/me", request, cancellationToken: cancellationToken);

    public Task<Paged<Session>> ListSessions(PageQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<Paged<Session>>(Get, Query.Address("api/me/sessions", query), cancellationToken: cancellationToken);

    public Task EndSession(Guid id, CancellationToken cancellationToken = default) => Do(Delete, $"api/me/sessions/{id}", cancellationToken: cancellationToken);

    public Task<SecondFactor> GetSecondFactor(CancellationToken cancellationToken = default) => Ask<SecondFactor>(Get, "api/me/second-factor", cancellationToken: cancellationToken);

    public Task<BegunSecondFactor> BeginSecondFactor(BeginSecondFactorRequest request, CancellationToken cancellationToken = default) =>
        Ask<BegunSecondFactor>(Post, "api/me/second-factor", request, cancellationToken: cancellationToken);

    public Task<NewRecoveryCodes> ConfirmSecondFactor(ConfirmSecondFactorRequest request, CancellationToken cancellationToken = default) =>
        Ask<NewRecoveryCodes>(Post, "api/me/second-factor/confirm", request, cancellationToken: cancellationToken);

    public Task<NewRecoveryCodes> RenewRecoveryCodes(RenewRecoveryCodesRequest request, CancellationToken cancellationToken = default) =>
        Ask<NewRecoveryCodes>(Post, "api/me/second-factor/recovery-codes", request, cancellationToken: cancellationToken);

    public Task TurnOffSecondFactor(TurnOffSecondFactorRequest request, CancellationToken cancellationToken = default) =>
        Do(Delete, "api/me/second-factor", request, cancellationToken: cancellationToken);

    // The catalogue. With ifVersion, a change succeeds only if the resource has not changed since.

    public Task<Paged<EventListing>> ListEvents(EventQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<Paged<EventListing>>(Get, Query.Address("api/events", query), cancellationToken: cancellationToken);

    public Task<Paged<EventListing>> ListOwnEvents(EventQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<Paged<EventListing>>(Get, Query.Address("api/organizers/me/events", query), cancellationToken: cancellationToken);

    public Task<Facets> ListEventFacets(EventFilter? query = null, CancellationToken cancellationToken = default) =>
        Ask<Facets>(Get, Query.Address("api/events/facets", query), cancellationToken: cancellationToken);

    public Task<Event> GetEvent(Guid id, CancellationToken cancellationToken = default) => Ask<Event>(Get, $"api/events/{id}", cancellationToken: cancellationToken);

    public Task<Availability> GetAvailability(Guid id, CancellationToken cancellationToken = default) =>
        Ask<Availability>(Get, $"api/events/{id}/availability", cancellationToken: cancellationToken);

    /// <summary>As iCalendar.</summary>
    public Task<string> GetEventCalendar(Guid id, CancellationToken cancellationToken = default) => AskText(Get, $"api/events/{id}/calendar.ics", null, cancellationToken);

    public Task<Event> CreateEvent(CreateEventRequest request, string? key = null, CancellationToken cancellationToken = default) =>
        Ask<Event>(Post, "api/events", request, key ?? NewKey(), cancellationToken: cancellationToken);

    public Task<Event> ChangeEvent(Guid id, ChangeEventRequest request, int? ifVersion = null, CancellationToken cancellationToken = default) =>
        Ask<Event>(Put, $"api/events/{id}", request, ifMatch: Tag(ifVersion), cancellationToken: cancellationToken);

    /// <summary>A merge patch (RFC 7396): null clears.</summary>
    public Task<Event> ChangeEventByPatch(Guid id, JsonObject patch, int? ifVersion = null, CancellationToken cancellationToken = default) =>
        Ask<Event>(Patch, $"api/events/{id}", patch, ifMatch: Tag(ifVersion), cancellationToken: cancellationToken);

    public Task<Event> CancelEvent(Guid id, CancelEventRequest? request = null, int? ifVersion = null, CancellationToken cancellationToken = default) =>
        Ask<Event>(Put, $"api/events/{id}/cancel", request, ifMatch: Tag(ifVersion), cancellationToken: cancellationToken);

    public Task<EventCancellation> GetEventCancellation(Guid id, CancellationToken cancellationToken = default) =>
        Ask<EventCancellation>(Get, $"api/events/{id}/cancellation", cancellationToken: cancellationToken);

    public Task DeleteEvent(Guid id, int? ifVersion = null, CancellationToken cancellationToken = default) =>
        Do(Delete, $"api/events/{id}", ifMatch: Tag(ifVersion), cancellationToken: cancellationToken);

    public Task<ImportResult> ImportEvents(EventFile file, ImportQuery? query = null, string? key = null, CancellationToken cancellationToken = default) =>
        Ask<ImportResult>(Post, Query.Address("api/events/import", query), file, key ?? NewKey(), cancellationToken: cancellationToken);

    public Task<TicketTypeList> ListTicketTypes(Guid eventId, CancellationToken cancellationToken = default) =>
        Ask<TicketTypeList>(Get, $"api/events/{eventId}/ticket-types", cancellationToken: cancellationToken);

    public Task<TicketType> GetTicketType(Guid eventId, Guid id, CancellationToken cancellationToken = default) =>
        Ask<TicketType>(Get, $"api/events/{eventId}/ticket-types/{id}", cancellationToken: cancellationToken);

    public Task<TicketType> CreateTicketType(Guid eventId, CreateTicketTypeRequest request, CancellationToken cancellationToken = default) =>
        Ask<TicketType>(Post, $"api/events/{eventId}/ticket-types", request, cancellationToken: cancellationToken);

    public Task<TicketType> ChangeTicketType(Guid eventId, Guid id, ChangeTicketTypeRequest request, int? ifVersion = null, CancellationToken cancellationToken = default) =>
        Ask<TicketType>(Put, $"api/events/{eventId}/ticket-types/{id}", request, ifMatch: Tag(ifVersion), cancellationToken: cancellationToken);

    /// <summary>A merge patch (RFC 7396): null clears.</summary>
    public Task<TicketType> ChangeTicketTypeByPatch(Guid eventId, Guid id, JsonObject patch, int? ifVersion = null, CancellationToken cancellationToken = default) =>
        Ask<TicketType>(Patch, $"api/events/{eventId}/ticket-types/{id}", patch, ifMatch: Tag(ifVersion), cancellationToken: cancellationToken);

    public Task DeleteTicketType(Guid eventId, Guid id, int? ifVersion = null, CancellationToken cancellationToken = default) =>
        Do(Delete, $"api/events/{eventId}/ticket-types/{id}", ifMatch: Tag(ifVersion), cancellationToken: cancellationToken);

    // The box office. Each request has an idempotency key, so that a repetition takes effect only once.

    public Task<Booking> BookTickets(BookTicketsRequest request, string? key = null, CancellationToken cancellationToken = default) =>
        Ask<Booking>(Post, "api/bookings", request, key ?? NewKey(), cancellationToken: cancellationToken);

    public Task<Booking> ConfirmBooking(Guid id, ConfirmBookingRequest? request = null, string? key = null, CancellationToken cancellationToken = default) =>
        Ask<Booking>(Put, $"api/bookings/{id}/confirm", request, key ?? NewKey(), cancellationToken: cancellationToken);

    public Task<Booking> CancelBooking(Guid id, CancelBookingRequest? request = null, string? key = null, CancellationToken cancellationToken = default) =>
        Ask<Booking>(Put, $"api/bookings/{id}/cancel", request, key ?? NewKey(), cancellationToken: cancellationToken);

    /// <param name="booking">Id or code of the booking.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<Booking> GetBooking(string booking, CancellationToken cancellationToken = default) =>
        Ask<Booking>(Get, $"api/bookings/{Uri.EscapeDataString(booking)}", cancellationToken: cancellationToken);

    public Task<Paged<Booking>> ListMyBookings(BookingQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<Paged<Booking>>(Get, Query.Address("api/me/bookings", query), cancellationToken: cancellationToken);

    public Task<Paged<Booking>> ListUserBookings(Guid userId, BookingQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<Paged<Booking>>(Get, Query.Address($"api/users/{userId}/bookings", query), cancellationToken: cancellationToken);

    public Task<Paged<Booking>> ListEventBookings(Guid id, EventBookingQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<Paged<Booking>>(Get, Query.Address($"api/events/{id}/bookings", query), cancellationToken: cancellationToken);

    /// <summary>All bookings, as CSV.</summary>
    public Task<string> GetEventBookingsTable(Guid id, EventBookingTableQuery? query = null, CancellationToken cancellationToken = default) =>
        AskText(Get, Query.Address($"api/events/{id}/bookings.csv", query), null, cancellationToken);

    // For organizers and admins.

    public Task<EventSales> GetEventSales(Guid eventId, SalesQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<EventSales>(Get, Query.Address($"api/events/{eventId}/reports/sales", query), cancellationToken: cancellationToken);

    public Task<Paged<ReportListing>> ListReports(ReportQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<Paged<ReportListing>>(Get, Query.Address("api/reports", query), cancellationToken: cancellationToken);

    public Task<Report> GetReport(Guid id, CancellationToken cancellationToken = default) => Ask<Report>(Get, $"api/reports/{id}", cancellationToken: cancellationToken);

    /// <summary>As SVG.</summary>
    public Task<string> GetReportChart(Guid id, CancellationToken cancellationToken = default) => AskText(Get, $"api/reports/{id}/chart.svg", null, cancellationToken);

    public Task<Paged<Mail>> ListEventMails(Guid id, MailQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<Paged<Mail>>(Get, Query.Address($"api/events/{id}/mails", query), cancellationToken: cancellationToken);

    public Task<Mail> ResendMail(Guid id, Guid mailId, CancellationToken cancellationToken = default) =>
        Ask<Mail>(Post, $"api/events/{id}/mails/{mailId}/resend", cancellationToken: cancellationToken);

    public Task<Paged<AuditEntry>> ListEventAudit(Guid id, PageQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<Paged<AuditEntry>>(Get, Query.Address($"api/events/{id}/audit", query), cancellationToken: cancellationToken);

    public Task<Paged<AuditEntry>> ListAudit(AuditQuery? query = null, CancellationToken cancellationToken = default) =>
        Ask<Paged<AuditEntry>>(Get, Query.Address("api/audit", query), cancellationToken: cancellationToken);

    private static string NewKey() => Guid.CreateVersion7().ToString();

    private static string? Tag(int? version) => version is { } seen ? $"\"{seen.ToString(System.Globalization.CultureInfo.InvariantCulture)}\"" : null;
}
