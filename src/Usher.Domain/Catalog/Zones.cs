using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Usher.Domain.Catalog;

/// <summary>A change of a zone's offset, with the offsets from UTC before and after it.</summary>
public readonly record struct OffsetChange(DateTimeOffset At, TimeSpan Before, TimeSpan After);

/// <summary>
/// The one source of time zone rules. The rules are those of the system, which its operator updates. The names are those of the IANA
/// database in its spelling, independent of what the system installs, so that stored names mean the same everywhere.
/// </summary>
public static partial class Zones
{
    private static readonly ConcurrentDictionary<string, TimeZoneInfo?> Known = new(StringComparer.Ordinal);

    /// <summary>Called once for each stored zone name that this machine does not know and shows as UTC.</summary>
    public static Action<string>? Missing { get; set; }

    /// <summary>The stored form of a name: a former name becomes its current one.</summary>
    public static string Canonical(string id) => ZoneAliases.Current.GetValueOrDefault(id, id);

    /// <summary>Finds a zone by a name from a request. <see cref="Canonical"/> is the name to store.</summary>
    public static bool TryFind(string? id, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        if (id is null) return false;
        var canonical = Canonical(id);
        if (canonical.Length > LongestName || !ZoneName().IsMatch(canonical)) return false;
        if (Known.TryGetValue(canonical, out zone) && zone is not null) return true;
        zone = Find(canonical);
        if (zone is not null) Known[canonical] = zone;
        return zone is not null;
    }

    /// <summary>The zone of a stored name. It cannot fail: an unknown name means UTC.</summary>
    public static TimeZoneInfo Of(string stored)
    {
        if (Known.TryGetValue(stored, out var known)) return known ?? TimeZoneInfo.Utc;
        if (TryFind(stored, out var zone)) return zone;
        // Cached, because each failed lookup reads the disk.
        if (Known.TryAdd(stored, null)) Missing?.Invoke(stored);
        return TimeZoneInfo.Utc;
    }

    /// <summary>Name of the rules that <see cref="Of"/> returns.</summary>
    public static string NameOf(string stored) => TryFind(stored, out _) ? Canonical(stored) : "UTC";

    /// <summary>Clears the cache, so that upgraded rules take effect.</summary>
    public static void Reload()
    {
        TimeZoneInfo.ClearCachedData();
        Known.Clear();
    }

    /// <summary>The changes of a zone's offset in [from, until).</summary>
    public static IEnumerable<OffsetChange> Changes(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset until)
    {
        var before = zone.GetUtcOffset(from - TimeSpan.FromSeconds(1));
        for (var at = from; at < until;)
        {
            var next = until - at > Step ? at + Step : until;
            var after = zone.GetUtcOffset(next - TimeSpan.FromSeconds(1));
            if (after != before) yield return new(Change(zone, at - TimeSpan.FromSeconds(1), next - TimeSpan.FromSeconds(1), before), before, after);
            (at, before) = (next, after);
        }
    }

    /// <summary>Fingerprint of the rules of a zone from 2025 on, the same on every machine with the same rules.</summary>
    public static string Fingerprint(TimeZoneInfo zone)
    {
        var (from, until) = (new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2101, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var rules = string.Concat(Changes(zone, from, until).Select(change => string.Create(CultureInfo.InvariantCulture, $"{change.At.ToUnixTimeSeconds()} {change.After.TotalSeconds};")));
        var whole = string.Create(CultureInfo.InvariantCulture, $"{zone.GetUtcOffset(from).TotalSeconds};{rules}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)).AsSpan(0, 16));
    }

    private static readonly TimeSpan Step = TimeSpan.FromDays(1);

    private const int LongestName = 50;

    /// <summary>Binary search, to the second. The offset is <paramref name="before"/> at the first instant and different at the last.</summary>
    private static DateTimeOffset Change(TimeZoneInfo zone, DateTimeOffset first, DateTimeOffset last, TimeSpan before)
    {
        var (low, high) = (first.ToUnixTimeSeconds(), last.ToUnixTimeSeconds());
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(middle)) == before) low = middle;
            else high = middle;
        }
        return DateTimeOffset.FromUnixTimeSeconds(high);
    }

    /// <summary>By its current name, or by a former one, which an outdated system may know instead.</summary>
    private static TimeZoneInfo? Find(string canonical)
    {
        foreach (var name in (string[])[canonical, .. ZoneAliases.Former.GetValueOrDefault(canonical, [])])
            if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.Id == name && zone.HasIanaId)
                return zone;
        return null;
    }

    // The zone folder also has files that are no places ("localtime") and copies that count leap seconds ("right/…").
    [GeneratedRegex(@"\A(UTC|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)(/[A-Za-z0-9_+-]+){1,2})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ZoneName();
}
