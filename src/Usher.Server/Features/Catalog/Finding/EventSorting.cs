using System.Text.Json.Serialization;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

internal enum EventOrder { Date, Name, Price, [JsonStringEnumMemberName("createdAt")] CreatedAt, Popularity, Relevance, Distance }

/// <summary>Order of a list of events. Every order ends in the id, so that no two pages share a row, and puts nulls last.</summary>
internal sealed record EventSorting(EventOrder By, bool Descending)
{
    public static readonly QueryParameter[] Parameters =
    [
        new("sortBy", "The default is `date`, or `relevance` with `q`. `relevance` puts events with the words in their name first, among the 1,000 soonest matches, or the 100 soonest of more than 10,000. The rest follow by date. " +
            "`price` is the event's lowest price. `popularity` is the number of tickets sold; its order is exact among the same number of candidates. `distance` requires `near`.",
            Values: Choice.Of<EventOrder>("EventSort")),
        new("order", "Sort direction. The default is ascending for `date`, `name`, `price` and `distance`, and descending for `createdAt`, `popularity` and `relevance`.", Values: Query.SortDirection),
    ];

    public static EventSorting Read(Query query, EventFilters filters)
    {
        var by = query.OneOf<EventOrder>("sortBy") ?? (filters.Words is null ? EventOrder.Date : EventOrder.Relevance);
        if (by == EventOrder.Distance && filters.Near is null)
            throw Query.Bad("sortBy", "Sorting by `distance` requires `near`.");
        // Without words there is no relevance: the soonest events come first.
        if (by == EventOrder.Relevance && filters.Words is not { Count: > 0 })
            return new(EventOrder.Date, Descending: false);
        return new(by, query.Descending(unlessTold: by is EventOrder.CreatedAt or EventOrder.Popularity or EventOrder.Relevance));
    }

    /// <summary>Whether the sort supports cursors.</summary>
    public bool HasCursor => By is EventOrder.Date or EventOrder.Name or EventOrder.Price or EventOrder.CreatedAt;

    public Sql OrderBy => Sql.Plain(By == EventOrder.Price
        ? $"{Column} {Direction} NULLS LAST, e.id {Direction}"
        : $"{Column} {Direction}, e.id {Direction}");

    /// <summary>Rows after a position. By price, the events without a price follow all others and need a query of their own.</summary>
    public Sql After(Position position, IDatabaseEngine engine)
    {
        var beyond = Sql.Plain(Descending ? "<" : ">");
        if (position.Key is null)
            return Sql.Of($"e.min_price_scaled IS NULL AND e.id {beyond} {position.Id}");
        var key = By switch
        {
            EventOrder.Name => Sql.Of($"{position.Key}"),
            EventOrder.Price => Sql.Of($"{position.Number}"),
            _ => engine.ValueOf(position.Instant),
        };
        return Sql.Of($"({Sql.Plain(Column)}, e.id) {beyond} ({key}, {position.Id})");
    }

    public Position PositionAfter(Event row, int nextPage) => new(nextPage, By switch
    {
        EventOrder.Name => row.NameKey,
        EventOrder.Price => row.MinPriceScaled is { } price ? Position.KeyOf(price) : null,
        EventOrder.CreatedAt => Position.KeyOf(row.CreatedAt),
        _ => Position.KeyOf(row.StartsAt),
    }, row.Id);

    private string Column => By switch
    {
        EventOrder.Name => "e.name_key",
        EventOrder.Price => "e.min_price_scaled",
        EventOrder.CreatedAt => "e.created_at",
        EventOrder.Popularity => "e.popularity",
        _ => "e.starts_at",
    };

    private string Direction => Descending ? "DESC" : "ASC";
}
