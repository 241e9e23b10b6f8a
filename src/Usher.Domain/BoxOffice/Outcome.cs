using Usher.Domain.Catalog;

namespace Usher.Domain.BoxOffice;

/// <summary>What became of a command.</summary>
public abstract record Outcome
{
    private Outcome() { }

    /// <summary>It was done, or had been done before: the booking as it is now.</summary>
    public sealed record Done(Booking Booking, EventSummary Event, IReadOnlyDictionary<Guid, string> TicketTypeNames) : Outcome;

    /// <summary>The state says no. Nothing was changed.</summary>
    public sealed record Refused(Refusal Reason) : Outcome
    {
        /// <summary>How many tickets could be had, where that is the reason.</summary>
        public int? Available { get; init; }

        /// <summary>The limit that was passed, where one was.</summary>
        public int? Limit { get; init; }

        /// <summary>The ticket type the refusal is about, where it is about one.</summary>
        public Guid? TicketTypeId { get; init; }

        /// <summary>The state of the booking the command lost against.</summary>
        public BookingStatus? BookingStatus { get; init; }

        /// <summary>What the order costs now, in minor units, where the buyer expected something else.</summary>
        public long? TotalMinor { get; init; }
    }

    /// <summary>Lapsed holds were given back; there is no booking to show.</summary>
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

    /// <summary>The buyer's account was erased or suspended while the order was on its way.</summary>
    AccountClosed,
}
