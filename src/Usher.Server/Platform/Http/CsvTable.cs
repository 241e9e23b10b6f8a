using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.Net.Http.Headers;

namespace Usher.Server.Platform.Http;

/// <summary>A 200 with a CSV table whose first row has the column names. It is never in memory as a whole: see <see cref="Downloads"/>.</summary>
internal sealed class CsvTable(string fileName, IAsyncEnumerable<object?[]> rows) : IResult
{
    public static readonly Choice Formats = Choice.Of<Format>("TableFormat");

    // Spreadsheets execute a cell that begins like a formula.
    private static readonly CsvConfiguration Guarded = new(CultureInfo.InvariantCulture)
    {
        InjectionOptions = InjectionOptions.Escape,
        InjectionCharacters = ['=', '+', '-', '@', '\t', '\r'],
        InjectionEscapeCharacter = '\'',
    };

    public CsvTable(string fileName, IEnumerable<object?[]> rows) : this(fileName, rows.ToAsyncEnumerable()) { }

    private enum Format { Json, Csv }

    /// <summary><c>format</c> names CSV; without it, Accept names CSV and does not prefer JSON.</summary>
    public static bool IsAskedFor(HttpRequest request, Query query)
    {
        if (query.OneOf<Format>("format") is { } told)
            return told == Format.Csv;
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return false;
        double QualityOf(string type) => accepted.FirstOrDefault(one => one.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)) is { } one ? one.Quality ?? 1 : 0;
        return QualityOf("text/csv") is > 0 and var quality && quality >= QualityOf("application/json");
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = httpContext.RequestServices.GetRequiredService<Downloads>().BeginTable(httpContext.User.Caller()!);
        await using var file = SpoolFile.Open();
        await Write(file, httpContext.RequestAborted);
        httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        httpContext.Response.Headers.CacheControl = "no-store";
        await Downloads.Send(httpContext, file, "text/csv; charset=utf-8");
    }

    private async Task Write(FileStream file, CancellationToken cancellationToken)
    {
        // Starts with a byte order mark; without one, Excel reads UTF-8 as the local code page.
        await using var writer = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await using var csv = new CsvWriter(writer, Guarded, leaveOpen: true);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            foreach (var cell in row)
                csv.WriteField(cell switch
                {
                    DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
                    // The format that spreadsheets recognize as a time; with a T, they take it for text.
                    DateTime local => local.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    DateTimeOffset instant => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                    IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                    _ => cell?.ToString(),
                });
            await csv.NextRecordAsync();
        }
    }
}
