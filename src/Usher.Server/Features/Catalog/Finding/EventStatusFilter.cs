using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

/// <summary>Filter by the computed status.</summary>
internal static class EventStatusFilter
{
    public static readonly EventStatus[] All = Enum.GetValues<EventStatus>();

    /// <summary>Default statuses of a list.</summary>
    public static readonly EventStatus[] ToCome = [EventStatus.Upcoming, EventStatus.SoldOut];

    /// <returns>Whether the filter keeps only events that are neither cancelled nor marked past.</returns>
    public static bool Add(EventFilters filters, IDatabaseEngine engine, Query query, DateTimeOffset now, IReadOnlyList<EventStatus> unlessTold)
    {
        HashSet<EventStatus> wanted = [.. Read(query) ?? unlessTold];
        var moment = engine.ValueOf(now);
        if (wanted.Count == All.Length)
            return false;
        if (wanted.IsSubsetOf(ToCome))
        {
            // Separately and in the text of the partial indexes, because these are the most frequent lists.
            filters.Add("status", $"e.cancelled_at IS NULL AND NOT e.is_past AND e.over_at >= {moment}");
            if (wanted.Count == 1)
                filters.Add("status", wanted.Contains(EventStatus.SoldOut) ? Sql.Plain("e.sold_out") : Sql.Plain("NOT e.sold_out"));
            return true;
        }
        // A past event has begun: the scan of the index by start can stop there.
        if (wanted.SetEquals([EventStatus.Past]))
            filters.Add("status", $"e.starts_at < {moment}");
        filters.Add("status", Sql.Of($"({Sql.Join(" OR ", wanted.Select(status => Of(status, moment)))})"));
        return false;
    }

    private static Sql Of(EventStatus status, Sql now) => status switch
    {
        EventStatus.Cancelled => Sql.Plain("e.cancelled_at IS NOT NULL"),
        EventStatus.Past => Sql.Of($"e.cancelled_at IS NULL AND e.over_at < {now}"),
        EventStatus.SoldOut => Sql.Of($"e.cancelled_at IS NULL AND e.over_at >= {now} AND e.sold_out"),
        _ => Sql.Of($"e.cancelled_at IS NULL AND e.over_at >= {now} AND NOT e.sold_out"),
    };

    private static IReadOnlyList<EventStatus>? Read(Query query) => query.Many("status") switch
    {
        [] => null,
        ["all"] => All,
        _ => query.ManyOf<EventStatus>("status", " Send all for every status."),
    };
}
