using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Finding;

internal sealed record FacetRow(string? Category, string? City, string? Country, DateTime LocalDate, long? MinPriceScaled, int Shuffle);

/// <summary>The events that facets count: all matches, or an even sample if there are too many.</summary>
internal sealed record FacetSample(IReadOnlyList<FacetRow> Rows, bool IsExact)
{
    public const int Most = 10_000;

    /// <summary>In shuffle order: any number of first rows is an even sample of all.</summary>
    public static async Task<FacetSample> Read(UsherDb db, Sql where, CancellationToken cancellationToken)
    {
        var sql = Sql.Of($"""
            SELECT e.category, e.city, e.country, e.local_date, e.min_price_scaled, e.shuffle FROM events e
            WHERE {where} ORDER BY e.shuffle LIMIT {Most + 1}
            """);
        var rows = await db.Database.SqlQueryRaw<FacetRow>(sql.Text, [.. sql.Values]).ToListAsync(cancellationToken);
        return new(rows, rows.Count <= Most);
    }

    /// <summary>Counts by a value, without rows that have none.</summary>
    public IReadOnlyList<FacetCount> Count(Func<FacetRow, string?> value)
    {
        // Shuffle numbers are evenly distributed, so the last one tells the share of the sample.
        var share = IsExact ? 1 : (Rows[^1].Shuffle + 1.0) / Domain.Catalog.Event.ShuffleRange;
        return [.. Rows.CountBy(row => value(row) ?? "").Where(c => c.Key.Length > 0).Select(c => new FacetCount(c.Key, (int)Math.Round(c.Value / share)))];
    }
}
