using System.Globalization;

namespace Usher.Bench.Finding;

/// <summary>The table of <c>docs/proof/benchmark-catalogue.md</c>.</summary>
internal static class CatalogueReport
{
    private const double MedianGoal = 10, P99Goal = 50, FacetsGoal = 100;

    public static string Of(Arguments arguments, int count, string machine, List<Timing> timings, string indexes) => string.Create(CultureInfo.InvariantCulture, $"""
        # Searching events among {count:N0}

        Milliseconds over HTTP, one request at a time, without a cache between the request and the database. The requests of a row
        have different values; a page has ten events. `cursor` is a page 20,000 rows into the list, or at its end if it is
        shorter.

        - machine: {machine}
        - commit: {Repository.Commit()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}
        - command: `{arguments.CommandLine}`

        | question | page | median | p99 |
        |---|---|--:|--:|
        {string.Join('\n', timings.Select(t => string.Create(CultureInfo.InvariantCulture, $"| {t.Name} | {t.Page} | {t.Median:0.0} | {t.P99:0.0} |")))}

        Goals: median under {MedianGoal} ms and p99 under {P99Goal} ms for each, facets under {FacetsGoal} ms. Missed by:
        {Missed(timings)}

        {indexes}

        """);

    private static string Missed(List<Timing> timings)
    {
        string[] missed =
        [
            .. timings.Where(t => t.IsSearch ? t.Median >= MedianGoal || t.P99 >= P99Goal : t.Median >= FacetsGoal)
                .Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Name}, {t.Page} ({t.Median:0.0} / {t.P99:0.0})")),
        ];
        return missed.Length == 0 ? "none." : $"{string.Join("; ", missed)}.";
    }
}
