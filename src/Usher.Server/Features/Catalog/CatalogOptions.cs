using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Features.Catalog;

internal sealed class CatalogOptions
{
    public const string Section = "Catalog";

    /// <summary>ISO 4217 code: the currency of an event that names none.</summary>
    [RegularExpression("[A-Z]{3}")]
    public string DefaultCurrency { get; init; } = "EUR";

    /// <summary>Seconds between two updates of past events and of popularity.</summary>
    [Range(0.1, 3600)]
    public double RefreshSeconds { get; init; } = 20;

    /// <summary>Hours between two checks for changed time zone rules, in addition to the check at the start.</summary>
    [Range(0.0001, 168)]
    public double ZoneRulesHours { get; init; } = 24;

    /// <summary>
    /// Uncached lists and facets that a process requests from the database at once; 0 for the number of its processors. Hundreds more
    /// wait, and further ones get 503.
    /// </summary>
    [Range(0, 1_000)]
    public int SearchesAtOnce { get; init; }

    /// <summary>Most searches, running and waiting, of one address, or of one organizer who searches their own events.</summary>
    [Range(1, 1_000)]
    public int SearchesPerAddress { get; init; } = 8;

    /// <summary>Seconds that a list or facets may wait in the queue; then the response is 503.</summary>
    [Range(0.05, 60)]
    public double SearchQueueSeconds { get; init; } = 3;

    /// <summary>Seconds that a list or facets may run; then the query is cancelled, and the response is 503.</summary>
    [Range(0.05, 60)]
    public double SearchSeconds { get; init; } = 3;

    /// <summary>Imports over HTTP that a process runs at once; a further one gets 503.</summary>
    [Range(1, 1_000)]
    public int ImportsAtOnce { get; init; } = 2;

    /// <summary>Seconds for the file of an import to arrive.</summary>
    [Range(0.1, 3_600)]
    public double ImportBodySeconds { get; init; } = 300;

    /// <summary>Watchers of availability that a process has at once, over all events; a further one gets 503.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; init; } = 5_000;

    /// <summary>Watchers of availability from one address, of these.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreamsPerAddress { get; init; } = 200;

    /// <summary>Seconds without news after which the server sends a comment to a watcher.</summary>
    [Range(0.05, 300)]
    public double StreamPingSeconds { get; init; } = 15;
}
