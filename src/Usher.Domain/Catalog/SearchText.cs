using System.Text;

namespace Usher.Domain.Catalog;

/// <summary>
/// The one form in which text is searched and compared, made here so that both databases find the same: compatibility forms
/// resolved, accents removed, case folded. A word is a run of letters and digits; everything else separates and is never an operator,
/// but for what makes a name of a lone letter: C#, C++, R&amp;B. Where words stand side by side without spaces, each two characters that
/// follow each other are a word of the index, so that whatever is part of a run is found.
/// </summary>
public static class SearchText
{
    /// <summary>What comes after so many letters of a word is not looked at: an index has room for no more.</summary>
    private const int Longest = 200;

    /// <summary>The words of all parts with a space before, between and after them, so that " word " and " prefix" can be looked for.</summary>
    public static string Normalize(params ReadOnlySpan<string?> parts) => Joined(Words(string.Join('\n', parts)));

    /// <summary>The same, of something with a name; one without any letter, such as !!!, is found by what it has instead.</summary>
    public static string NormalizeNamed(string name, params ReadOnlySpan<string?> parts)
    {
        var named = Words(name);
        return Joined([.. named.Count > 0 ? named : Pairs(Visible(name)), .. Words(string.Join('\n', parts))]);
    }

    /// <summary>What an index has of a text.</summary>
    public static IReadOnlyList<string> Words(string? text)
    {
        var pieces = TextPiece.Of(text);
        return [.. Units(pieces).SelectMany(unit => unit.Words.SelectMany(Indexed).Concat(unit.IsSigned ? [unit.Text] : [])),
            .. pieces.Where(piece => piece.Kind == PieceKind.Symbol).SelectMany(piece => Pairs(piece.Text))];
    }

    /// <summary>What is looked for: the words of a text; if it has none, its emoji; if it has none of those either, all that can be seen of it.</summary>
    public static IReadOnlyList<AskedWord> Ask(string? text)
    {
        var pieces = TextPiece.Of(text);
        var units = Units(pieces);
        if (units.Count > 0)
            return [.. units.Select((unit, at) => Ask(unit, isLast: at == units.Count - 1))];
        var symbols = pieces.Where(piece => piece.Kind == PieceKind.Symbol).Select(piece => piece.Text).ToList();
        return [.. (symbols.Count > 0 ? symbols : [Visible(text)]).Where(run => run.Length > 0).Select(run => Ask(run, [(run, true)], isLast: true))];
    }

    /// <summary>Equal for names that differ only in case, accents, spaces and punctuation. Empty when there is no letter or digit.</summary>
    public static string Key(string? text) => string.Join(' ', Units(TextPiece.Of(text)).Select(unit => unit.Text));

    /// <summary>The key as a column has it and a filter looks for it, no longer than an index has room for.</summary>
    public static string NameKey(string? text) => Cut(Key(text));

    /// <summary>
    /// For what has to be equal. Beside letters + # &amp; are seen, so that C, C# and C++ are three, and emoji always. What has neither
    /// is compared as it is. Null when there is nothing to be seen.
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
                // R & B and R&B are one.
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
            // A single character is the beginning of a pair, or stands alone where a run ends.
            var pairs = Pairs(end.Text);
            begins = pairs.Count == 1;
            words.AddRange(begins ? pairs : pairs.SkipLast(1));
        }
        return new(text, words, begins, Anywhere: runs[0].IsSpaceless);
    }

    private static IEnumerable<string> Indexed(string word) => TextPiece.Runs(word).SelectMany(Indexed);

    private static IEnumerable<string> Indexed((string Text, bool IsSpaceless) run) => run.IsSpaceless ? Pairs(run.Text) : [Cut(run.Text)];

    /// <summary>Each two neighbours, and the last one alone.</summary>
    private static IReadOnlyList<string> Pairs(string run)
    {
        string[] runes = [.. run.EnumerateRunes().Select(rune => rune.ToString())];
        return [.. runes.Select((rune, at) => at + 1 < runes.Length ? rune + runes[at + 1] : rune)];
    }

    /// <summary>Without blanks, and in characters that no parser takes for an operator or a separator.</summary>
    private static string Visible(string? text) => string.Concat(Folding.Fold(text ?? "")
        .Where(rune => !Rune.IsWhiteSpace(rune) && !Text.IsInvisible(rune) && !Folding.IsMark(rune))
        .Select(rune => (rune.IsAscii ? new Rune(rune.Value + 0xFEE0) : rune).ToString()));

    private static string Cut(string word) =>
        word.Length <= Longest ? word : word[..(char.IsHighSurrogate(word[Longest - 1]) ? Longest - 1 : Longest)];

    /// <summary>The words, a lone letter with the signs after it, and two lone letters with an ampersand between them.</summary>
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

/// <summary>One word of a question.</summary>
/// <param name="Text">As it stands in the key of a name.</param>
/// <param name="Words">The words of an index that it is, which follow each other.</param>
/// <param name="Begins">Whether the last of them may be only the beginning of one.</param>
/// <param name="Anywhere">Whether it may stand inside a run of letters.</param>
public sealed record AskedWord(string Text, IReadOnlyList<string> Words, bool Begins, bool Anywhere)
{
    /// <summary>What a text has in which it stands.</summary>
    public string Phrase => $" {string.Join(' ', Words)}{(Begins ? "" : " ")}";
}
