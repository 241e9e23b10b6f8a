using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog;

/// <summary>
/// Tells by an even sample that very many events on show match. The index of the words gathers all that have a word before it
/// gives the first, which takes longest for those that nearly every event has; and those are come by soon without it.
/// </summary>
internal static class WordSample
{
    /// <summary>A few milliseconds' worth.</summary>
    private const int Size = 2_000;

    /// <summary>
    /// Whether more than that many match, all filters taken together. Six standard deviations lie between the guess and the yes:
    /// one in a thousand million is wrong. No where nothing is to be learned: without words, or with few events on show.
    /// </summary>
    public static async Task<bool> TellsThatMoreMatch(int number, UsherDb db, EventFilters filters, CancellationToken cancellationToken)
    {
        if (!filters.LookForWords || !filters.OnShow)
            return false;
        // In the order of the shuffle: whatever number of rows comes first is drawn evenly from all.
        var sql = Sql.Of($"""
            SELECT CAST(count(*) AS int) AS looked, CAST(count(*) FILTER (WHERE {filters.WhereManyMatch()}) AS int) AS matched, COALESCE(max(e.shuffle), 0) AS reach
            FROM (SELECT e.* FROM events e WHERE {filters.WhereShown()} ORDER BY e.shuffle LIMIT {Size}) e
            """);
        var (looked, matched, reach) = (await db.Database.SqlQueryRaw<Row>(sql.Text, [.. sql.Values]).ToListAsync(cancellationToken))[0];
        return looked == Size && matched - 6 * Math.Sqrt(matched) > number * ((reach + 1.0) / Event.ShuffleRange);
    }

    private sealed record Row(int Looked, int Matched, int Reach);
}
