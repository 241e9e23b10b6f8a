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

    /// <summary>
    /// The page that this run writes, or null if it only prints: what <c>--out</c> names, else the one in docs/proof. A page states
    /// the commit that it was measured on, so a working copy with changes writes none: the run prints, or is refused if a page was named.
    /// </summary>
    public string? Page(string? standard = null)
    {
        if ((Text("out") ?? (standard is null ? null : Path.Combine("docs", "proof", standard))) is not { } file)
            return null;
        if (Repository.Changes() is not { Length: > 0 } changes)
            return Path.Combine(Repository.Root, file);
        if (Text("out") is not null)
            throw new UsageException($"A page is written from committed code only. Commit first, or leave --out away. Changed:\n{changes}");
        Console.WriteLine("The code differs from the commit: this run prints its figures and writes no page.");
        return null;
    }

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
