using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>GIN indexes of words and of trigrams.</summary>
internal sealed class PostgresSearchSql : ISearchSql
{
    public static readonly PostgresSearchSql Only = new();

    private static readonly Sql Published = Sql.Number(Publication.Published);

    /// <summary>
    /// A query of ready lexemes, so that no parser splits the words differently from SQLite. Shown events have their own index; a query for
    /// other events uses both.
    /// </summary>
    public Sql HasWords(WordIndex index, IReadOnlyList<AskedWord> words, bool onShow)
    {
        var query = string.Join(" & ", words.InIndex().Select(word => word.Begins ? $"'{word.Word}':*" : $"'{word.Word}'"));
        return ByIndex(Sql.Of($"search_words({index.Column()}) @@ CAST({query} AS tsquery){this.SideBySide(index, words)}"), onShow);
    }

    public Sql HasInName(string text, bool onShow) => ByIndex(Sql.Of($"e.name_key LIKE {$"%{text}%"}"), onShow);

    public Sql Contains(Sql column, string text) => Sql.Of($"strpos({column}, {text}) > 0");

    public Sql? IsImported(Sql id) => null;

    private static Sql ByIndex(Sql found, bool onShow) => onShow ? found : Sql.Of($"""
        (e.publication = {Published} AND e.cancelled_at IS NULL AND NOT e.is_past AND {found}
        OR (e.publication <> {Published} OR e.cancelled_at IS NOT NULL OR e.is_past) AND {found})
        """);
}
