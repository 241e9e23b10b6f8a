using System.Text.Json;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Privacy;

internal static class PersonalRows
{
    /// <summary>Rows of a page.</summary>
    private const int AtOnce = 500;

    private const int Longest = 64 * 1024;

    /// <summary>Keyset pagination, for rows that take more than one query to read.</summary>
    /// <param name="read">Reads that many rows after the last row of the page before; null for the first page.</param>
    public static async IAsyncEnumerable<T> InPages<T>(Func<T?, int, Task<List<T>>> read) where T : class
    {
        List<T> page;
        for (T? last = null; ; last = page[^1])
        {
            page = await read(last, AtOnce);
            foreach (var row in page)
                yield return row;
            if (page.Count < AtOnce)
                yield break;
        }
    }

    /// <summary>An array of which no more is in memory than a piece.</summary>
    public static async Task WriteRows<T>(this Utf8JsonWriter json, IAsyncEnumerable<T> rows, CancellationToken cancellationToken)
    {
        json.WriteStartArray();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            JsonSerializer.Serialize(json, row, StrictJson.Options);
            if (json.BytesPending > Longest)
                await json.FlushAsync(cancellationToken);
        }
        json.WriteEndArray();
    }
}
