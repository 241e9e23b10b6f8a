using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>Search conditions with a different form for each engine.</summary>
internal interface ISearchSql
{
    static ISearchSql Of(IDatabaseEngine engine) => engine.Pick<ISearchSql>(sqlite: () => SqliteSearchSql.Only, postgres: () => PostgresSearchSql.Only);

    /// <summary>All the words occur in a text of the event <c>e</c>, by an index of words.</summary>
    /// <param name="index">The indexed text.</param>
    /// <param name="words">At least one word.</param>
    /// <param name="onShow">Whether the other conditions keep only shown events: published, not cancelled, not marked past.</param>
    Sql HasWords(WordIndex index, IReadOnlyList<AskedWord> words, bool onShow);

    /// <summary>A text occurs in the name of the event <c>e</c>, by an index of trigrams.</summary>
    /// <param name="text">Folded text of at least three letters.</param>
    /// <param name="onShow">As for words.</param>
    Sql HasInName(string text, bool onShow);

    /// <summary>A text occurs in a column, checked in the row without an index.</summary>
    Sql Contains(Sql column, string text);

    /// <summary>The event with this id belongs to no unpublished import; null if the engine hides these.</summary>
    Sql? IsImported(Sql id);
}
