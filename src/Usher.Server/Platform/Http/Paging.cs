using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Usher.Server.Platform.Http;

/// <summary>A list: one page of it and where that page stands.</summary>
public sealed record Paged<T>(IReadOnlyList<T> Data, Pagination Pagination);

/// <param name="Page">Counted from 1; with a cursor, as many pages as it took to get here.</param>
/// <param name="Limit">Items a page, 1 to 100.</param>
/// <param name="TotalItems">Exact up to 10,000; beyond that 10,001.</param>
/// <param name="TotalIsExact">False when there are more than 10,000.</param>
/// <param name="NextCursor">Continues after this page where the sort allows it, else null.</param>
public sealed record Pagination(int Page, int Limit, int TotalItems, bool TotalIsExact, int TotalPages, bool HasNext, bool HasPrevious, string? NextCursor);

/// <summary>Which page is asked for: by its number, or as the one after a cursor.</summary>
internal readonly record struct PageRequest(int Page, int Limit, Position? After = null)
{
    public const int Deepest = 10_000;

    private const int LongestCursor = 6_000;

    public static readonly QueryParameter[] Parameters =
    [
        new("page", "Which page, counted from 1; page × limit is at most 10,000.", "integer", Default: 1) { Least = 1, Most = Deepest },
        new("limit", "Items a page, 1 to 100.", "integer", Default: 10) { Least = 1, Most = 100 },
    ];

    /// <summary>For lists that also go on by cursor.</summary>
    public static readonly QueryParameter[] ParametersWithCursor =
    [
        .. Parameters,
        new("cursor", "`nextCursor` of the page before, with the same filter and sort. It costs the same however deep it leads, and neither repeats nor misses what was there all along. Not together with page.") { MaxLength = LongestCursor },
    ];

    /// <summary>How many rows come before the page. None with a cursor: the list begins after it.</summary>
    public int Skip => After is null ? (Page - 1) * Limit : 0;

    public static PageRequest From(Query query)
    {
        var page = query.Int("page", 1, int.MaxValue) ?? 1;
        var limit = query.Int("limit", 1, 100) ?? 10;
        return (long)page * limit > Deepest
            ? throw new ProblemException(new Problem(Problems.PageTooDeep, $"page × limit may be at most {Deepest}."))
            : new PageRequest(page, limit);
    }

    /// <param name="list">All that makes the list another one: its caller, filter and sort.</param>
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

    /// <summary>The rows of the page and one more, if there is one, as <see cref="Of"/> wants them.</summary>
    public IQueryable<T> Cut<T>(IQueryable<T> sorted) => sorted.Skip(Skip).Take(Limit + 1);

    /// <summary>Counts no further than one past the deepest: on a large table all of them would cost more than the page.</summary>
    public static Task<int> Count<T>(IQueryable<T> rows, CancellationToken cancellationToken) => rows.Take(Deepest + 1).CountAsync(cancellationToken);

    /// <param name="found">What <see cref="Cut"/> left; one row more than a page tells that there is a next one.</param>
    /// <param name="counted">How many there are, counted no further than one past the deepest.</param>
    /// <param name="cursorAfter">The cursor that goes on after a row, where the sort has one.</param>
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
