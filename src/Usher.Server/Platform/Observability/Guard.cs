using System.Diagnostics.Metrics;

namespace Usher.Server.Platform.Observability;

/// <summary>What turns somebody away before harm is done. The names are those of the metric.</summary>
internal static class Guard
{
    /// <summary>As many commands wait in a lane as may.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>A command waited longer than it is worth.</summary>
    public const string QueueTimeout = "queue_timeout";

    /// <summary>One person has too many commands under way.</summary>
    public const string InFlight = "in_flight";

    /// <summary>A quota of requests is used up.</summary>
    public const string RateLimit = "rate_limit";

    /// <summary>An account is guessed at.</summary>
    public const string LogInPause = "log_in_pause";

    /// <summary>Too many passwords wait to be hashed.</summary>
    public const string PasswordQueue = "password_queue";

    /// <summary>Too many ask the catalogue for what is not kept.</summary>
    public const string SearchQueue = "search_queue";

    /// <summary>Too many watch availability.</summary>
    public const string Streams = "streams";

    /// <summary>As many imports are under way as may.</summary>
    public const string Imports = "imports";

    /// <summary>A command failed that had been decided: the database, the last guard of the stock, did not take it. That is never as it should be.</summary>
    public const string Database = "database";

    private static readonly string[] All = [QueueFull, QueueTimeout, InFlight, RateLimit, LogInPause, PasswordQueue, SearchQueue, Streams, Imports, Database];

    private static readonly Counter<long> Rejections = Telemetry.Meter.CreateCounter<long>(
        "usher.guard.rejections", "{rejection}", "Rejected requests, by the `guard` that rejected them.");

    public static void Rejected(string guard) => Rejections.Add(1, new KeyValuePair<string, object?>("guard", guard));

    /// <summary>A counter that appears with its first rejection has not risen, for whoever computes how fast it does.</summary>
    public static void Announce()
    {
        foreach (var guard in All)
            Rejections.Add(0, new KeyValuePair<string, object?>("guard", guard));
    }
}
