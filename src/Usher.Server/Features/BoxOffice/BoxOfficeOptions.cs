using System.ComponentModel.DataAnnotations;
using Usher.Domain.BoxOffice;

namespace Usher.Server.Features.BoxOffice;

internal sealed class BookingsOptions
{
    public const string Section = "Bookings";

    /// <summary>Lifetime of a hold in minutes; fractions are allowed.</summary>
    [Range(0.001, 1440)]
    public double HoldMinutes { get; init; } = 10;

    /// <summary>Hours before an event at which its buyers can no longer cancel, if the event has no deadline.</summary>
    [Range(0, 8760)]
    public double CancellationWindowHours { get; init; } = 24;

    /// <summary>Most tickets of one booking, if the event has no limit.</summary>
    [Range(1, 1_000_000)]
    public int DefaultMaxPerBooking { get; init; } = 10;

    /// <summary>
    /// Most tickets of one event that a person can hold at once, including holds that lapsed recently. If omitted, the limit is that
    /// of one booking.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? MaxHeldPerUser { get; init; }

    /// <summary>Seconds between two searches for lapsed holds.</summary>
    [Range(0.05, 60)]
    public double SweepSeconds { get; init; } = 0.5;

    public SellingRules Rules => new(
        TimeSpan.FromMinutes(HoldMinutes), TimeSpan.FromHours(CancellationWindowHours), DefaultMaxPerBooking, TimeSpan.FromSeconds(1), MaxHeldPerUser);
}

internal sealed class SellingOptions
{
    public const string Section = "Selling";

    /// <summary>Number of selling loops, each with its own connection. Events are distributed over them. SQLite always has one.</summary>
    [Range(1, 64)]
    public int Lanes { get; init; } = 1;

    /// <summary>Most commands in one transaction.</summary>
    [Range(1, 10_000)]
    public int MaxBatch { get; init; } = 512;

    /// <summary>Bookings that may wait in a lane; a further one gets 503. As many confirmations and cancellations may wait before them.</summary>
    [Range(1, 1_000_000)]
    public int QueueLength { get; init; } = 20_000;

    /// <summary>Seconds that a command may wait; then it is rejected without a decision.</summary>
    [Range(0.1, 600)]
    public double TimeoutSeconds { get; init; } = 10;

    /// <summary>Most concurrent commands of one person.</summary>
    [Range(1, 100_000)]
    public int MaxInFlightPerUser { get; init; } = 64;
}
