using System.Diagnostics.Metrics;
using Usher.Server.Platform.Observability;

namespace Usher.Server.Platform.Caching;

internal static class CacheMeasures
{
    private static readonly Counter<long> Requests = Telemetry.Meter.CreateCounter<long>(
        "usher.cache.requests", "{request}", "Requests for cached lists, by `result`: hit (served from memory) or miss (waited for a read).");

    private static readonly Counter<long> Reads = Telemetry.Meter.CreateCounter<long>(
        "usher.cache.reads", "{read}", "Reads of cached lists, one for all waiting requests, by `source`: shared (Redis) or database.");

    private static readonly KeyValuePair<string, object?> IsHit = new("result", "hit"), IsMiss = new("result", "miss"), IsShared = new("source", "shared"), IsDatabase = new("source", "database");

    public static void Hit() => Requests.Add(1, IsHit);

    public static void Miss() => Requests.Add(1, IsMiss);

    public static void ReadShared() => Reads.Add(1, IsShared);

    public static void ReadDatabase() => Reads.Add(1, IsDatabase);
}
