using System.Text;

namespace Usher.Domain.Catalog;

internal enum PieceKind { Word, Sign, Symbol, Blank, Other }

/// <summary>A piece of a folded text.</summary>
internal sealed record TextPiece(PieceKind Kind, string Text)
{
    public const string And = "＆";

    /// <summary>A single letter, such as C, R or F in C++, R&amp;B and F#.</summary>
    public bool IsLoneLetter => Kind == PieceKind.Word && Rune.GetRuneAt(Text, 0) is var first && Rune.IsLetter(first) && !Folding.IsSpaceless(first)
        && Text.EnumerateRunes().Skip(1).All(Folding.IsMark);

    public static IReadOnlyList<TextPiece> Of(string? text)
    {
        var pieces = new List<TextPiece>();
        var (kind, run) = (PieceKind.Blank, new StringBuilder());
        foreach (var rune in Folding.Fold(text ?? ""))
        {
            // A mark without a letter is ignored.
            if (Folding.IsMark(rune) && kind != PieceKind.Word)
                continue;
            var (next, form) = KindOf(rune);
            if (next != kind && run.Length > 0)
            {
                pieces.Add(new(kind, run.ToString()));
                run.Clear();
            }
            kind = next;
            run.Append(form);
        }
        if (run.Length > 0)
            pieces.Add(new(kind, run.ToString()));
        return pieces;
    }

    /// <summary>The parts of a word in scripts with and without spaces.</summary>
    public static IReadOnlyList<(string Text, bool IsSpaceless)> Runs(string word)
    {
        var runs = new List<(string Text, bool IsSpaceless)>();
        var (start, at, spaceless) = (0, 0, false);
        foreach (var rune in word.EnumerateRunes())
        {
            var isSpaceless = Folding.IsSpaceless(rune);
            if (at > 0 && isSpaceless != spaceless)
            {
                runs.Add((word[start..at], spaceless));
                start = at;
            }
            spaceless = isSpaceless;
            at += rune.Utf16SequenceLength;
        }
        runs.Add((word[start..], spaceless));
        return runs;
    }

    /// <summary>Signs become wide characters, which no parser takes for an operator or a separator.</summary>
    private static (PieceKind Kind, string Text) KindOf(Rune rune) => rune.Value switch
    {
        '+' => (PieceKind.Sign, "＋"),
        '#' or '♯' => (PieceKind.Sign, "＃"),
        '&' => (PieceKind.Sign, And),
        '♭' => (PieceKind.Sign, "♭"),
        _ when Folding.IsLetterOrDigit(rune) || Folding.IsMark(rune) => (PieceKind.Word, rune.ToString()),
        _ when Folding.IsSymbol(rune) => (PieceKind.Symbol, rune.ToString()),
        _ when Rune.IsWhiteSpace(rune) => (PieceKind.Blank, " "),
        _ => (PieceKind.Other, " "),
    };
}
