namespace Usher.Client;

public sealed record RegisterRequest
{
    public required string Username { get; init; }
    public required string Email { get; init; }
    public required string Password { get; init; }

    /// <c>attendee</c> (default) or <c>organizer</c>.
    public string? Role { get; init; }
}

/// <summary>Log-in by e-mail address or by username.</summary>
public sealed record LogInRequest
{
    public string? Email { get; init; }
    public string? Username { get; init; }
    public required string Password { get; init; }

    /// <summary>Second-factor code, if the account has one: six digits, or a recovery code.</summary>
    public string? Code { get; init; }
}

public sealed record RefreshRequest
{
    public required string RefreshToken { get; init; }
}

public sealed record ForgotPasswordRequest
{
    public required string Email { get; init; }
}

public sealed record ResetPasswordRequest
{
    public required string Token { get; init; }
    public required string NewPassword { get; init; }
}

public sealed record VerifyEmailRequest
{
    public required string Token { get; init; }
}

/// <summary>A change of an account. Fields that you leave out keep their value.</summary>
public sealed record ChangeMeRequest
{
    public string? Username { get; init; }
    public string? Email { get; init; }
    public string? DisplayName { get; init; }
    public string? TimeZone { get; init; }

    /// <summary>Required to change the address, unless the account signed in less than ten minutes ago. If the account has a second factor, send a code with it.</summary>
    public string? CurrentPassword { get; init; }
    public string? Code { get; init; }
}

public sealed record UndoEmailChangeRequest
{
    public required string Token { get; init; }
}

public sealed record ChangePasswordRequest
{
    public required string CurrentPassword { get; init; }
    public required string NewPassword { get; init; }
}

public sealed record EraseMeRequest
{
    public required string Password { get; init; }
    public string? Code { get; init; }
}

public sealed record BeginSecondFactorRequest
{
    public required string Password { get; init; }
}

public sealed record ConfirmSecondFactorRequest
{
    public required string Code { get; init; }
}

public sealed record RenewRecoveryCodesRequest
{
    public required string Password { get; init; }
    public required string Code { get; init; }
}

public sealed record TurnOffSecondFactorRequest
{
    public required string Password { get; init; }
    public required string Code { get; init; }
}

/// <summary>The fields of an event. Times are RFC 3339. A time without an offset is local to <see cref="TimeZone"/>.</summary>
public abstract record EventRequest
{
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? Date { get; init; }
    public string? EndDate { get; init; }
    public string? TimeZone { get; init; }
    public string? Location { get; init; }
    public string? Venue { get; init; }
    public string? City { get; init; }
    public string? Country { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public string? Category { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    public string? ImageUrl { get; init; }
    public string? Currency { get; init; }
    public int? TotalCapacity { get; init; }
    public Publication? Publication { get; init; }
    public string? SalesStartAt { get; init; }
    public string? SalesEndAt { get; init; }
    public string? CancellationDeadline { get; init; }
    public int? MaxPerBooking { get; init; }
    public int? MaxPerUser { get; init; }
}

/// <c>Name</c>, <c>Date</c>, <c>Location</c> and <c>TotalCapacity</c> are required.
public sealed record CreateEventRequest : EventRequest
{
    public IReadOnlyList<CreateTicketTypeRequest>? TicketTypes { get; init; }
}

/// <summary>Null members keep their value. To clear a member, send a merge patch.</summary>
public sealed record ChangeEventRequest : EventRequest;

public sealed record CancelEventRequest
{
    public string? Reason { get; init; }
}

public abstract record TicketTypeRequest
{
    public string? Name { get; init; }
    public string? Description { get; init; }

    /// <summary>In major units.</summary>
    public decimal? Price { get; init; }
    public int? QuantityTotal { get; init; }
    public string? SalesStartAt { get; init; }
    public string? SalesEndAt { get; init; }
    public int? MinPerBooking { get; init; }
    public int? MaxPerBooking { get; init; }
    public int? SortOrder { get; init; }
}

/// <c>Name</c>, <c>Price</c> and one of the quantities are required.
public sealed record CreateTicketTypeRequest : TicketTypeRequest
{
    public int? QuantityAvailable { get; init; }
}

public sealed record ChangeTicketTypeRequest : TicketTypeRequest;

/// <summary>A file of events: one line of JSON for each event, or CSV with a header.</summary>
public sealed record EventFile
{
    private EventFile(string text, string mediaType) => (Text, MediaType) = (text, mediaType);

    public string Text { get; }
    public string MediaType { get; }

    public static EventFile JsonLines(string text) => new(text, "application/x-ndjson");

    public static EventFile Csv(string text) => new(text, "text/csv");
}

/// <summary>The tickets to book: one ticket type with its quantity, or several ticket types as items.</summary>
public sealed record BookTicketsRequest
{
    public required Guid EventId { get; init; }
    public Guid? TicketTypeId { get; init; }
    public int? Quantity { get; init; }
    public IReadOnlyList<BookingLine>? Items { get; init; }

    /// <summary>Holds the places for a while without payment.</summary>
    public bool? Hold { get; init; }

    /// <summary>The server rejects the booking if the price differs.</summary>
    public decimal? ExpectedTotal { get; init; }
    public Payment? Payment { get; init; }
}

public sealed record BookingLine(Guid TicketTypeId, int Quantity);

public sealed record Payment(string Token);

public sealed record ConfirmBookingRequest
{
    public Payment? Payment { get; init; }
}

public sealed record CancelBookingRequest
{
    public string? Reason { get; init; }
}
