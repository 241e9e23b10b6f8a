using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog;

/// <summary>Finds the ids of one page, and of one row more that tells whether another page follows.</summary>
internal sealed class EventPage(UsherDb db, IDatabaseEngine engine, EventFilters filters, EventSorting sorting, PageRequest page)
{
    /// <summary>What a rank is taken of. It is exact for whatever finds no more than that.</summary>
    private const int Candidates = 1_000;

    private int Wanted => page.Limit + 1;

    /// <summary>How many match, no further than it is counted, and the ids.</summary>
    public async Task<(int Counted, List<Guid> Ids)> Find(CancellationToken cancellationToken)
    {
        var where = filters.Where();
        var counted = (await Read<int>(
            Sql.Of($"SELECT CAST(count(*) AS int) AS \"Value\" FROM (SELECT 1 FROM events e WHERE {where} LIMIT {PageRequest.Deepest + 1}) c"), cancellationToken))[0];
        return (counted, await Ids(counted > PageRequest.Deepest ? filters.WhereManyMatch() : where, cancellationToken));
    }

    private Task<List<Guid>> Ids(Sql where, CancellationToken cancellationToken) => sorting.By switch
    {
        EventOrder.Relevance => Ranked(
            where, new EventSorting(EventOrder.Date, Descending: false),
            candidates => Read<NamedCandidate>(Sql.Of($"SELECT e.id, e.name_key, e.starts_at FROM events e WHERE {where} {candidates}"), cancellationToken),
            found => sorting.Descending
                ? found.OrderByDescending(c => Relevance.Of(c.NameKey, filters.Words ?? []))
                : found.OrderBy(c => Relevance.Of(c.NameKey, filters.Words ?? [])),
            c => c.Id, cancellationToken),
        EventOrder.Popularity => Ranked(
            where, sorting,
            candidates => Read<CountedCandidate>(Sql.Of($"SELECT c.id, s.sold FROM (SELECT e.id FROM events e WHERE {where} {candidates}) c JOIN event_stock s ON s.event_id = c.id"), cancellationToken),
            found => sorting.Descending
                ? found.OrderByDescending(c => c.Sold).ThenByDescending(c => c.Id)
                : found.OrderBy(c => c.Sold).ThenBy(c => c.Id),
            c => c.Id, cancellationToken),
        EventOrder.Distance => ByDistance(where, filters.Near!.Value, cancellationToken),
        _ when page.After is { } position => After(where, position, cancellationToken),
        _ => Ids(where, sorting, page.Skip, Wanted, cancellationToken),
    };

    /// <summary>The candidates in the order of their rank; whatever is not among them follows as the index has it.</summary>
    private async Task<List<Guid>> Ranked<T>(
        Sql where, EventSorting coarse, Func<Sql, Task<List<T>>> read, Func<List<T>, IEnumerable<T>> rank, Func<T, Guid> id, CancellationToken cancellationToken)
    {
        List<Guid> ids = [];
        var all = false;
        if (page.Skip < Candidates)
        {
            var found = await read(Sql.Of($"ORDER BY {coarse.OrderBy} LIMIT {Candidates}"));
            all = found.Count < Candidates;
            ids = [.. rank(found).Select(id).Skip(page.Skip).Take(Wanted)];
        }
        if (!all && ids.Count < Wanted)
            ids.AddRange(await Ids(where, coarse, Math.Max(page.Skip, Candidates), Wanted - ids.Count, cancellationToken));
        return ids;
    }

    private async Task<List<Guid>> After(Sql where, Position position, CancellationToken cancellationToken)
    {
        var ids = await Ids(Sql.Of($"{where} AND {sorting.After(position, engine)}"), sorting, 0, Wanted, cancellationToken);
        if (sorting.By == EventOrder.Price && position.Key is not null && ids.Count < Wanted)
            ids.AddRange(await Ids(Sql.Of($"{where} AND e.min_price_scaled IS NULL"), sorting, 0, Wanted - ids.Count, cancellationToken));
        return ids;
    }

    /// <summary>Nearest first within a radius that grows until the page is full: a box on an index, not a sort of the whole earth.</summary>
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
        Read<Guid>(Sql.Of($"SELECT e.id AS \"Value\" FROM events e WHERE {where} ORDER BY {sort.OrderBy} LIMIT {take} OFFSET {skip}"), cancellationToken);

    private Task<List<T>> Read<T>(Sql sql, CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<T>(sql.Text, [.. sql.Values]).ToListAsync(cancellationToken);

    private sealed record NamedCandidate(Guid Id, string NameKey);

    private sealed record CountedCandidate(Guid Id, int Sold);
}
