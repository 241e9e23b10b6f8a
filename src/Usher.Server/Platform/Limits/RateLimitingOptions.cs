using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Platform.Limits;

/// <summary>How many requests of each class somebody may make in a window: a user, or an address of those who are not signed in.</summary>
internal sealed class RateLimitingOptions
{
    public const string Section = "RateLimiting";

    /// <summary>False turns every limit off, login throttling and in-flight caps included: for tests and benchmarks.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The window in seconds, the same for all classes and for all processes that share one Redis.</summary>
    [Range(1, 3600)]
    public int WindowSeconds { get; init; } = 60;

    /// <summary>Requests in a window that sign in; of an address, whoever is signed in.</summary>
    [Range(1, 1_000_000_000)]
    public int Login { get; init; } = 20;

    /// <summary>Requests in a window: what makes or saves an account without being signed in; of an address, whoever is signed in.</summary>
    [Range(1, 1_000_000_000)]
    public int Account { get; init; } = 600;

    /// <summary>Requests in a window: booking, confirming, cancelling.</summary>
    [Range(1, 1_000_000_000)]
    public int Book { get; init; } = 30_000;

    /// <summary>Requests in a window: every other change.</summary>
    [Range(1, 1_000_000_000)]
    public int Write { get; init; } = 6_000;

    /// <summary>Requests in a window: reads that are not answered from memory.</summary>
    [Range(1, 1_000_000_000)]
    public int Read { get; init; } = 60_000;

    /// <summary>Whom a process counts one by one in a window; any further share a thousand counts, by chance.</summary>
    [Range(1, 10_000_000)]
    public int MaxCounts { get; init; } = 200_000;
}
