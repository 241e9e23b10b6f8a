using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>
/// The statistics of a query planner written by hand: estimates the selectivity of each filter from an even sample of the events on
/// show. The index of words gathers every event that has a word before it returns the first. For a frequent word an ordered walk
/// along the list, or an index scan by a more selective filter, is therefore cheaper.
/// </summary>
internal sealed class WordSample
{
    /// <summary>A few milliseconds' worth.</summary>
    private const int Size = 1_000;

    private readonly EventFilters _filters;
    private readonly List<string> _asked;
    private readonly List<Kind> _kinds;

    /// <summary>How many were looked at, and what share they are of everything on show.</summary>
    private readonly (int Rows, double Share) _looked;

    private WordSample(EventFilters filters, List<string> asked, List<Kind> kinds)
    {
        (_filters, _asked, _kinds) = (filters, asked, kinds);
        _looked = (kinds.Sum(k => k.Count), kinds.Count == 0 ? 1 : (kinds.Max(k => k.Reach) + 1.0) / Event.ShuffleRange);
    }

    /// <summary>It knows nothing where nothing is to be learned: without words, or with few events on show.</summary>
    public static async Task<WordSample> Take(UsherDb db, EventFilters filters, CancellationToken cancellationToken)
    {
        if (!filters.LookForWords || !filters.OnShow)
            return new(filters, [], []);
        var asked = filters.Asked.ToList();
        var meets = Sql.Join(" + ", asked.Select((parameter, at) => Sql.Of($"CASE WHEN {filters.InARow(parameter)} THEN {Sql.Plain($"{1 << at}")} ELSE 0 END")));
        // In the order of the shuffle: whatever number of rows comes first is drawn evenly from all.
        var sql = Sql.Of($"""
            SELECT s.meets, CAST(count(*) AS int) AS count, max(s.shuffle) AS reach
            FROM (SELECT {meets} AS meets, e.shuffle FROM (SELECT e.* FROM events e WHERE {filters.WhereShown()} ORDER BY e.shuffle LIMIT {Size}) e) s
            GROUP BY s.meets
            """);
        return new(filters, asked, await db.Database.SqlQueryRaw<Kind>(sql.Text, [.. sql.Values]).ToListAsync(cancellationToken));
    }

    /// <summary>
    /// Whether more than that many match, some filters left out. Four standard deviations lie between the guess and the yes: of
    /// questions at the very edge, one in thirty thousand is told so too early.
    /// </summary>
    public bool TellsThatMoreMatch(int number, params string[] without)
    {
        var matched = Count(_asked.Except(without));
        return _looked.Rows == Size && matched - 4 * Math.Sqrt(matched) > number * _looked.Share;
    }

    /// <summary>The filters, some left out, as conditions that ask the index of the rarest words, or of none where all else leaves fewer.</summary>
    public Sql Where(params string[] without)
    {
        if (_looked.Rows < Size)
            return _filters.Where(without);
        var words = _asked.Where(_filters.IsOfWords).Except(without).OrderBy(parameter => Count([parameter])).ToList();
        // In doubt the index: it may have none of them where a sample has none.
        var few = Count(_asked.Where(parameter => !_filters.IsOfWords(parameter)).Except(without));
        var rarest = words.FirstOrDefault(parameter => Count([parameter]) <= 2 * few);
        return _filters.Where(without, inARow: words.Where(parameter => parameter != rarest));
    }

    private int Count(IEnumerable<string> parameters)
    {
        var needed = parameters.Sum(parameter => 1 << _asked.IndexOf(parameter));
        return _kinds.Where(kind => (kind.Meets & needed) == needed).Sum(kind => kind.Count);
    }

    /// <param name="Meets">A bit for each parameter that was asked for.</param>
    /// <param name="Count">How many rows of the sample meet just these.</param>
    /// <param name="Reach">The last of them in the shuffle.</param>
    private sealed record Kind(int Meets, int Count, int Reach);
}
