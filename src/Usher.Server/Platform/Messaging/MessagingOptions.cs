using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Platform.Messaging;

internal sealed class MessagingOptions
{
    public const string Section = "Messaging";

    /// <summary>Messages that are claimed and applied together, at most.</summary>
    [Range(1, 10_000)]
    public int MaxBatch { get; init; } = 1000;

    /// <summary>Seconds for which messages gather after the first: a batch costs the sale less than many small ones.</summary>
    [Range(0, 10)]
    public double GatherSeconds { get; init; } = 0.1;

    /// <summary>Seconds after which a message that not every consumer has applied is delivered again.</summary>
    [Range(0.1, 3600)]
    public double LeaseSeconds { get; init; } = 30;

    /// <summary>Seconds between two looks for messages of other processes; those of this one are told at once.</summary>
    [Range(0.01, 60)]
    public double PollSeconds { get; init; } = 0.25;

    /// <summary>Failures after which a message is given up.</summary>
    [Range(1, 100)]
    public int MaxFailures { get; init; } = 10;

    /// <summary>Seconds until a failed message is tried again; doubled at each further failure, up to an hour.</summary>
    [Range(0.01, 3600)]
    public double RetrySeconds { get; init; } = 1;

    /// <summary>What the queues at the broker begin with; installations that share a broker each have their own.</summary>
    [Required]
    public string QueuePrefix { get; init; } = "usher";

    /// <summary>Messages that may wait in a queue at the broker; the others wait in the outbox.</summary>
    [Range(1, 1_000_000)]
    public int BrokerWindow { get; init; } = 5_000;
}
