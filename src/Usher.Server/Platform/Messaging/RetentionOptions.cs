using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Platform.Messaging;

internal sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Minutes between two looks for what is old enough.</summary>
    [Range(0.001, 1440)]
    public double EveryMinutes { get; init; } = 5;

    /// <summary>Hours for which a request can be repeated with its idempotency key.</summary>
    [Range(24, 24 * 365)]
    public double IdempotencyKeyHours { get; init; } = 48;

    /// <summary>Days for which it is remembered that a message was applied: longer than a broker may hold on to it.</summary>
    [Range(1, 3650)]
    public double InboxDays { get; init; } = 7;
}
