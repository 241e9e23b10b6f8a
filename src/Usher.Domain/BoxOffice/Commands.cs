namespace Usher.Domain.BoxOffice;

/// <summary>A command to the box office, always for one event.</summary>
public abstract record Command(Guid EventId);

/// <summary>Book places: confirmed at once, or held until the buyer confirms.</summary>
/// <param name="ExpectedTotal">Total that the buyer expects, in major units. Another total refuses the sale.</param>
public sealed record Book(Guid EventId, Guid UserId, IReadOnlyList<Line> Lines, bool Hold, decimal? ExpectedTotal, PaymentVerdict Payment)
    : Command(EventId);

/// <summary>Confirm a hold.</summary>
public sealed record Confirm(Guid EventId, Guid BookingId, PaymentVerdict Payment) : Command(EventId);

/// <summary>Cancel a booking and return its places.</summary>
/// <param name="BoundByWindow">The event's cancellation window binds the buyer, but not the organizer or an admin.</param>
public sealed record Cancel(Guid EventId, Guid BookingId, CancelReason Reason, bool BoundByWindow, string? Note) : Command(EventId)
{
    /// <summary>Actor, if it is not the buyer.</summary>
    public Guid? By { get; init; }
}

/// <summary>Return the places of the lapsed holds of an event. Every other command does this too.</summary>
public sealed record Expire(Guid EventId) : Command(EventId);

/// <summary>One line of an order. Lines of the same ticket type are summed before any limit is checked.</summary>
public readonly record struct Line(Guid TicketTypeId, int Quantity);

/// <summary>Verdict of the payment provider, known before the sale is decided.</summary>
public enum PaymentVerdict
{
    Approved,
    Declined,

    /// <summary>The provider has not answered yet. The places are held until it does.</summary>
    Unanswered,
}
