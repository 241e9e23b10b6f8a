using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Usher.Server.Platform.Http;

/// <summary>One page of a list, and its position in the list.</summary>
public sealed record Paged<T>(IReadOnlyList<T> Data, Pagination Pagination);

/// <param name="Page">Page number, counted from 1. With a cursor, the number of pages read so far.</param>
/// <param name="Limit">Items per page, 1 to 100.</param>
/// <param name="TotalItems">Number of items. Exact up to 10,000; 10,001 if there are more.</param>
/// <param name="TotalIsExact">False if there are more than 10,000 items.</param>
/// <param name="NextCursor">Cursor for the next page. Null on the last page, or if the sort does not support cursors.</param>
public sealed record Pagination(int Page, int Limit, int TotalItems, bool TotalIsExact, int TotalPages, bool HasNext, bool HasPrevious, string? NextCursor);

/// <summary>The requested page: a page number, or the page after a cursor.</summary>
internal readonly record struct PageRequest(int Page, int Limit, Position? After = null)
{
    public const int Deepest = 10_000;

    private const int LongestCursor = 6_000;

    public static readonly QueryParameter[] Parameters =
    [
        new("page", "Page number, counted from 1. `page` × `limit` must not exceed 10,000.", "integer", Default: 1) { Least = 1, Most = Deepest },
        new("limit", "Items per page, 1 to 100.", "integer", Default: 10) { Least = 1, Most = 100 },
    ];

    /// <summary>For lists that also support cursors.</summary>
    public static readonly QueryParameter[] ParametersWithCursor =
    [
        .. Parameters,
        new("cursor", "`nextCursor` of the previous page, with the same filter and sort. A cursor costs the same at any depth. It neither repeats nor skips items that were in the list throughout. Do not combine it with `page`.") { MaxLength = LongestCursor },
    ];

    /// <summary>Number of rows before the page. Zero with a cursor, because the query begins after it.</summary>
    public int Skip => After is null ? (Page - 1) * Limit : 0;

    public static PageRequest From(Query query)
    {
        var page = query.Int("page", 1, int.MaxValue) ?? 1;
        var limit = query.Int("limit", 1, 100) ?? 10;
        return (long)page * limit > Deepest
            ? throw new ProblemException(new Problem(Problems.PageTooDeep, $"`page` × `limit` must not exceed {Deepest}."))
            : new PageRequest(page, limit);
    }

    /// <param name="list">Everything that distinguishes the list: its caller, filter and sort.</param>
    public static PageRequest From(Query query, Cursors cursors, string list)
    {
        var page = From(query);
        if (query.Text("cursor", LongestCursor) is not { } cursor)
            return page;
        if (query.Text("page") is not null)
            throw new ProblemException(new Problem(Problems.PaginationConflict));
        var after = cursors.Read(cursor, list);
        return page with { Page = after.Page, After = after };
    }

    /// <summary>The rows of the page and one more, if there is one, as <see cref="Of"/> expects them.</summary>
    public IQueryable<T> Cut<T>(IQueryable<T> sorted) => sorted.Skip(Skip).Take(Limit + 1);

    /// <summary>Counts up to one past the deepest page: on a large table, a full count would cost more than the page.</summary>
    public static Task<int> Count<T>(IQueryable<T> rows, CancellationToken cancellationToken) => rows.Take(Deepest + 1).CountAsync(cancellationToken);

    /// <param name="found">Result of <see cref="Cut"/>; one row more than a page means that there is a next one.</param>
    /// <param name="counted">Number of rows, counted up to one past the deepest page.</param>
    /// <param name="cursorAfter">Creates the cursor after a row, if the sort supports cursors.</param>
    public Paged<T> Of<T>(IReadOnlyList<T> found, int counted, HttpContext context, Func<T, string>? cursorAfter = null)
    {
        var (data, more) = (found.Count > Limit ? [.. found.Take(Limit)] : found, found.Count > Limit);
        var pagination = new Pagination(
            Page, Limit, counted, counted <= Deepest, (counted + Limit - 1) / Limit, more, Page > 1, more && cursorAfter is not null ? cursorAfter(data[^1]) : null);
        WriteLinks(pagination, context);
        return new Paged<T>(data, pagination);
    }

    private void WriteLinks(Pagination pagination, HttpContext context)
    {
        var links = new List<string>();
        void Add(string relation, string name, string value)
        {
            var query = QueryString.Create(context.Request.Query.Where(p => p.Key is not ("page" or "cursor")).Append(new(name, value)));
            links.Add($"<{context.Request.Path.ToUriComponent()}{query.ToUriComponent()}>; rel=\"{relation}\"");
        }
        string Number(int page) => page.ToString(CultureInfo.InvariantCulture);

        var reachesNext = After is null && (Page + 1) * (long)Limit <= Deepest;
        if (pagination.HasNext && reachesNext)
            Add("next", "page", Number(Page + 1));
        else if (pagination.NextCursor is { } cursor)
            Add("next", "cursor", cursor);
        if (pagination.HasPrevious && After is null)
            Add("prev", "page", Number(Page - 1));
        Add("first", "page", "1");
        if (pagination is { TotalIsExact: true, TotalPages: > 0 } && After is null)
            Add("last", "page", Number(pagination.TotalPages));
        context.Response.Headers.Link = string.Join(", ", links);
    }
}
