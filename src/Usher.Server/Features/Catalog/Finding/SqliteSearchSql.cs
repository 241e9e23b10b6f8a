using System.Text;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Persistence.Sqlite;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>FTS5: one table of words, one of the trigrams of names.</summary>
internal sealed class SqliteSearchSql : ISearchSql
{
    public static readonly SqliteSearchSql Only = new();

    public Sql HasWords(WordIndex index, IReadOnlyList<AskedWord> words, bool onShow)
    {
        var column = index == WordIndex.Search ? "search_text" : "place_text";
        var query = $"{column} : ({string.Join(" AND ", words.InIndex().Select(word => word.Begins ? $"\"{word.Word}\" *" : $"\"{word.Word}\""))})";
        return Sql.Of($"{Matches("event_words", query)}{this.SideBySide(index, words)}");
    }

    /// <summary>A name that has all the trigrams may have them in another order.</summary>
    public Sql HasInName(string text, bool onShow)
    {
        Rune[] letters = [.. text.EnumerateRunes()];
        var threes = Enumerable.Range(0, letters.Length - 2).Select(at => $"\"{string.Concat(letters[at..(at + 3)])}\"").Distinct();
        return Sql.Of($"{Matches("event_name_parts", string.Join(" AND ", threes))} AND {Contains(Sql.Plain("e.name_key"), text)}");
    }

    private static Sql Matches(string index, string query) => Sql.Of(
        $"e.id IN (SELECT n.event_id FROM {Sql.Plain(index)} i JOIN event_numbers n ON n.number = i.rowid WHERE {Sql.Plain(index)} MATCH {query})");

    public Sql Contains(Sql column, string text) => Sql.Of($"instr({column}, {text}) > 0");

    /// <summary>Usually there is no import: the statement checks that once, and no row's id.</summary>
    public Sql? IsImported(Sql id) => Sql.Plain($"(NOT EXISTS (SELECT 1 FROM imports) OR {SqliteDb.IsImported(id.Text)})");
}
