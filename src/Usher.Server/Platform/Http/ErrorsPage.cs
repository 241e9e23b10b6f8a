using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Usher.Server.Platform.Http;

/// <summary>Catalogue of problems for people: the target of <c>type</c> in a problem, and <c>docs/use/errors.md</c>.</summary>
internal static partial class ErrorsPage
{
    public const string Address = "/docs/errors";

    private const string Style = """
        body{margin:0;background:#f3f4f6;color:#1f2937;font:16px/1.5 -apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
        main{max-width:46rem;margin:0 auto;padding:2rem 1.25rem 4rem}
        section{margin:0 0 1rem;padding:1rem 1.25rem;background:#fff;border:1px solid #e5e7eb;border-radius:12px}
        section:target{border-color:#4f46e5;box-shadow:0 0 0 3px #a5b4fc}
        h2{margin:0;font:600 1.05rem/1.4 ui-monospace,Menlo,Consolas,monospace}
        h2 a{color:inherit;text-decoration:none}
        p{margin:.35rem 0 0}
        code{padding:.05em .3em;background:#f3f4f6;border-radius:4px;font-size:.9em}
        b{color:#4f46e5}
        """;

    private const string Introduction = """
        Every error response is `application/problem+json` (RFC 9457). `code` is for programs. A code is never renamed, but new codes may be added. `status` is the status of the response. `detail` tells people what was wrong this time. `traceId` is the `X-Request-Id`, which the operator finds in the logs.

        `validation_failed` and `invalid_parameter` include `errors`. It lists all errors at once, by the path of the field or the name of the parameter. Errors of the box office may include `available`, `limit`, `ticketTypeId`, `bookingStatus` or `totalPriceMinor`.

        A 429 and a 503 always have `Retry-After`. Either nothing was done, or the outcome is unknown. With an `Idempotency-Key`, you can send the same request again. Errors that are not JSON, such as 408, 414 or 431, come from the web server and have no body.
        """;

    private static readonly ShowsAPage Policy = new(
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

    public static void MapErrorsPage(this IEndpointRouteBuilder routes)
    {
        var page = Html();
        routes.MapMethods(Address, Methods.Read, () => TypedResults.Content(page, "text/html; charset=utf-8")).AllowAnonymous().ExcludeFromDescription().WithMetadata(Policy);
    }

    public static string Markdown() => string.Concat(
    [
        $"# Errors\n\n<!-- Written from the catalogue in ProblemType.cs by ./build.sh renew -->\n\n{Introduction}\n",
        .. ByCode().SelectMany(same => (string[])[$"\n### {same.Code}\n", .. same.Problems.Select(p => $"\n**{p.Status}** {p.Title} {p.Advice}\n")]),
    ]);

    private static string Html() => string.Concat(
    [
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Errors</title><style>{Style}</style></head>
        <body><main><h1>Errors</h1>

        """,
        .. Introduction.Split("\n\n").Select(paragraph => $"<p>{Inline(paragraph)}</p>\n"),
        "<br>\n",
        .. ByCode().Select(same => $"<section id=\"{same.Code}\"><h2><a href=\"#{same.Code}\">{same.Code}</a></h2>{string.Concat(same.Problems.Select(Paragraph))}</section>\n"),
        "</main></body>\n</html>\n",
    ]);

    private static string Paragraph(ProblemType problem) => $"<p><b>{problem.Status}</b> {Inline(problem.Title)} {Inline(problem.Advice)}</p>";

    /// <summary>One code may have two statuses, but it has one anchor.</summary>
    private static IEnumerable<(string Code, IEnumerable<ProblemType> Problems)> ByCode() =>
        Problems.All.OrderBy(p => p.Status).GroupBy(p => p.Code).Select(same => (same.Key, same.AsEnumerable()));

    private static string Inline(string markdown) => Quoted().Replace(WebUtility.HtmlEncode(markdown), "<code>$1</code>");

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
