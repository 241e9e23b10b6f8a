using System.Text.Json;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Privacy;

internal static class PersonalRows
{
    /// <summary>How many rows are read at once where a row takes more than one query.</summary>
    public const int AtOnce = 500;

    private const int Longest = 64 * 1024;

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
