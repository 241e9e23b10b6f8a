using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Platform.Caching;

internal sealed class CachingOptions
{
    public const string Section = "Caching";

    /// <summary>False reads everything from the database each time.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Different queries whose answers a process keeps at once; a process that has more forgets them all.</summary>
    [Range(1, 1_000_000)]
    public int MaxEntries { get; init; } = 5_000;

    /// <summary>Megabytes they may take together; a longer answer than a sixteenth of it is not kept.</summary>
    [Range(1, 10_000)]
    public int MaxMegabytes { get; init; } = 64;

    /// <summary>Before every key in Redis. Installations that share one need different ones.</summary>
    [Required]
    public string KeyPrefix { get; init; } = "usher";
}
