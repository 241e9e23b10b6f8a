using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>The texts of an event that are searched by words.</summary>
internal enum WordIndex
{
    /// <summary>Name, description, venue and city.</summary>
    Search,

    /// <summary>Location, venue, city and country.</summary>
    Place,
}

internal static class WordIndexes
{
    /// <summary>The column that is indexed.</summary>
    public static Sql Column(this WordIndex index) => Sql.Plain(index == WordIndex.Search ? "e.search_text" : "e.place_text");

    /// <summary>
    /// What to ask an index for, each with whether it is only a beginning. Of a run of letters every other pair is enough:
    /// whether they follow each other is looked at in the rows that have them.
    /// </summary>
    public static IEnumerable<(string Word, bool Begins)> InIndex(this IEnumerable<AskedWord> asked) => asked
        .SelectMany(word => word.Words.Select((one, at) => (one, Begins: word.Begins && at == word.Words.Count - 1, IsNeeded: at % 2 == 0 || at == word.Words.Count - 1)))
        .Where(word => word.IsNeeded).Select(word => (word.one, word.Begins)).Distinct();

    /// <summary>That what an index has found apart stands side by side. An index of words does not know their order.</summary>
    public static Sql SideBySide(this ISearchSql search, WordIndex index, IEnumerable<AskedWord> asked) => Sql.Join("", asked
        .Where(word => word.Words.Count > 1).Select(word => Sql.Of($" AND {search.Contains(index.Column(), word.Phrase)}")));
}
