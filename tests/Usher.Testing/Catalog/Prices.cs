using System.Text;

namespace Usher.Testing;

/// <summary>
/// Made-up prices at a level that is true to life: over all events the average ticket has the 5th, 50th and 95th
/// percentile 58, 92 and 158, as Broadway had in 2015–16.
/// </summary>
internal static class Prices
{
    /// <summary>Straight lines between these points; below the 5th and above the 95th percentile the ends are ours.</summary>
    private static readonly (decimal Percentile, decimal Price)[] Levels =
        [(0, 40), (5, 58), (50, 92), (95, 158), (100, 220)];

    /// <summary>
    /// Ticket types whose allotments add up to the capacity and whose average is the level of <paramref name="key"/>.
    /// Prices are rounded to half a unit of money.
    /// </summary>
    public static ImportedTicketType[] Tiers(string key, int capacity, params ReadOnlySpan<(string Name, decimal Factor, int Percent)> tiers)
    {
        var level = Level(Stable(key) % 10_000 / 100m);
        var rest = capacity;
        var types = new ImportedTicketType[tiers.Length];
        for (var i = 0; i < tiers.Length; i++)
        {
            var quantity = i == tiers.Length - 1 ? rest : capacity * tiers[i].Percent / 100;
            rest -= quantity;
            types[i] = new ImportedTicketType(tiers[i].Name, decimal.Round(level * tiers[i].Factor * 2) / 2, quantity);
        }

        return types;
    }

    /// <summary>FNV-1a: <see cref="string.GetHashCode()"/> differs from run to run.</summary>
    public static uint Stable(string key)
    {
        var hash = 2_166_136_261u;
        foreach (var value in Encoding.UTF8.GetBytes(key))
            hash = unchecked((hash ^ value) * 16_777_619u);
        return hash;
    }

    private static decimal Level(decimal percentile)
    {
        var above = Array.FindIndex(Levels, point => point.Percentile > percentile);
        var (low, high) = (Levels[above - 1], Levels[above]);
        return low.Price + (percentile - low.Percentile) / (high.Percentile - low.Percentile) * (high.Price - low.Price);
    }
}
