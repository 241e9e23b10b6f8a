using System.Diagnostics.Metrics;

namespace Usher.Server.Platform.Observability;

/// <summary>Guards that reject requests before they do harm. The names are those of the metric.</summary>
internal static class Guard
{
    /// <summary>The queue of a lane is full.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>A command waited too long.</summary>
    public const string QueueTimeout = "queue_timeout";

    /// <summary>One person has too many concurrent commands.</summary>
    public const string InFlight = "in_flight";

    /// <summary>A quota of requests is used up.</summary>
    public const string RateLimit = "rate_limit";

    /// <summary>An account is under a guessing attack.</summary>
    public const string LogInPause = "log_in_pause";

    /// <summary>Too many passwords wait to be hashed.</summary>
    public const string PasswordQueue = "password_queue";

    /// <summary>Too many uncached searches.</summary>
    public const string SearchQueue = "search_queue";

    /// <summary>Too many watchers of availability.</summary>
    public const string Streams = "streams";

    /// <summary>Too many running imports.</summary>
    public const string Imports = "imports";

    /// <summary>A command failed with a defect: an assertion about the stock did not hold, or the database rejected the decision.</summary>
    public const string Database = "database";

    private static readonly string[] All = [QueueFull, QueueTimeout, InFlight, RateLimit, LogInPause, PasswordQueue, SearchQueue, Streams, Imports, Database];

    private static readonly Counter<long> Rejections = Telemetry.Meter.CreateCounter<long>(
        "usher.guard.rejections", "{rejection}", "Rejected requests, by the `guard` that rejected them.");

    public static void Rejected(string guard) => Rejections.Add(1, new KeyValuePair<string, object?>("guard", guard));

    /// <summary>Creates the counter at zero. A counter that first appears with a value has no rate.</summary>
    public static void Announce()
    {
        foreach (var guard in All)
            Rejections.Add(0, new KeyValuePair<string, object?>("guard", guard));
    }
}
