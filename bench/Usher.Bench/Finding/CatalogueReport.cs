using System.Globalization;

namespace Usher.Bench.Finding;

/// <summary>The table of <c>docs/proof/benchmark-catalogue.md</c>.</summary>
internal static class CatalogueReport
{
    private const double MedianGoal = 10, P99Goal = 50, FacetsGoal = 100;

    public static string Of(Arguments arguments, int count, string machine, List<Timing> timings, string indexes) => string.Create(CultureInfo.InvariantCulture, $"""
        # Finding events among {count:N0}

        Over HTTP, one asker at a time, a fresh answer each time (nothing is cached between the question and the database). The
        questions of a row are asked in turn, with different values; ten events a page. `cursor` is a page 20,000 rows into the
        list, or at its end where it is shorter. Milliseconds.

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
