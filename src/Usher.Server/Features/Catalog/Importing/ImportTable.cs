using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.Importing;

/// <summary>
/// An import as a table (RFC 4180). Columns are separated by commas, or by semicolons or tabs, as spreadsheets write them where prices have
/// decimal commas. A first line such as <c>sep=;</c> also names the separator.
/// </summary>
internal static partial class ImportTable
{
    private static readonly string[] Columns =
        [.. typeof(CreateEventRequest).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name)).Order(StringComparer.Ordinal)];

    private static readonly HashSet<string> Numbers = ["totalCapacity", "latitude", "longitude", "maxPerBooking", "maxPerUser"];

    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture)
    {
        MaxFieldSize = ImportRows.Longest,
        DetectDelimiter = true,
        GetDelimiter = beginning => DelimiterOf(beginning.Text),
    };

    public static async IAsyncEnumerable<ImportRow> Read(StreamReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var csv = new CsvReader(reader, Configuration);
        if (!await csv.ReadAsync() || (SeparatorLine().IsMatch(csv.Parser.RawRecord) && !await csv.ReadAsync()))
            yield break;
        string[] columns = [.. csv.Parser.Record!.Select(name => name.Trim())];
        Refuse(columns);

        var decimalComma = csv.Parser.Delimiter != ",";
        for (var number = 1; await csv.ReadAsync(); number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var cells = csv.Parser.Record!;
            // Spreadsheets leave such rows behind after a deletion.
            if (cells.All(string.IsNullOrWhiteSpace))
                continue;
            yield return cells.Length != columns.Length ? new(number, null, $"The header has {columns.Length} columns, but the row has {cells.Length}.")
                : columns.Zip(cells).Any(cell => cell.First.Length == 0 && !string.IsNullOrWhiteSpace(cell.Second)) ? new(number, null, "A column without a name has a value.")
                : new(number, ToJson(columns, cells, decimalComma));
        }
    }

    /// <summary>Rejects an unknown column, because a misspelled one must not be ignored. A column without a name must be empty.</summary>
    private static void Refuse(string[] columns)
    {
        if (columns.Where(name => name.Length > 0).GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ProblemException(new Problem(Problems.MalformedRequest, $"The header names the column '{twice.Key}' twice."));
        var faults = new Faults();
        foreach (var name in columns.Except(Columns).Where(name => name.Length > 0))
            faults.Add(Short(name), $"The column '{Short(name)}' is unknown. Known columns: {string.Join(", ", Columns)}.");
        if (faults.ToProblem() is { } unknown)
            throw new ProblemException(unknown);
    }

    private static string Short(string name) => name.Length > 100 ? name[..100] : name;

    /// <summary>The most frequent separator in the header, outside of quotes.</summary>
    private static string DelimiterOf(string beginning)
    {
        if (SeparatorLine().Match(beginning) is { Success: true } said)
            return said.Groups["separator"].Value;
        var (counts, isQuoted) = (new Dictionary<char, int> { [','] = 0, [';'] = 0, ['\t'] = 0 }, false);
        foreach (var c in beginning)
        {
            if (c is '\r' or '\n' && !isQuoted)
                break;
            isQuoted ^= c == '"';
            if (!isQuoted && counts.TryGetValue(c, out var count))
                counts[c] = count + 1;
        }
        return counts.MaxBy(pair => pair.Value).Key.ToString();
    }

    private static JsonObject ToJson(string[] columns, string[] cells, bool decimalComma)
    {
        var row = new JsonObject();
        foreach (var (name, cell) in columns.Zip(cells))
            if (cell.Length > 0 && name.Length > 0)
                row[name] = name switch
                {
                    "tags" => new JsonArray([.. cell.Split('|').Select(tag => JsonValue.Create(tag.Trim()))]),
                    "ticketTypes" => new JsonArray([.. cell.Split('|').Select(type => ToTicketType(type, decimalComma))]),
                    _ when Numbers.Contains(name) => Number(cell, decimalComma),
                    _ => JsonValue.Create(cell),
                };
        return row;
    }

    /// <c>name:price:quantity</c>; the name may contain colons.
    private static JsonNode? ToTicketType(string text, bool decimalComma)
    {
        var quantity = text.LastIndexOf(':');
        var price = quantity > 0 ? text.LastIndexOf(':', quantity - 1) : -1;
        return price < 0 ? JsonValue.Create(text) : new JsonObject
        {
            ["name"] = text[..price].Trim(),
            ["price"] = Number(text[(price + 1)..quantity], decimalComma),
            ["quantityAvailable"] = Number(text[(quantity + 1)..], decimalComma),
        };
    }

    /// <summary>
    /// 20.0 and 2e1 are 20, because many programs write whole numbers this way. A cell that is not a number stays a text and is rejected at
    /// its place; so is one that could mean a thousand times as much.
    /// </summary>
    private static JsonValue Number(string cell, bool decimalComma)
    {
        var text = cell.Trim();
        if (decimalComma && CommaAsPoint().IsMatch(text))
            text = text.Replace(',', '.');
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        // The division removes the trailing zeros of a decimal.
        return decimal.TryParse(text, Styles, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number / 1.0000000000000000000000000000m) : JsonValue.Create(cell);
    }

    [GeneratedRegex(@"\A\uFEFF?""?sep=(?<separator>[,;\t])""?[\r\n]", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SeparatorLine();

    [GeneratedRegex(@"\A-?[0-9]+,([0-9]{1,2}|[0-9]{4,})\z", RegexOptions.CultureInvariant)]
    private static partial Regex CommaAsPoint();
}
