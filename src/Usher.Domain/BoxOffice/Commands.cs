namespace Usher.Domain.BoxOffice;

/// <summary>Something the box office is asked to do, always for one event.</summary>
public abstract record Command(Guid EventId);

/// <summary>Take places: paid at once, or held until the buyer confirms.</summary>
/// <param name="ExpectedTotal">What the buyer believes it costs, in major units; another total refuses the sale.</param>
public sealed record Book(Guid EventId, Guid UserId, IReadOnlyList<Line> Lines, bool Hold, decimal? ExpectedTotal, PaymentVerdict Payment)
    : Command(EventId);

/// <summary>Turn a hold into a sale.</summary>
public sealed record Confirm(Guid EventId, Guid BookingId, PaymentVerdict Payment) : Command(EventId);

/// <summary>Give a booking's places back.</summary>
/// <param name="BoundByWindow">The event's cancellation window binds the buyer, but not the organizer or an admin.</param>
public sealed record Cancel(Guid EventId, Guid BookingId, CancelReason Reason, bool BoundByWindow, string? Note) : Command(EventId)
{
    /// <summary>Who asks for it, when it is not the buyer.</summary>
    public Guid? By { get; init; }
}

/// <summary>Give back what lapsed holds of an event still claim. Every other command does this too, on its way.</summary>
public sealed record Expire(Guid EventId) : Command(EventId);

/// <summary>One line of an order. Lines of the same ticket type are added up before any limit is looked at.</summary>
public readonly record struct Line(Guid TicketTypeId, int Quantity);

/// <summary>What the payment provider said before the sale is decided.</summary>
public enum PaymentVerdict
{
    Approved,
    Declined,

    /// <summary>It has not answered yet: the places are held until it does.</summary>
    Unanswered,
}
