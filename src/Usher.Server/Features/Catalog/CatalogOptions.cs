using System.ComponentModel.DataAnnotations;

namespace Usher.Server.Features.Catalog;

internal sealed class CatalogOptions
{
    public const string Section = "Catalog";

    /// <summary>ISO 4217: the currency of an event that names none.</summary>
    [RegularExpression("[A-Z]{3}")]
    public string DefaultCurrency { get; init; } = "EUR";

    /// <summary>Seconds between two looks at which events are past and how popular they are.</summary>
    [Range(0.1, 3600)]
    public double RefreshSeconds { get; init; } = 20;

    /// <summary>Hours between two looks whether the rules of a time zone have changed, beside the one at the start.</summary>
    [Range(0.0001, 168)]
    public double ZoneRulesHours { get; init; } = 24;

    /// <summary>
    /// Lists and facets that a process asks the database for at once, of those that are not kept; 0 for as many as it has processors.
    /// Hundreds more wait for their turn, and one more is told to come again.
    /// </summary>
    [Range(0, 1_000)]
    public int SearchesAtOnce { get; init; }

    /// <summary>Of those, and of those who wait, so many may be one address's, or one organizer's who searches their own.</summary>
    [Range(1, 1_000)]
    public int SearchesPerAddress { get; init; } = 8;

    /// <summary>Seconds a list or facets may wait for their turn; then they are told to come again.</summary>
    [Range(0.05, 60)]
    public double SearchQueueSeconds { get; init; } = 3;

    /// <summary>Seconds a list or facets may take once it is their turn; a question that takes longer is ended and told so.</summary>
    [Range(0.05, 60)]
    public double SearchSeconds { get; init; } = 3;

    /// <summary>Imports over HTTP that a process has under way at once; one more is told to come again.</summary>
    [Range(1, 1_000)]
    public int ImportsAtOnce { get; init; } = 2;

    /// <summary>Seconds for the file of an import to arrive.</summary>
    [Range(0.1, 3_600)]
    public double ImportBodySeconds { get; init; } = 300;

    /// <summary>Watchers of availability a process has at once, over all events; one more is told to come again.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; init; } = 5_000;

    /// <summary>Watchers of availability at one address, of these.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreamsPerAddress { get; init; } = 200;

    /// <summary>Seconds without news after which a watcher is sent a comment.</summary>
    [Range(0.05, 300)]
    public double StreamPingSeconds { get; init; } = 15;
}
