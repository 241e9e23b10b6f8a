using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Platform.Caching;

internal sealed class CachingOptions
{
    public const string Section = "Caching";

    /// <summary>False reads everything from the database every time.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Most queries whose responses a process caches at once. Beyond that, the cache is emptied.</summary>
    [Range(1, 1_000_000)]
    public int MaxEntries { get; init; } = 5_000;

    /// <summary>Most megabytes of cached responses. A response larger than a sixteenth of it is not cached.</summary>
    [Range(1, 10_000)]
    public int MaxMegabytes { get; init; } = 64;

    /// <summary>Prefix of every key in Redis. Installations that share one Redis need different prefixes.</summary>
    [Required]
    public string KeyPrefix { get; init; } = "usher";
}
