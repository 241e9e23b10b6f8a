using Usher.Domain.Catalog;

namespace Usher.Domain.BoxOffice;

/// <summary>Outcome of a command.</summary>
public abstract record Outcome
{
    private Outcome() { }

    /// <summary>The command succeeded now or earlier. It has the current booking.</summary>
    public sealed record Done(Booking Booking, EventSummary Event, IReadOnlyDictionary<Guid, string> TicketTypeNames) : Outcome;

    /// <summary>The current state does not allow the command. Nothing was changed.</summary>
    public sealed record Refused(Refusal Reason) : Outcome
    {
        /// <summary>Number of available tickets, if that is the reason.</summary>
        public int? Available { get; init; }

        /// <summary>The exceeded limit, if that is the reason.</summary>
        public int? Limit { get; init; }

        /// <summary>The ticket type that caused the refusal, if there is one.</summary>
        public Guid? TicketTypeId { get; init; }

        /// <summary>Status of the booking that prevented the command.</summary>
        public BookingStatus? BookingStatus { get; init; }

        /// <summary>Current total in minor units, if the buyer expected another one.</summary>
        public long? TotalMinor { get; init; }
    }

    /// <summary>Lapsed holds were returned; there is no booking to show.</summary>
    public sealed record Swept : Outcome;
}

/// <summary>The part of an event that a booking shows.</summary>
public sealed record EventSummary(Guid Id, string Name, DateTimeOffset StartsAt, string TimeZone, DateTime LocalDate, string Location, EventStatus Status, int Version);

public enum Refusal
{
    EventNotFound,
    TicketTypeNotFound,
    BelowMinimum,
    MaxPerBooking,
    EventCancelled,
    EventPast,
    SalesNotOpen,
    SalesClosed,
    MaxPerUser,
    MaxHeld,
    SoldOut,
    InsufficientAvailability,
    PriceChanged,
    TotalTooHigh,
    PaymentFailed,
    BookingNotFound,
    BookingExpired,
    BookingCancelled,
    CancellationClosed,

    /// <summary>The buyer's account was erased or suspended while the order was waiting.</summary>
    AccountClosed,
}
