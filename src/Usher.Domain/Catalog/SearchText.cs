using System.Text;

namespace Usher.Domain.Catalog;

/// <summary>
/// The one normal form for search and comparison, so that both databases find the same: compatibility forms resolved, accents removed, case
/// folded. A word is a run of letters and digits. Everything else separates and is never an operator, except the signs in names of a single
/// letter: C#, C++, R&amp;B. In scripts without spaces, each pair of adjacent characters is a word of the index, so that any part of a run
/// is found.
/// </summary>
public static class SearchText
{
    /// <summary>Longest indexed word in letters; the rest is ignored.</summary>
    private const int Longest = 200;

    /// <summary>The words of all parts with a space before, between and after them, so that " word " and " prefix" can be searched.</summary>
    public static string Normalize(params ReadOnlySpan<string?> parts) => Joined(Words(string.Join('\n', parts)));

    /// <summary>The same for a named thing. A name without letters, such as !!!, is found by its visible characters.</summary>
    public static string NormalizeNamed(string name, params ReadOnlySpan<string?> parts)
    {
        var named = Words(name);
        return Joined([.. named.Count > 0 ? named : Pairs(Visible(name)), .. Words(string.Join('\n', parts))]);
    }

    /// <summary>The index words of a text.</summary>
    public static IReadOnlyList<string> Words(string? text)
    {
        var pieces = TextPiece.Of(text);
        return [.. Units(pieces).SelectMany(unit => unit.Words.SelectMany(Indexed).Concat(unit.IsSigned ? [unit.Text] : [])),
            .. pieces.Where(piece => piece.Kind == PieceKind.Symbol).SelectMany(piece => Pairs(piece.Text))];
    }

    /// <summary>The words of a query. Without words, its emoji; without those, all its visible characters.</summary>
    public static IReadOnlyList<AskedWord> Ask(string? text)
    {
        var pieces = TextPiece.Of(text);
        var units = Units(pieces);
        if (units.Count > 0)
            return [.. units.Select((unit, at) => Ask(unit, isLast: at == units.Count - 1))];
        var symbols = pieces.Where(piece => piece.Kind == PieceKind.Symbol).Select(piece => piece.Text).ToList();
        return [.. (symbols.Count > 0 ? symbols : [Visible(text)]).Where(run => run.Length > 0).Select(run => Ask(run, [(run, true)], isLast: true))];
    }

    /// <summary>Equal for names that differ only in case, accents, spaces and punctuation. Empty without letters or digits.</summary>
    public static string Key(string? text) => string.Join(' ', Units(TextPiece.Of(text)).Select(unit => unit.Text));

    /// <summary>The key in the form of its column, no longer than an index allows.</summary>
    public static string NameKey(string? text) => Cut(Key(text));

    /// <summary>
    /// Key for equality. It also respects + # &amp; beside letters, so that C, C# and C++ differ, and emoji. A text with neither is
    /// compared as it is. Null if nothing is visible.
    /// </summary>
    public static string? EqualKey(string? text)
    {
        var pieces = TextPiece.Of(text);
        var key = new StringBuilder();
        var attach = true;
        for (var at = 0; at < pieces.Count; at++)
        {
            var piece = pieces[at];
            if (piece.Kind is PieceKind.Word or PieceKind.Symbol)
            {
                key.Append(attach ? "" : " ").Append(piece.Text);
                attach = false;
            }
            else if (piece.Kind == PieceKind.Sign)
            {
                // R & B and R&B are the same word.
                var isAnd = piece.Text == TextPiece.And;
                var (after, before) = (IsWord(isAnd ? Beyond(at, -1) : at - 1), IsWord(isAnd ? Beyond(at, 1) : at + 1));
                if (!(IsWord(at - 1) || IsWord(at + 1) || after && before))
                    continue;
                key.Append(attach || after ? "" : " ").Append(piece.Text);
                attach = before;
            }
        }
        var seen = key.Length > 0 ? key.ToString() : Visible(text);
        return seen.Length > 0 ? Cut(seen) : null;

        bool IsWord(int at) => at >= 0 && at < pieces.Count && pieces[at].Kind == PieceKind.Word;
        int Beyond(int at, int step)
        {
            do
                at += step;
            while (at >= 0 && at < pieces.Count && pieces[at].Kind is PieceKind.Blank or PieceKind.Other);
            return at;
        }
    }

