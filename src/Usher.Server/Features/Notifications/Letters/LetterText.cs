using System.Text;

namespace Usher.Server.Features.Notifications.Letters;

/// <summary>Plain-text form of a letter.</summary>
internal static class LetterText
{
    public static string Write(Letter letter)
    {
        var text = new StringBuilder();
        Line(letter.Heading);
        Line(new string('=', Math.Min(letter.Heading.Length, 72)));
        foreach (var paragraph in letter.Before)
            Paragraph(paragraph);
        if (letter.Code is not null)
            Paragraph($"Booking code: {letter.Code}");
        if (letter.Action is { } action)
            Paragraph($"{action.Text}:\r\n{action.Address}");
        if (letter.Facts.Count > 0)
            Line("");
        foreach (var fact in letter.Facts)
            Line(fact.Former is null ? $"{fact.Name}: {fact.Value}" : $"{fact.Name}: {fact.Value}\r\n    before: {fact.Former}");
        if (letter.Table is { } table)
        {
            Line("");
            var rows = table.Rows.Prepend(table.Columns).Concat(table.Totals).ToList();
            var widths = table.Columns.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
            foreach (var row in rows)
                Line(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
        if (letter.Picture is { } picture)
            Paragraph(picture.Description);
        foreach (var paragraph in letter.After)
            Paragraph(paragraph);
        Line("");
        Line("-- ");
        Line(letter.Footer);
        return text.ToString();

        void Line(string line) => text.Append(line).Append("\r\n");

        void Paragraph(string paragraph)
        {
            Line("");
            Line(paragraph);
        }
    }
}
