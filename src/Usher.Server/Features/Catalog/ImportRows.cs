using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog;

internal enum ImportFormat { JsonLines, Csv }

/// <summary>One row of an import as the body of a request would be; without one, what is wrong with the row.</summary>
/// <param name="Number">Counted from 1: the line, or the record after the header.</param>
internal readonly record struct ImportRow(int Number, JsonObject? Json, string? Problem = null);

/// <summary>Reads an import row by row, so that no file is ever in memory as a whole.</summary>
internal static class ImportRows
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>In characters; a single event may have as many bytes.</summary>
    private const int Longest = HttpModule.EventBodyLimit;

    private static readonly string TooLong = $"An event has at most {Longest / 1024} KiB.";

    private static readonly CsvConfiguration Table = new(CultureInfo.InvariantCulture) { MaxFieldSize = Longest };

    private static readonly HashSet<string> Numbers = ["totalCapacity", "latitude", "longitude", "maxPerBooking", "maxPerUser"];

    public static IAsyncEnumerable<ImportRow> Read(Stream file, ImportFormat format, CancellationToken cancellationToken) =>
        format == ImportFormat.Csv ? ReadCsv(file, cancellationToken) : ReadLines(file, cancellationToken);

    private static async IAsyncEnumerable<ImportRow> ReadLines(Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(file, Utf8, leaveOpen: true);
        var (number, line, isTooLong, buffer) = (1, new StringBuilder(), false, new char[16 * 1024]);
        while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            for (var rest = buffer.AsMemory(0, read); !rest.IsEmpty;)
            {
                var end = rest.Span.IndexOf('\n');
                var part = end < 0 ? rest : rest[..end];
                isTooLong |= line.Length + part.Length > Longest;
                if (!isTooLong)
                    line.Append(part);
                rest = rest[(end < 0 ? part.Length : end + 1)..];
                if (end < 0)
                    continue;
                if (ToRow(number++, line, isTooLong) is { } row)
                    yield return row;
                line.Clear();
                isTooLong = false;
            }
        if (ToRow(number, line, isTooLong) is { } last)
            yield return last;
    }

    /// <summary>Null for an empty line. One that is too long is not kept to be looked at.</summary>
    private static ImportRow? ToRow(int number, StringBuilder line, bool isTooLong) =>
        isTooLong ? new(number, null, TooLong)
        : line.ToString() is var text && !string.IsNullOrWhiteSpace(text) ? Parse(number, text)
        : null;

    private static ImportRow Parse(int number, string line)
    {
        try
        {
            return new(number, JsonBody.Parse(line));
        }
        catch (ProblemException malformed)
        {
            return new(number, null, malformed.Problem.Detail);
        }
    }

    private static async IAsyncEnumerable<ImportRow> ReadCsv(Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(file, Utf8, leaveOpen: true);
        using var csv = new CsvReader(reader, Table);
        if (!await csv.ReadAsync() || !csv.ReadHeader())
            yield break;
        var columns = csv.HeaderRecord!;
        if (columns.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ProblemException(new Problem(Problems.MalformedRequest, $"The header names the column '{twice.Key}' twice."));

        for (var number = 1; await csv.ReadAsync(); number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return csv.Parser.Count == columns.Length
                ? new(number, ToJson(columns, csv.Parser.Record!))
                : new(number, null, $"The header has {columns.Length} columns, the row has {csv.Parser.Count}.");
        }
    }

    private static JsonObject ToJson(string[] columns, string[] cells)
    {
        var row = new JsonObject();
        foreach (var (name, cell) in columns.Zip(cells))
            if (cell.Length > 0)
                row[name] = name switch
                {
                    "tags" => new JsonArray([.. cell.Split('|').Select(tag => JsonValue.Create(tag.Trim()))]),
                    "ticketTypes" => new JsonArray([.. cell.Split('|').Select(ToTicketType)]),
                    _ when Numbers.Contains(name) => Number(cell),
                    _ => JsonValue.Create(cell),
                };
        return row;
    }

    /// <summary><c>name:price:quantity</c>; the name may have colons of its own.</summary>
    private static JsonNode? ToTicketType(string text)
    {
        var quantity = text.LastIndexOf(':');
        var price = quantity > 0 ? text.LastIndexOf(':', quantity - 1) : -1;
        return price < 0 ? JsonValue.Create(text) : new JsonObject
        {
            ["name"] = text[..price],
            ["price"] = Number(text[(price + 1)..quantity]),
            ["quantityAvailable"] = Number(text[(quantity + 1)..]),
        };
    }

    /// <summary>What is no number stays a text, and is then refused as one where it stands.</summary>
    private static JsonValue Number(string cell) =>
        decimal.TryParse(cell.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number) : JsonValue.Create(cell);
}