    private static string Joined(IReadOnlyList<string> words) => words.Count == 0 ? "" : $" {string.Join(' ', words)} ";

    private static AskedWord Ask(Unit unit, bool isLast) =>
        unit.IsSigned ? new(unit.Text, [unit.Text], Begins: isLast, Anywhere: false) : Ask(unit.Text, TextPiece.Runs(unit.Text), isLast);

    private static AskedWord Ask(string text, IReadOnlyList<(string Text, bool IsSpaceless)> runs, bool isLast)
    {
        var (end, begins) = (runs[^1], isLast);
        List<string> words = [.. runs.SkipLast(1).SelectMany(Indexed)];
        if (!end.IsSpaceless)
            words.Add(Cut(end.Text));
        else
        {
            // A single character is the first of a pair, or the last of a run.
            var pairs = Pairs(end.Text);
            begins = pairs.Count == 1;
            words.AddRange(begins ? pairs : pairs.SkipLast(1));
        }
        return new(text, words, begins, Anywhere: runs[0].IsSpaceless);
    }

    private static IEnumerable<string> Indexed(string word) => TextPiece.Runs(word).SelectMany(Indexed);

    private static IEnumerable<string> Indexed((string Text, bool IsSpaceless) run) => run.IsSpaceless ? Pairs(run.Text) : [Cut(run.Text)];

    /// <summary>Each pair of adjacent characters, and the last character alone.</summary>
    private static IReadOnlyList<string> Pairs(string run)
    {
        string[] runes = [.. run.EnumerateRunes().Select(rune => rune.ToString())];
        return [.. runes.Select((rune, at) => at + 1 < runes.Length ? rune + runes[at + 1] : rune)];
    }

    /// <summary>Without blanks, and in wide characters that no parser takes for an operator or a separator.</summary>
    private static string Visible(string? text) => string.Concat(Folding.Fold(text ?? "")
        .Where(rune => !Rune.IsWhiteSpace(rune) && !Text.IsInvisible(rune) && !Folding.IsMark(rune))
        .Select(rune => (rune.IsAscii ? new Rune(rune.Value + 0xFEE0) : rune).ToString()));

    private static string Cut(string word) =>
        word.Length <= Longest ? word : word[..(char.IsHighSurrogate(word[Longest - 1]) ? Longest - 1 : Longest)];

    /// <summary>The words, a single letter with the signs after it, and two single letters with an ampersand between them.</summary>
    private static List<Unit> Units(IReadOnlyList<TextPiece> pieces)
    {
        var units = new List<Unit>();
        for (var at = 0; at < pieces.Count; at++)
        {
            if (pieces[at].Kind != PieceKind.Word)
                continue;
            var word = pieces[at].Text;
            if (pieces[at].IsLoneLetter && At(at + 1) is { Kind: PieceKind.Sign } sign && !sign.Text.Contains(TextPiece.And, StringComparison.Ordinal))
                units.Add(new(word + sign.Text, [word]));
            else if (pieces[at].IsLoneLetter && NextButBlank(at) is var and && At(and) is { Kind: PieceKind.Sign, Text: TextPiece.And }
                && NextButBlank(and) is var other && At(other) is { IsLoneLetter: true } second)
            {
                units.Add(new($"{word}{TextPiece.And}{second.Text}", [word, second.Text]));
                at = other;
            }
            else
                units.Add(new(word, [word]));
        }
        return units;

        TextPiece? At(int at) => at < pieces.Count ? pieces[at] : null;
        int NextButBlank(int at) => At(at + 1) is { Kind: PieceKind.Blank } ? at + 2 : at + 1;
    }

    private sealed record Unit(string Text, string[] Words)
    {
        public bool IsSigned => Words is not [var word] || word != Text;
    }
}

/// <summary>One word of a query.</summary>
/// <param name="Text">Its form in the key of a name.</param>
/// <param name="Words">Its index words, which follow each other.</param>
/// <param name="Begins">Whether the last of them may be a prefix.</param>
/// <param name="Anywhere">Whether it may occur inside a run of letters.</param>
public sealed record AskedWord(string Text, IReadOnlyList<string> Words, bool Begins, bool Anywhere)
{
    /// <summary>The phrase that a matching text contains.</summary>
    public string Phrase => $" {string.Join(' ', Words)}{(Begins ? "" : " ")}";
}
