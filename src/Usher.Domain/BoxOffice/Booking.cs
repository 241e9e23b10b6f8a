namespace Usher.Domain.BoxOffice;

/// <summary>Status of a booking. It only moves forward: pending → confirmed → cancelled, or pending → cancelled.</summary>
public enum BookingStatus : short { Pending = 0, Confirmed = 1, Cancelled = 2 }

public enum PaymentStatus : short
{
    /// <summary>There is nothing to pay.</summary>
    None = 0,
    Unpaid = 1,
    Paid = 2,
    Failed = 3,
    Refunded = 4,
}

public enum CancelReason : short { User = 0, Organizer = 1, EventCancelled = 2, Expired = 3, PaymentFailed = 4, Admin = 5 }

/// <summary>One buyer's claim on places of one event. While it is pending it is a hold.</summary>
public sealed record Booking
{
    public required Guid Id { get; init; }

    /// <summary>The short name people read out, unique: 8 characters of Crockford's base32.</summary>
    public required string Code { get; init; }
    public required Guid UserId { get; init; }
    public required Guid EventId { get; init; }
    public BookingStatus Status { get; init; }
    public PaymentStatus PaymentStatus { get; init; }
    public required string Currency { get; init; }
    public long TotalMinor { get; init; }

    /// <summary>All its tickets, over the items; kept here for the per-user cap.</summary>
    public int Quantity { get; init; }
    public required DateTimeOffset BookedAt { get; init; }

    /// <summary>Set while pending. From this instant on its places are free, swept or not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? ConfirmedAt { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
    public CancelReason? CancelReason { get; init; }

    /// <summary>Reason that the buyer or organizer wrote on cancelling.</summary>
    public string? CancelNote { get; init; }

    /// <summary>Amount captured from the buyer, in minor units.</summary>
    public long CapturedMinor { get; init; }

    /// <summary>Amount owed or refunded to the buyer, in minor units; at most the captured amount.</summary>
    public long RefundMinor { get; init; }
    public bool RefundDone { get; init; }

    /// <summary>Time of the refund.</summary>
    public DateTimeOffset? RefundedAt { get; init; }

    /// <summary>Next time to ask the payment provider, because a payment has no answer yet or a refund is due.</summary>
    public DateTimeOffset? SettleAt { get; init; }
    public int Version { get; init; } = 1;

    /// <summary>Actor of the change that is being written, if it is not the buyer. The message carries it; the booking does not store it.</summary>
    public Guid? ChangedBy { get; init; }
    public IReadOnlyList<BookingItem> Items { get; init; } = new List<BookingItem>();

    public bool HasLapsed(DateTimeOffset now) => Status == BookingStatus.Pending && ExpiresAt <= now;

    /// <summary>A hold ends at its promised instant, regardless of when a process notices it.</summary>
    public Booking Expired() => this with
    {
        Status = BookingStatus.Cancelled,
        CancelReason = BoxOffice.CancelReason.Expired,
        CancelledAt = ExpiresAt,
        ExpiresAt = null,
        SettleAt = null,
        Version = Version + 1,
    };

    public Booking Confirmed(DateTimeOffset now) => this with
    {
        Status = BookingStatus.Confirmed,
        PaymentStatus = TotalMinor == 0 ? PaymentStatus.None : PaymentStatus.Paid,
        CapturedMinor = TotalMinor,
        ConfirmedAt = now,
        ExpiresAt = null,
        SettleAt = null,
        Version = Version + 1,
    };

    public Booking AwaitingPayment(DateTimeOffset answerExpectedAt) => this with { SettleAt = answerExpectedAt, Version = Version + 1 };

    public Booking Cancelled(DateTimeOffset now, CancelReason reason, string? note) => this with
    {
        Status = BookingStatus.Cancelled,
        PaymentStatus = reason == BoxOffice.CancelReason.PaymentFailed && PaymentStatus == PaymentStatus.Unpaid ? PaymentStatus.Failed : PaymentStatus,
        CancelReason = reason,
        CancelNote = note,
        CancelledAt = now,
        ExpiresAt = null,
        RefundMinor = CapturedMinor,
        SettleAt = CapturedMinor > 0 ? now : null,
        Version = Version + 1,
    };
}

/// <summary>Tickets of one type in a booking; a booking has at most one item per ticket type.</summary>
public sealed record BookingItem
{
    public required Guid Id { get; init; }
    public required Guid BookingId { get; init; }
    public required Guid TicketTypeId { get; init; }
    public required int Quantity { get; init; }

    /// <summary>The price of one ticket when it was booked, in minor units; later price changes do not touch it.</summary>
    public required long UnitPriceMinor { get; init; }
    public long LineTotalMinor => Quantity * UnitPriceMinor;
}
