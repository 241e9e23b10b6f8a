namespace Usher.Testing.Kills;

internal enum Fault { KillServer, KillAllServers, KillPostgres, CutAfterCommit, CutAll, Pause }

/// <summary>How often what happens, and what is under test.</summary>
internal sealed record Plan
{
    /// <summary>The program: a build of it, or of a copy from which a guard was taken out.</summary>
    public required string Assembly { get; init; }
    public required bool OnPostgres { get; init; }
    public required int Seed { get; init; }
    public int Buyers { get; init; } = 24;
    public int ServerKills { get; init; }
    public int PostgresKills { get; init; }
    public int Cuts { get; init; }
    public int Pauses { get; init; }

    /// <summary>Faults between two looks at everything.</summary>
    public int FaultsARound { get; init; } = 12;

    /// <summary>Run on the database once it is there: what takes a guard of the schema away.</summary>
    public string? Spoil { get; init; }

    /// <summary>Ends at the first breach.</summary>
    public bool StopWhenRed { get; init; }

    /// <summary>For a run without faults: rounds that are only crowded.</summary>
    public int CalmRounds { get; init; }

    /// <summary>The faults in the order of the seed.</summary>
    public IEnumerable<Fault[]> Rounds()
    {
        var all = new List<Fault>();
        for (var i = 1; i <= ServerKills; i++)
            all.Add(OnPostgres && i % 10 == 0 ? Fault.KillAllServers : Fault.KillServer);
        all.AddRange(Enumerable.Repeat(Fault.KillPostgres, PostgresKills));
        for (var i = 1; i <= Cuts; i++)
            all.Add(i % 5 == 0 ? Fault.CutAll : Fault.CutAfterCommit);
        all.AddRange(Enumerable.Repeat(Fault.Pause, Pauses));
        var order = all.ToArray();
        new Random(Seed).Shuffle(order);
        return order.Chunk(FaultsARound).Concat(Enumerable.Repeat(Array.Empty<Fault>(), CalmRounds));
    }
}

/// <summary>What came of it.</summary>
/// <param name="Recoveries">Seconds from the restart of what was hit to the first sale after it.</param>
internal sealed record Outcome(
    History History, IReadOnlyDictionary<Fault, int> Faults, IReadOnlyDictionary<Fault, List<double>> Recoveries, TimeSpan Took)
{
    public bool IsClean => History.Breaches.Count == 0;
}
