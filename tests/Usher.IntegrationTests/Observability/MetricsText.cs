using System.Globalization;
using System.Text.RegularExpressions;

namespace Usher.IntegrationTests.Observability;

/// <summary>What a server says at <c>/metrics</c>.</summary>
internal sealed partial class MetricsText
{
    private readonly List<Sample> _samples = [];

    public MetricsText(string text)
    {
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var read = Line().Match(line);
            Assert.True(read.Success, $"Not a sample: {line}");
            _samples.Add(new(read.Groups[1].Value,
                Label().Matches(read.Groups[2].Value).ToDictionary(label => label.Groups[1].Value, label => Regex.Unescape(label.Groups[2].Value)),
                double.Parse(read.Groups[3].Value.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture)));
        }
    }

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>The sum of what has this name and these labels; what is not known counts for nothing, and null is for none at all.</summary>
    public double? Sum(string name, params (string Label, string Value)[] labels)
    {
        var found = _samples.Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Label) == l.Value) && !double.IsNaN(s.Value)).ToList();
        return found.Count == 0 ? null : found.Sum(s => s.Value);
    }

    [GeneratedRegex(@"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (\S+)( \S+)?$")]
    private static partial Regex Line();

    [GeneratedRegex("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();

    public sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
}
