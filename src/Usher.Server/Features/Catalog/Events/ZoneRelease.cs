using System.Text.RegularExpressions;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>Release of the IANA database on this system, if it states one.</summary>
internal static partial class ZoneRelease
{
    /// <returns>For example 2026f; releases sort by name.</returns>
    public static string? Read()
    {
        var folder = Environment.GetEnvironmentVariable("TZDIR") is { Length: > 0 } named ? named : "/usr/share/zoneinfo";
        foreach (var name in (string[])["tzdata.zi", "+VERSION", "version"])
            try
            {
                using var file = new StreamReader(Path.Combine(folder, name));
                if (Release().Match(file.ReadLine() ?? "") is { Success: true } found)
                    return found.Value;
            }
            catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
            {
                // Not every system has each of these files.
            }
        return null;
    }

    [GeneratedRegex("20[0-9]{2}[a-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Release();
}
