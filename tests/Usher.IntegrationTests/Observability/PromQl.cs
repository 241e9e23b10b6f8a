using System.Text.RegularExpressions;

namespace Usher.IntegrationTests.Observability;

/// <summary>Which metrics an expression reads, and by which labels it chooses among them.</summary>
internal static partial class PromQl
{
    private static readonly string[] Words =
        ["by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset", "inf", "nan"];

    public static IEnumerable<(string Metric, IReadOnlyList<(string Label, string Operator, string Value)> Matchers)> Reads(string expression)
    {
        // Lists of labels are no metrics, and neither is what a number ends with.
        var bare = Grouping().Replace(Duration().Replace(expression, ""), "");
        foreach (Match name in Name().Matches(Texts().Replace(bare, "")))
            if (!Words.Contains(name.Groups[1].Value))
                yield return (name.Groups[1].Value, MatchersOf(bare, name.Groups[1].Value));
    }

    /// <summary>Those of every place where the metric stands.</summary>
    private static List<(string, string, string)> MatchersOf(string expression, string metric) =>
    [
        .. Regex.Matches(expression, $@"\b{metric}\s*\{{([^}}]*)\}}").SelectMany(place => Matcher().Matches(place.Groups[1].Value))
            .Select(matcher => (matcher.Groups[1].Value, matcher.Groups[2].Value, matcher.Groups[3].Value)),
    ];

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Duration();

    [GeneratedRegex(@"\{[^}]*\}|""[^""]*""")]
    private static partial Regex Texts();

    /// <summary>An identifier that is no function, which a bracket follows, and no part of a number.</summary>
    [GeneratedRegex(@"(?<![\w.])([a-zA-Z_:][a-zA-Z0-9_:]*)(?!\w)(?!\s*\()")]
    private static partial Regex Name();

    [GeneratedRegex(@"(\w+)\s*(=~|!~|!=|=)\s*""([^""]*)""")]
    private static partial Regex Matcher();
}
