using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>Texts of an event that are searched by words.</summary>
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
    /// Words to query, each with whether it is a prefix. Every second pair of a run is enough, because the query checks in the found rows
    /// that the pairs follow each other.
    /// </summary>
    public static IEnumerable<(string Word, bool Begins)> InIndex(this IEnumerable<AskedWord> asked) => asked
        .SelectMany(word => word.Words.Select((one, at) => (one, Begins: word.Begins && at == word.Words.Count - 1, IsNeeded: at % 2 == 0 || at == word.Words.Count - 1)))
        .Where(word => word.IsNeeded).Select(word => (word.one, word.Begins)).Distinct();

    /// <summary>Checks that the found words are adjacent. An index of words has no positions.</summary>
    public static Sql SideBySide(this ISearchSql search, WordIndex index, IEnumerable<AskedWord> asked) => Sql.Join("", asked
        .Where(word => word.Words.Count > 1).Select(word => Sql.Of($" AND {search.Contains(index.Column(), word.Phrase)}")));
}
