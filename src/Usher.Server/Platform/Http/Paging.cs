using Microsoft.EntityFrameworkCore;

namespace Usher.Server.Platform.Http;

/// <summary>A list: one page of it and where that page stands.</summary>
public sealed record Paged<T>(IReadOnlyList<T> Data, Pagination Pagination);

/// <param name="Page">Counted from 1.</param>
/// <param name="Limit">Items a page, 1 to 100.</param>
/// <param name="TotalItems">Exact up to 10,000; beyond that 10,001.</param>
/// <param name="TotalIsExact">False when there are more than 10,000.</param>
/// <param name="NextCursor">Continues after this page where the sort allows it, else null.</param>
public sealed record Pagination(int Page, int Limit, int TotalItems, bool TotalIsExact, int TotalPages, bool HasNext, bool HasPrevious, string? NextCursor);

/// <summary>Which page is asked for.</summary>
internal readonly record struct PageRequest(int Page, int Limit)
{
    public const int Deepest = 10_000;

    public static readonly QueryParameter[] Parameters =
    [
        new("page", "Which page, counted from 1.", "integer", Example: 1),
        new("limit", "Items a page, 1 to 100; 10 unless told.", "integer", Example: 10),
    ];

    public int Skip => (Page - 1) * Limit;

    public static PageRequest From(Query query)
    {
        var page = query.Int("page", 1, int.MaxValue) ?? 1;
        var limit = query.Int("limit", 1, 100) ?? 10;
        return (long)page * limit > Deepest
            ? throw new ProblemException(new Problem(Problems.PageTooDeep, $"page × limit may be at most {Deepest}."))
            : new PageRequest(page, limit);
    }

    /// <summary>Counts no further than one past the deepest: on a large table all of them would cost more than the page.</summary>
    public static Task<int> Count<T>(IQueryable<T> rows, CancellationToken cancellationToken) => rows.Take(Deepest + 1).CountAsync(cancellationToken);

    /// <param name="counted">How many there are, counted no further than one past the deepest.</param>
    public Paged<T> Of<T>(IReadOnlyList<T> data, int counted, HttpContext context)
    {
        var pages = (counted + Limit - 1) / Limit;
        var pagination = new Pagination(Page, Limit, counted, counted <= Deepest, pages, Page < pages, Page > 1, null);
        WriteLinks(pagination, context);
        return new Paged<T>(data, pagination);
    }

    private static void WriteLinks(Pagination pagination, HttpContext context)
    {
        var links = new List<string>();
        void Add(int page, string relation)
        {
            var query = QueryString.Create(context.Request.Query.Where(p => p.Key != "page")
                .Append(new("page", page.ToString(System.Globalization.CultureInfo.InvariantCulture))));
            links.Add($"<{context.Request.Path.ToUriComponent()}{query.ToUriComponent()}>; rel=\"{relation}\"");
        }
        if (pagination.HasNext && (pagination.Page + 1) * (long)pagination.Limit <= Deepest)
            Add(pagination.Page + 1, "next");
        if (pagination.HasPrevious)
            Add(pagination.Page - 1, "prev");
        Add(1, "first");
        if (pagination is { TotalIsExact: true, TotalPages: > 0 })
            Add(pagination.TotalPages, "last");
        context.Response.Headers.Link = string.Join(", ", links);
    }
}
