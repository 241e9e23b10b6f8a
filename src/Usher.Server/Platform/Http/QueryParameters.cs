using System.Globalization;

namespace Usher.Server.Platform.Http;

/// <summary>A query parameter as the OpenAPI document shows it. Unknown parameters are rejected.</summary>
/// <param name="Type">string, integer, number or boolean.</param>
/// <param name="Default">Value if it is omitted, unless other code decides.</param>
internal sealed record QueryParameter(string Name, string Description, string Type = "string", Choice? Values = null, string[]? Aliases = null, bool Repeats = false, object? Default = null)
{
    /// <summary>Longest value in characters; it does not apply to enumerated values.</summary>
    public const int Longest = 200;

    /// <summary>Format of the values, as JSON Schema names it.</summary>
    public string? Format { get; init; }

    public decimal? Least { get; init; }

    public decimal? Most { get; init; }

    public int? MaxLength { get; init; } = Type == "string" && Values is null && !Repeats ? Longest : null;
}

/// <summary>Allowed values of a parameter.</summary>
/// <param name="Schema">Their name in the OpenAPI document. Generators use it as the type name, and would number the type without it.</param>
internal sealed record Choice(string Schema, params string[] Values)
{
    /// <summary>The enum of these values, if responses use it too.</summary>
    public Type? Enum { get; private init; }

    public static Choice Of<T>() where T : struct, Enum => Of<T>(typeof(T).Name) with { Enum = typeof(T) };

    /// <summary>The values of an enum that no answer has.</summary>
    public static Choice Of<T>(string schema) where T : struct, Enum => new(schema, [.. WireNames<T>.All]);
}

/// <summary>The query parameters of an endpoint.</summary>
internal sealed class QueryParameters(params QueryParameter[] known)
{
    public IReadOnlyList<QueryParameter> Known { get; } = known;

    /// <summary>Parses the query. An unknown parameter is an error, because ignoring a misspelled filter would return everything.</summary>
    public Query Read(HttpRequest request)
    {
        foreach (var name in request.Query.Keys)
            if (!Known.Any(p => p.Name == name || p.Aliases?.Contains(name) == true))
                throw new ProblemException(new Problem(Problems.UnknownParameter,
                    $"The parameter '{(name.Length > 100 ? name[..100] : name)}' is unknown. Known parameters: {string.Join(", ", Known.Select(p => p.Name))}.")
                { Extensions = { ["known"] = Known.SelectMany(p => p.Aliases is null ? [p.Name] : p.Aliases.Prepend(p.Name)).ToArray() } });

        var values = new Dictionary<string, string[]>();
        foreach (var parameter in Known)
        {
            var given = request.Query[parameter.Name].Concat((parameter.Aliases ?? []).SelectMany(alias => request.Query[alias])).Select(v => v ?? "").ToArray();
            if (given.Length > 1 && !parameter.Repeats)
                throw new ProblemException(Problem.BadParameter(parameter.Name, "Send this parameter only once."));
            if (Array.Exists(given, v => v.Contains('\0')))
                throw new ProblemException(Problem.BadParameter(parameter.Name, "The text must not contain U+0000."));
            if (given.Length > 0)
                values[parameter.Name] = given;
        }
        return new Query(values);
    }
}

/// <summary>Values of a request's query parameters. An invalid value is a 400 that names its parameter.</summary>
internal sealed class Query(IReadOnlyDictionary<string, string[]> values)
{
    /// <summary>
    /// Normal form of a query, the same for all its spellings, without some parameters: every value under the canonical name of its
    /// parameter, in the order of the document.
    /// </summary>
    public string Normal(params ReadOnlySpan<string> without)
    {
        var parts = new List<string>();
        foreach (var (name, given) in values)
            if (!without.Contains(name))
                parts.AddRange(given.Select(value => $"{name}={Uri.EscapeDataString(value)}"));
        return parts.Count == 0 ? "" : $"?{string.Join('&', parts)}";
    }

    public string? Text(string name, int most = QueryParameter.Longest)
    {
        if (!values.TryGetValue(name, out var given))
            return null;
        return given[0].Length > most ? throw Bad(name, $"The value must have at most {most} characters.") : given[0];
    }

    public int? Int(string name, int least, int most) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
        : throw Bad(name, $"The value must be a whole number from {least} to {most}.");

    public decimal? Decimal(string name, decimal least, decimal most) =>
        Text(name) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
        : throw Bad(name, $"The value must be a number from {least.ToString(CultureInfo.InvariantCulture)} to {most.ToString(CultureInfo.InvariantCulture)}.");

    public Guid? Id(string name) =>
        Text(name) is not { } text ? null
        : Uuid.TryParse(text, out var value) ? value
        : throw Bad(name, "The value must be a UUID of 36 characters.");

    public T? OneOf<T>(string name) where T : struct, Enum =>
        Text(name) is not { } text ? null
        : WireNames<T>.Read(text) ?? throw Bad(name, $"The value must be one of: {string.Join(", ", WireNames<T>.All)}.");

    public T? OneOf<T>(string name, IReadOnlyDictionary<string, T> choices) where T : struct =>
        Text(name) is not { } text ? null
        : choices.TryGetValue(text, out var value) ? value
        : throw Bad(name, $"The value must be one of: {string.Join(", ", choices.Keys)}.");

    /// <summary>Direction of a sort.</summary>
    public bool Descending(bool unlessTold) => OneOf<Direction>("order") is { } told ? told == Direction.Desc : unlessTold;

    public static readonly Choice SortDirection = Choice.Of<Direction>("SortDirection");

    private enum Direction { Asc, Desc }

    /// <summary>A parameter that may repeat, or that has several values separated by commas.</summary>
    public IReadOnlyList<string> Many(string name) =>
        values.TryGetValue(name, out var given) ? [.. given.SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))] : [];

    /// <param name="hint">What else could be sent.</param>
    public List<T> ManyOf<T>(string name, string hint = "", StringComparison comparison = StringComparison.Ordinal) where T : struct, Enum =>
        [.. Many(name).Select(one => WireNames<T>.Read(one, comparison)
            ?? throw Bad(name, $"Each value must be one of: {string.Join(", ", WireNames<T>.All)}.{hint}"))];

    public static ProblemException Bad(string name, string message) => new(Problem.BadParameter(name, message));
}
