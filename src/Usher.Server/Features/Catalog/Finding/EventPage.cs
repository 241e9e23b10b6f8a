using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>
/// A query planner written by hand, for one page of ids and one row more that tells whether another page follows. It takes a sample
/// (<see cref="WordSample"/>), estimates the selectivity of the filters, chooses between an index scan and an ordered walk along the
/// sort, and ranks candidates where the sort is computed. ADR 0028 and 0031 say why the databases' own planners do not.
/// </summary>
internal sealed class EventPage(UsherDb db, EventFilters filters, EventSorting sorting, PageRequest page)
{
    /// <summary>Candidates for ranking. The rank is exact for queries with no more matches.</summary>
    private const int Candidates = 1_000;

    /// <summary>The same if more rows match than are counted.</summary>
    private const int CandidatesOfMany = 100;

    /// <summary>
    /// Most rows to gather instead of a scan, if the page is far in: among a million events with thirty thousand matches, the thousandth
    /// match is that far.
    /// </summary>
    private const int Gathered = 3 * PageRequest.Deepest, LongWay = 200;

    private static readonly EventSorting Soonest = new(EventOrder.Date, Descending: false);

    private static readonly Sql Everywhere = Sql.Plain("1 = 1");

    private int Wanted => page.Limit + 1;

    private int MostGathered => page.Skip + Wanted > LongWay ? Gathered : PageRequest.Deepest;

    /// <summary>The count, up to its limit, and the ids.</summary>
    public async Task<(int Counted, List<Guid> Ids)> Find(CancellationToken cancellationToken)
    {
        var sample = await WordSample.Take(db, filters, cancellationToken);
        if (sample.TellsThatMoreMatch(PageRequest.Deepest))
            return await FindInARow(PageRequest.Deepest + 1, cancellationToken);
        var where = sample.Where();
        if (sorting.By == EventOrder.Relevance && page.Skip < Candidates)
            return await RankAtOnce(where, cancellationToken);
        if (filters.LookForWords && (sorting.HasCursor || sorting.By == EventOrder.Relevance) && await FindAtOnce(where, cancellationToken) is { Count: > 0 } rows)
            return rows[0].Counted > MostGathered ? await FindInARow(rows[0].Counted, cancellationToken) : (Counted(rows[0].Counted), rows.ConvertAll(r => r.Id));
        if (!filters.LookForWords && !filters.IsNear && sorting.HasCursor && await CountAndFind(where, cancellationToken) is { Count: > 0 } listed)
            return (listed[0].Counted, listed.ConvertAll(r => r.Id));
        var counted = (await Read<int>(Sql.Of($"SELECT ({CountOf(where)}) AS \"Value\""), cancellationToken))[0];
        return counted > PageRequest.Deepest ? await FindInARow(counted, cancellationToken) : (counted, await Ids(where, Candidates, cancellationToken));
    }

    /// <summary>Scan along the index of the sort, past rows that do not match: more rows match than are counted.</summary>
    private async Task<(int Counted, List<Guid> Ids)> FindInARow(int counted, CancellationToken cancellationToken) =>
        (Counted(counted), await Ids(filters.WhereManyMatch(), CandidatesOfMany, cancellationToken));

    private Sql CountOf(Sql where) => Sql.Of(
        $"SELECT CAST(count(*) AS int) FROM ({Sql.Join(" UNION ALL ", filters.Parts.Select(part => Sql.Of($"SELECT 1 FROM events e WHERE {where} AND {part}")))} LIMIT {PageRequest.Deepest + 1}) c");

    private static int Counted(int found) => Math.Min(found, PageRequest.Deepest + 1);

    /// <summary>One query instead of two, if each has its own index. Empty for a page beyond the last.</summary>
    private Task<List<CountedRow>> CountAndFind(Sql where, CancellationToken cancellationToken) =>
        InOrder<CountedRow>(Sql.Of($"e.id, ({CountOf(where)}) AS counted"), where, cancellationToken);

