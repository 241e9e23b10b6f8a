using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Usher.Domain.Catalog;

/// <summary>A moment at which the clocks of a zone change, with the offsets from UTC on either side.</summary>
public readonly record struct OffsetChange(DateTimeOffset At, TimeSpan Before, TimeSpan After);

/// <summary>
/// The one source of time zone rules. The rules are the system's, which its operator keeps up to date; the names are those of
/// the IANA database in their own spelling, whatever of them the system installs, so that what is stored means the same everywhere.
/// </summary>
public static partial class Zones
{
    private static readonly ConcurrentDictionary<string, TimeZoneInfo?> Known = new(StringComparer.Ordinal);

    /// <summary>Told once of each name that stands for a stored zone and for none of this machine, and so is shown as UTC.</summary>
    public static Action<string>? Missing { get; set; }

    /// <summary>What is stored for a name: a former name becomes the one that stands for it now.</summary>
    public static string Canonical(string id) => ZoneAliases.Current.GetValueOrDefault(id, id);

    /// <summary>A zone as somebody names it. What is stored of it is <see cref="Canonical"/>.</summary>
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

    /// <summary>The zone of a stored name. It cannot fail: a name that this machine does not know means UTC.</summary>
    public static TimeZoneInfo Of(string stored)
    {
        if (Known.TryGetValue(stored, out var known)) return known ?? TimeZoneInfo.Utc;
        if (TryFind(stored, out var zone)) return zone;
        // Remembered, because each look that finds nothing reads the disk.
        if (Known.TryAdd(stored, null)) Missing?.Invoke(stored);
        return TimeZoneInfo.Utc;
    }

    /// <summary>The name of the rules that <see cref="Of"/> gives.</summary>
    public static string NameOf(string stored) => TryFind(stored, out _) ? Canonical(stored) : "UTC";

    /// <summary>Forgets what was read, so that rules that were upgraded meanwhile are seen.</summary>
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

    /// <summary>A number for the rules of a zone from 2025 on, the same on every machine that has the same rules.</summary>
    public static string Fingerprint(TimeZoneInfo zone)
    {
        var (from, until) = (new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2101, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var rules = string.Concat(Changes(zone, from, until).Select(change => string.Create(CultureInfo.InvariantCulture, $"{change.At.ToUnixTimeSeconds()} {change.After.TotalSeconds};")));
        var whole = string.Create(CultureInfo.InvariantCulture, $"{zone.GetUtcOffset(from).TotalSeconds};{rules}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)).AsSpan(0, 16));
    }

    private static readonly TimeSpan Step = TimeSpan.FromDays(1);

    private const int LongestName = 50;

    /// <summary>By halves, to the second: the offset is <paramref name="before"/> at the first instant and another at the last.</summary>
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

    /// <summary>By its name, or by a former one: a system that has not been upgraded for long knows only that.</summary>
    private static TimeZoneInfo? Find(string canonical)
    {
        foreach (var name in (string[])[canonical, .. ZoneAliases.Former.GetValueOrDefault(canonical, [])])
            if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.Id == name && zone.HasIanaId)
                return zone;
        return null;
    }

    // Beside the zones their folder holds files that name no place ("localtime") and copies that count leap seconds ("right/…").
    [GeneratedRegex(@"\A(UTC|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)(/[A-Za-z0-9_+-]+){1,2})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ZoneName();
}
