using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog;

/// <summary>The orders of every list of events; each ends in the id, so that no two pages share a row.</summary>
internal static class EventSorting
{
    private enum By { Date, Name, Price, CreatedAt, Popularity }

    private static readonly Dictionary<string, By> Keys = new()
    {
        ["date"] = By.Date,
        ["name"] = By.Name,
        ["price"] = By.Price,
        ["createdAt"] = By.CreatedAt,
        ["popularity"] = By.Popularity,
    };

    public static IQueryable<Event> Sort(this IQueryable<Event> events, Query query)
    {
        var by = query.OneOf("sortBy", Keys) ?? By.Date;
        var descending = query.Descending(unlessTold: by is By.CreatedAt or By.Popularity);
        var sorted = (by, descending) switch
        {
            (By.Name, false) => events.OrderBy(e => e.NameKey),
            (By.Name, true) => events.OrderByDescending(e => e.NameKey),
            (By.Price, _) => events.ByPrice(descending),
            (By.CreatedAt, false) => events.OrderBy(e => e.CreatedAt),
            (By.CreatedAt, true) => events.OrderByDescending(e => e.CreatedAt),
            (By.Popularity, false) => events.OrderBy(e => e.Stock.Sold),
            (By.Popularity, true) => events.OrderByDescending(e => e.Stock.Sold),
            (_, false) => events.OrderBy(e => e.StartsAt),
            (_, true) => events.OrderByDescending(e => e.StartsAt),
        };
        return descending ? sorted.ThenByDescending(e => e.Id) : sorted.ThenBy(e => e.Id);
    }
}
