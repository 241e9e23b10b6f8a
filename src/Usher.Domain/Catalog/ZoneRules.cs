namespace Usher.Domain.Catalog;

/// <summary>Rules of a zone that some process has had. The last of them in force are those that events follow.</summary>
public sealed class ZoneRules
{
    public required string Zone { get; init; }

    /// <summary>See <see cref="Zones.Fingerprint"/>.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Release of the IANA database, such as 2026f; null where the system does not say.</summary>
    public string? Version { get; set; }

    /// <summary>Since when they are in force.</summary>
    public required DateTimeOffset Since { get; set; }

    /// <summary>When every event had followed them.</summary>
    public DateTimeOffset? FollowedAt { get; set; }

    /// <summary>
    /// Whether rules come after those in force. Where the releases do not tell, what was there before is old: two processes with
    /// different rules would else take turns.
    /// </summary>
    /// <param name="version">Of the rules that are compared.</param>
    /// <param name="areKnown">They have been in force before.</param>
    public bool AreFollowedBy(string? version, bool areKnown) =>
        version is not null && Version is not null && version != Version ? string.CompareOrdinal(version, Version) > 0 : !areKnown;
}
