using System.Globalization;

namespace Usher.Server.Platform.Persistence;

/// <summary>
/// A fragment of a hand-written statement with its values, which are never part of the text. An interpolated value becomes a parameter; an
/// interpolated fragment is inserted.
/// </summary>
internal sealed record Sql(string Text, IReadOnlyList<object> Values)
{
    /// <summary>A fragment without values: a name or a keyword.</summary>
    public static Sql Plain(string text) => new(text, []);

    /// <summary>A state as it is kept. It is part of the text, so that the planner sees which partial index it may use.</summary>
    public static Sql Number<T>(T state) where T : struct, Enum => Plain(state.ToString("D"));

    public static Sql Of(FormattableString piece)
    {
        var values = new List<object>();
        var arguments = piece.GetArguments().Select(argument => argument is Sql inner ? Numbered(inner, values) : Numbered(argument!, values)).ToArray();
        return new(string.Format(CultureInfo.InvariantCulture, piece.Format, arguments), values);
    }

    public static Sql Join(string separator, IEnumerable<Sql> pieces)
    {
        var values = new List<object>();
        return new(string.Join(separator, pieces.ToList().Select(piece => Numbered(piece, values))), values);
    }

    private static string Numbered(object value, List<object> values)
    {
        values.Add(value);
        return $"{{{values.Count - 1}}}";
    }

    private static string Numbered(Sql piece, List<object> values) =>
        string.Format(CultureInfo.InvariantCulture, piece.Text, [.. piece.Values.Select(value => Numbered(value, values))]);
}