    /// <summary>Rows of the page in the order of an index.</summary>
    private async Task<List<T>> InOrder<T>(Sql columns, Sql where, CancellationToken cancellationToken)
    {
        var rows = await Rows(page.After is { } position ? Sql.Of($"{where} AND {sorting.After(position, db.Engine)}") : where, Wanted);
        if (LeavesUnpriced && rows.Count < Wanted)
            rows.AddRange(await Rows(Sql.Of($"{where} AND e.min_price_scaled IS NULL"), Wanted - rows.Count));
        return rows;

        Task<List<T>> Rows(Sql on, int take) =>
            Read<T>(Listed(columns, on, sorting, take, Skipped), cancellationToken);
    }

    /// <summary>Rows that a page must skip; a cursor has passed them already.</summary>
    private int Skipped => page.After is null ? page.Skip : 0;

    /// <summary>Whether events without a price follow the cursor; no condition on the price finds them.</summary>
    private bool LeavesUnpriced => sorting.By == EventOrder.Price && page.After?.Key is not null;

    /// <summary>Matches of words are gathered before they can be counted or sorted: once for both. Empty for a page beyond the last.</summary>
    private Task<List<Candidate>> FindAtOnce(Sql where, CancellationToken cancellationToken)
    {
        // After its candidates, relevance is the order of the dates.
        var order = sorting.By == EventOrder.Relevance ? Soonest : sorting;
        var after = page.After is not { } position ? Everywhere
            : LeavesUnpriced ? Sql.Of($"({order.After(position, db.Engine)} OR e.min_price_scaled IS NULL)")
            : order.After(position, db.Engine);
        return Gather(where, after, order, Wanted, Skipped, cancellationToken);
    }

    private Task<List<Candidate>> Gather(Sql where, Sql after, EventSorting order, int take, int skip, CancellationToken cancellationToken) =>
        Read<Candidate>(Sql.Of($"""
            WITH found AS MATERIALIZED (
                SELECT e.id, e.starts_at, e.name_key, e.min_price_scaled, e.created_at FROM events e
                WHERE {where} AND {filters.Begun} LIMIT {MostGathered + 1})
            SELECT e.id, e.name_key, (SELECT CAST(count(*) AS int) FROM found) AS counted FROM found e WHERE {after} ORDER BY {order.OrderBy} LIMIT {take} OFFSET {skip}
            """), cancellationToken);

    /// <summary>The same by relevance, for a page that may include candidates.</summary>
    private async Task<(int Counted, List<Guid> Ids)> RankAtOnce(Sql where, CancellationToken cancellationToken)
    {
        var found = await Gather(where, Everywhere, Soonest, Candidates + Wanted, skip: 0, cancellationToken);
        var counted = found.Count == 0 ? 0 : found[0].Counted;
        if (counted > MostGathered)
            return await FindInARow(counted, cancellationToken);
        var candidates = counted > PageRequest.Deepest ? CandidatesOfMany : Candidates;
        return (Counted(counted), [.. Ranked(found.Take(candidates)).Concat(found.Skip(candidates).Select(c => c.Id)).Skip(page.Skip).Take(Wanted)]);
    }

    private IEnumerable<Guid> Ranked(IEnumerable<Candidate> candidates)
    {
        int Rank(Candidate candidate) => Relevance.Of(candidate.NameKey, filters.Words!);
        return (sorting.Descending ? candidates.OrderByDescending(Rank) : candidates.OrderBy(Rank)).Select(c => c.Id);
    }

    private Task<List<Guid>> Ids(Sql where, int candidates, CancellationToken cancellationToken) => sorting.By switch
    {
        EventOrder.Relevance => ByRelevance(where, candidates, cancellationToken),
        EventOrder.Popularity => ByPopularity(where, candidates, cancellationToken),
        EventOrder.Distance => ByDistance(where, filters.Near!.Value, cancellationToken),
        _ => InOrder<Guid>(Sql.Plain("e.id AS \"Value\""), where, cancellationToken),
    };

    private async Task<List<Guid>> ByRelevance(Sql where, int candidates, CancellationToken cancellationToken)
    {
        var found = page.Skip >= candidates ? null : await Read<Candidate>(
            Listed(Sql.Plain("e.id, e.name_key, 0 AS counted"), where, Soonest, candidates, skip: 0, also: ", e.name_key"), cancellationToken);
        return await Page(where, Soonest, found is null ? null : Ranked(found), found?.Count, candidates, cancellationToken);
    }

