namespace Usher.Server.Platform;

internal static class ConfiguredLists
{
    /// <summary>A list as numbered keys (<c>Key__0</c>, <c>Key__1</c> …), or as one value separated by commas.</summary>
    public static string[] ListOf(this IConfiguration configuration, string key)
    {
        var section = configuration.GetSection(key);
        return section.Value is { Length: > 0 } all
            ? all.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [.. section.GetChildren().Select(one => one.Value).OfType<string>().Where(one => one.Length > 0)];
    }
}
