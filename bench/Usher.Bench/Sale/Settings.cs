using Usher.Testing;

namespace Usher.Bench.Sale;

/// <summary>What every contender of a run is given. Each measurement has a database of its own in the one durable cluster.</summary>
internal sealed record Settings(LocalPostgres Postgres, int Connections, int Buyers, TimeSpan WarmUp, TimeSpan Window)
{
    public const int LargestStock = 1_000_000;
}

/// <summary>
/// One contender in one round: latencies in milliseconds, null where the tool gives none, and what the database and the
/// acknowledgements said when compared.
/// </summary>
internal sealed record Measurement(double PerSecond, double? P50, double? P99, string Sound, long Refused = 0)
{
    public static Measurement Of(LoadResult load, string sound)
    {
        var refusals = load.Refused == 0 ? "" : $"; {load.Refused} refused, such as: {load.Refusal}";
        if (load.PerSecond == 0)
            throw new UnsoundException($"Nothing was acknowledged{refusals}");
        return new Measurement(load.PerSecond, load.P50Milliseconds, load.P99Milliseconds,
            $"{sound}; load generator {load.GeneratorCores:0.0} cores{refusals}", load.Refused);
    }
}

internal sealed record Contender(string Name, string What, Func<Settings, CancellationToken, Task<Measurement>> Measure);