    private async Task<List<Guid>> ByPopularity(Sql where, int candidates, CancellationToken cancellationToken)
    {
        var found = page.Skip >= candidates ? null : await Read<SoldCandidate>(Sql.Of(
            $"SELECT c.id, s.sold FROM (SELECT e.id FROM events e WHERE {where} ORDER BY {sorting.OrderBy} LIMIT {candidates}) c JOIN event_stock s ON s.event_id = c.id"), cancellationToken);
        var ranked = sorting.Descending
            ? found?.OrderByDescending(c => c.Sold).ThenByDescending(c => c.Id)
            : found?.OrderBy(c => c.Sold).ThenBy(c => c.Id);
        return await Page(where, sorting, ranked?.Select(c => c.Id), found?.Count, candidates, cancellationToken);
    }

    /// <summary>The candidates by rank; all other matches follow in the order of the index.</summary>
    /// <param name="where">Condition of all matches.</param>
    /// <param name="coarse">Order of the index that selected the candidates.</param>
    /// <param name="ranked">Null for a page after the candidates.</param>
    /// <param name="chosen">Number of candidates.</param>
    /// <param name="candidates">Largest number of candidates.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    private async Task<List<Guid>> Page(Sql where, EventSorting coarse, IEnumerable<Guid>? ranked, int? chosen, int candidates, CancellationToken cancellationToken)
    {
        List<Guid> ids = ranked is null ? [] : [.. ranked.Skip(page.Skip).Take(Wanted)];
        if ((chosen is null || chosen == candidates) && ids.Count < Wanted)
            ids.AddRange(await Ids(where, coarse, Math.Max(page.Skip, candidates), Wanted - ids.Count, cancellationToken));
        return ids;
    }

    /// <summary>Nearest first, within a radius that grows until the page is full: a box on an index, not a sort of all events.</summary>
    private async Task<List<Guid>> ByDistance(Sql where, GeoPoint near, CancellationToken cancellationToken)
    {
        var direction = Sql.Plain(sorting.Descending ? "DESC" : "ASC");
        var haversine = EventDistance.HaversineFrom(near);
        Task<List<Guid>> Sorted(Sql within) => Read<Guid>(Sql.Of(
            $"SELECT e.id AS \"Value\" FROM events e WHERE {within} ORDER BY {haversine} {direction} NULLS LAST, e.id {direction} LIMIT {Wanted} OFFSET {page.Skip}"), cancellationToken);

        if (filters.RadiusKm is null && !sorting.Descending)
            foreach (var km in (double[])[25, 250, 2_500])
                if (await Sorted(Sql.Of($"{where} AND {EventDistance.Within(near, km)}")) is var ids && ids.Count == Wanted)
                    return ids;
        return await Sorted(where);
    }

    private Task<List<Guid>> Ids(Sql where, EventSorting sort, int skip, int take, CancellationToken cancellationToken) =>
        Read<Guid>(Listed(Sql.Plain("e.id AS \"Value\""), where, sort, take, skip), cancellationToken);

    /// <summary>Rows in an order. By date, each part comes from its own index.</summary>
    private Sql Listed(Sql columns, Sql where, EventSorting order, int take, int skip, string also = "")
    {
        if (order.By != EventOrder.Date || filters.Parts.Count == 1)
            return Sql.Of($"SELECT {columns} FROM events e WHERE {where} ORDER BY {order.OrderBy} LIMIT {take} OFFSET {skip}");
        var parts = filters.Parts.Select(part => Sql.Of(
            $"SELECT * FROM (SELECT e.id, e.starts_at{Sql.Plain(also)} FROM events e WHERE {where} AND {part} ORDER BY {order.OrderBy} LIMIT {take + skip}) p"));
        return Sql.Of($"SELECT {columns} FROM ({Sql.Join(" UNION ALL ", parts)}) e ORDER BY {order.OrderBy} LIMIT {take} OFFSET {skip}");
    }

    private Task<List<T>> Read<T>(Sql sql, CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<T>(sql.Text, [.. sql.Values]).ToListAsync(cancellationToken);

    private sealed record Candidate(Guid Id, string NameKey, int Counted);

    private sealed record CountedRow(Guid Id, int Counted);

    private sealed record SoldCandidate(Guid Id, int Sold);
}
