using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Usher.Server.Platform;

/// <summary>How the values of enums are written outside the program: in bodies, parameters, tokens, tables and labels of metrics.</summary>
internal static class WireNames
{
    /// <summary>The converter that writes answers. Every other name is what it writes, so that the two cannot differ.</summary>
    public static readonly JsonStringEnumConverter Converter = new(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
}

/// <summary>The names of one enum's values on the wire.</summary>
internal static class WireNames<T> where T : struct, Enum
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { WireNames.Converter } };

    private static readonly FrozenDictionary<T, string> ByValue =
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonSerializer.SerializeToElement(value, Options).GetString()!);

    /// <summary>In the order of the values.</summary>
    public static readonly IReadOnlyList<string> All = [.. Enum.GetValues<T>().Select(Of)];

    public static string Of(T value) => ByValue[value];

    /// <returns>Null for what is no name.</returns>
    public static T? Read(string? name, StringComparison comparison = StringComparison.Ordinal)
    {
        foreach (var (value, own) in ByValue)
            if (string.Equals(own, name, comparison))
                return value;
        return null;
    }
}
