using System.Globalization;

namespace Usher.Bench;

/// <summary>A verb and <c>--name value</c> pairs; a verb may name the ones it knows, so that a misspelt one is refused.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    public Arguments(string[] arguments)
    {
        CommandLine = $"dotnet run -c Release --project bench/Usher.Bench -- {string.Join(' ', arguments)}";
        Verb = arguments.FirstOrDefault() ?? "";
        for (var i = 1; i < arguments.Length; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == arguments.Length)
                throw new UsageException($"'{arguments[i]}' is not understood: options are written as --name value.");
            _values[arguments[i][2..]] = arguments[i + 1];
        }
    }

    public string Verb { get; }

    /// <summary>What repeats this run.</summary>
    public string CommandLine { get; }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new UsageException($"--{name} takes a number greater than zero, not '{text}'.");
    }

    public Arguments Knowing(params ReadOnlySpan<string> names)
    {
        foreach (var name in _values.Keys)
        {
            if (!names.Contains(name))
                throw new UsageException($"--{name} is unknown here; known: {string.Join(", ", names.ToArray().Select(known => $"--{known}"))}.");
        }

        return this;
    }
}

internal sealed class UsageException(string message) : Exception(message);
