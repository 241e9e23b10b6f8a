namespace Usher.Domain;

/// <summary>What amounts in minor units may be, and how they are added up.</summary>
public static class MinorUnits
{
    /// <summary>Of one ticket. A million of a currency of small units is a cinema ticket.</summary>
    public const long HighestPrice = 1_000_000_000_000;

    /// <summary>Of one booking: every program that reads JSON numbers as doubles still has it to the unit.</summary>
    public const long HighestTotal = 1_000_000_000_000_000;

    /// <summary>The sum, or the end of what a number holds: of so much more than there is, a figure is better than none.</summary>
    public static long Add(long one, long other) => (long)Int128.Clamp((Int128)one + other, long.MinValue, long.MaxValue);

    /// <summary>Millions of minor units and the rest of them, as a database that cannot add up more is asked for them.</summary>
    public static long Of(long millions, long units) => (long)Int128.Clamp((Int128)millions * 1_000_000 + units, long.MinValue, long.MaxValue);
}
