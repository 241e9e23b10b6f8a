namespace Usher.Domain.Catalog;

/// <summary>Rules of a zone that some process has had. Events follow the last ones in force.</summary>
public sealed class ZoneRules
{
    public required string Zone { get; init; }

    /// <summary>See <see cref="Zones.Fingerprint"/>.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Release of the IANA database, such as 2026f; null if the system does not state it.</summary>
    public string? Version { get; set; }

    /// <summary>Time at which they came into force.</summary>
    public required DateTimeOffset Since { get; set; }

    /// <summary>Time at which every event had been updated.</summary>
    public DateTimeOffset? FollowedAt { get; set; }

    /// <summary>
    /// Whether other rules replace those in force. If the releases do not decide, rules that were in force before count as old; otherwise
    /// two processes with different rules would replace each other in turn.
    /// </summary>
    /// <param name="version">Release of the other rules.</param>
    /// <param name="areKnown">Whether the other rules were in force before.</param>
    public bool AreFollowedBy(string? version, bool areKnown) =>
        version is not null && Version is not null && version != Version ? string.CompareOrdinal(version, Version) > 0 : !areKnown;
}
