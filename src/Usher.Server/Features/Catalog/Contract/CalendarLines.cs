using System.Text;

namespace Usher.Server.Features.Catalog.Contract;

/// <summary>Content lines of iCalendar (RFC 5545, 3.1), folded at 75 octets: between characters, never inside one.</summary>
internal sealed class CalendarLines
{
    private const int Longest = 75;

    private readonly StringBuilder _lines = new();

    public void Add(string name, string value)
    {
        var (line, octets) = ($"{name}:{value}", 0);
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > Longest)
            {
                _lines.Append("\r\n ");
                octets = 1;
            }
            _lines.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        _lines.Append("\r\n");
    }

    /// <summary>Adds a text (RFC 5545, 3.3.11), unless it is empty.</summary>
    public void AddText(string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            Add(name, Escape(text));
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.ReplaceLineEndings("\n"));
        escaped.Replace("\\", "\\\\").Replace(";", "\\;").Replace(",", "\\,").Replace("\n", "\\n");
        for (var i = 0; i < escaped.Length; i++)
            if (char.IsControl(escaped[i]) && escaped[i] != '\t')
                escaped[i] = ' ';
        return escaped.ToString();
    }

    public override string ToString() => _lines.ToString();
}
