using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog;

/// <summary>
/// How many events on show have the words that are looked for, by an even sample. The index of the words gathers all that have
/// a word before it gives the first, which takes longest for those that nearly every event has, and those are found in no
/// time without it.
/// </summary>
internal sealed class WordSample
{
    /// <summary>A few milliseconds' worth.</summary>
    private const int Size = 2_000;

    private readonly Row _found;

    private WordSample(Row found) => _found = found;

    /// <summary>Null where nothing is to be learned: no words are looked for, or so few events are on show that none are too many.</summary>
    public static async Task<WordSample?> Look(UsherDb db, EventFilters filters, CancellationToken cancellationToken)
    {
        if (filters.WordsOnShow is not [var first, ..] words)
            return null;
        // In the order of the shuffle: whatever number of rows comes first is drawn evenly from all.
        var sql = Sql.Of($"""
            SELECT CAST(count(*) AS int) AS looked, max(e.shuffle) AS reach, CAST(count(*) FILTER (WHERE {filters.WhereManyMatch()}) AS int) AS all_match,
                CAST(count(*) FILTER (WHERE {filters.InARow(first)}) AS int) AS first_match, CAST(count(*) FILTER (WHERE {filters.InARow(words[^1])}) AS int) AS last_match
            FROM (SELECT e.* FROM events e WHERE {filters.WhereShown()} ORDER BY e.shuffle LIMIT {Size}) e
            """);
        var found = (await db.Database.SqlQueryRaw<Row>(sql.Text, [.. sql.Values]).ToListAsync(cancellationToken))[0];
        return found.Looked < Size ? null : new(found);
    }

    /// <summary>
    /// Whether more match, all filters taken together. Six standard deviations lie between the guess and the yes: among a
    /// thousand million questions one may be answered wrongly.
    /// </summary>
    public bool TellsThatMoreMatchThan(int number)
    {
        var share = (_found.Reach!.Value + 1.0) / Event.ShuffleRange;
        return _found.AllMatch - 6 * Math.Sqrt(_found.AllMatch) > number * share;
    }

    /// <param name="filters">Those of the sample.</param>
    /// <param name="share">Of all events; whose words more have is looked for in each row.</param>
    public void SpareTheIndex(EventFilters filters, double share)
    {
        if (_found.FirstMatch > Size * share)
            filters.LookInEachRow(filters.WordsOnShow[0]);
        if (_found.LastMatch > Size * share)
            filters.LookInEachRow(filters.WordsOnShow[^1]);
    }

    private sealed record Row(int Looked, int? Reach, int AllMatch, int FirstMatch, int LastMatch);
}
