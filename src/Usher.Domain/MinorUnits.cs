namespace Usher.Domain;

/// <summary>Limits and sums of amounts in minor units.</summary>
public static class MinorUnits
{
    /// <summary>Highest price of one ticket. In a currency with small units, a million is the price of a cinema ticket.</summary>
    public const long HighestPrice = 1_000_000_000_000;

    /// <summary>Highest total of one booking. Programs that read JSON numbers as doubles still get the exact value.</summary>
    public const long HighestTotal = 1_000_000_000_000_000;

    /// <summary>Saturating sum: beyond the range of a long, the largest value is better than none.</summary>
    public static long Add(long one, long other) => (long)Int128.Clamp((Int128)one + other, long.MinValue, long.MaxValue);

    /// <summary>Combines millions of minor units and the rest, for a database that cannot sum larger numbers.</summary>
    public static long Of(long millions, long units) => (long)Int128.Clamp((Int128)millions * 1_000_000 + units, long.MinValue, long.MaxValue);
}
