using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>The conditions of a search that each engine has its own words and indexes for.</summary>
internal interface ISearchSql
{
    static ISearchSql Of(IDatabaseEngine engine) => engine.Pick<ISearchSql>(sqlite: () => SqliteSearchSql.Only, postgres: () => PostgresSearchSql.Only);

    /// <summary>That all the words stand in a text of the event <c>e</c>, by an index of the words.</summary>
    /// <param name="index">Of which text.</param>
    /// <param name="words">At least one.</param>
    /// <param name="onShow">Whether the other conditions say that the event is published, not cancelled and not marked past.</param>
    Sql HasWords(WordIndex index, IReadOnlyList<AskedWord> words, bool onShow);

    /// <summary>That a text stands in the name of the event <c>e</c>, by an index of the names' parts.</summary>
    /// <param name="text">Folded, three letters or more.</param>
    /// <param name="onShow">As for words.</param>
    Sql HasInName(string text, bool onShow);

    /// <summary>That a text stands in a column, looked for in the row: no index is asked.</summary>
    Sql Contains(Sql column, string text);

    /// <summary>That an event of this id is part of no import that is still being written; null where nobody can see one.</summary>
    Sql? IsImported(Sql id);
}
