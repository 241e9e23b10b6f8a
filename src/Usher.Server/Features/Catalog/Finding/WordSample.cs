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
    /// <summary>Takes a few milliseconds.</summary>
    private const int Size = 1_000;

    private readonly EventFilters _filters;
    private readonly List<string> _asked;
    private readonly List<Kind> _kinds;

    /// <summary>Number of sampled rows, and their share of all shown events.</summary>
    private readonly (int Rows, double Share) _looked;

    private WordSample(EventFilters filters, List<string> asked, List<Kind> kinds)
    {
        (_filters, _asked, _kinds) = (filters, asked, kinds);
        _looked = (kinds.Sum(k => k.Count), kinds.Count == 0 ? 1 : (kinds.Max(k => k.Reach) + 1.0) / Event.ShuffleRange);
    }

    /// <summary>Empty if it would tell nothing: without words, or with few shown events.</summary>
    public static async Task<WordSample> Take(UsherDb db, EventFilters filters, CancellationToken cancellationToken)
    {
        if (!filters.LookForWords || !filters.OnShow)
            return new(filters, [], []);
        var asked = filters.Asked.ToList();
        var meets = Sql.Join(" + ", asked.Select((parameter, at) => Sql.Of($"CASE WHEN {filters.InARow(parameter)} THEN {Sql.Plain($"{1 << at}")} ELSE 0 END")));
        // In shuffle order: any number of first rows is an even sample of all.
        var sql = Sql.Of($"""
            SELECT s.meets, CAST(count(*) AS int) AS count, max(s.shuffle) AS reach
            FROM (SELECT {meets} AS meets, e.shuffle FROM (SELECT e.* FROM events e WHERE {filters.WhereShown()} ORDER BY e.shuffle LIMIT {Size}) e) s
            GROUP BY s.meets
            """);
        return new(filters, asked, await db.Database.SqlQueryRaw<Kind>(sql.Text, [.. sql.Values]).ToListAsync(cancellationToken));
    }

    /// <summary>
    /// Whether more than that number match, without some filters. The estimate must exceed the number by four standard deviations: at the
    /// very edge, one query in thirty thousand gets the answer too early.
    /// </summary>
    public bool TellsThatMoreMatch(int number, params string[] without)
    {
        var matched = Count(_asked.Except(without));
        return _looked.Rows == Size && matched - 4 * Math.Sqrt(matched) > number * _looked.Share;
    }

    /// <summary>
    /// The filters, without some, as conditions that use the index of the rarest words, or none if the other filters leave fewer rows.
    /// </summary>
    public Sql Where(params string[] without)
    {
        if (_looked.Rows < Size)
            return _filters.Where(without);
        var words = _asked.Where(_filters.IsOfWords).Except(without).OrderBy(parameter => Count([parameter])).ToList();
        // In doubt the index: if the sample has no match, the table may have none either.
        var few = Count(_asked.Where(parameter => !_filters.IsOfWords(parameter)).Except(without));
        var rarest = words.FirstOrDefault(parameter => Count([parameter]) <= 2 * few);
        return _filters.Where(without, inARow: words.Where(parameter => parameter != rarest));
    }

    private int Count(IEnumerable<string> parameters)
    {
        var needed = parameters.Sum(parameter => 1 << _asked.IndexOf(parameter));
        return _kinds.Where(kind => (kind.Meets & needed) == needed).Sum(kind => kind.Count);
    }

    /// <param name="Meets">A bit for each matching parameter.</param>
    /// <param name="Count">Number of sampled rows with exactly these bits.</param>
    /// <param name="Reach">Largest shuffle number of these rows.</param>
    private sealed record Kind(int Meets, int Count, int Reach);
}
