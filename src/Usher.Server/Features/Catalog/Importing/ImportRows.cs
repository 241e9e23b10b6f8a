using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.Importing;

internal enum ImportFormat { JsonLines, Csv }

/// <summary>One row of an import as the body of a request, or the error of the row.</summary>
/// <param name="Number">Counted from 1: the line, or the record after the header.</param>
internal readonly record struct ImportRow(int Number, JsonObject? Json, string? Problem = null);

/// <summary>Reads an import row by row, so that no file is in memory as a whole.</summary>
internal static class ImportRows
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>In characters; a single event may have as many bytes.</summary>
    internal const int Longest = HttpModule.EventBodyLimit;

    private static readonly string TooLong = $"An event must not exceed {Longest / 1024} KiB.";

    public static IAsyncEnumerable<ImportRow> Read(Stream file, ImportFormat format, CancellationToken cancellationToken) =>
        format == ImportFormat.Csv ? ImportTable.Read(new StreamReader(file, Utf8, leaveOpen: true), cancellationToken) : ReadLines(file, cancellationToken);

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

    /// <summary>Null for an empty line. A line that is too long is not parsed.</summary>
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
}
