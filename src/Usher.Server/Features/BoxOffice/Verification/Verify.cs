using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice.Verification;

/// <summary>The verb <c>verify</c>: checks all invariants of a live database during sales.</summary>
internal static class Verify
{
    private const int Shown = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <returns>0 if every invariant holds, 1 if one is broken.</returns>
    public static async Task<int> Run(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var broken = 0;
        foreach (var (invariant, breaches) in await Check(scope.ServiceProvider.GetRequiredService<UsherDb>(), cancellationToken))
        {
            await output.WriteLineAsync($"{invariant.Id}  {(breaches.Count == 0 ? "ok    " : "BROKEN")}  {breaches.Count,6}  {invariant.Name}");
            foreach (var breach in breaches.Take(Shown))
                await output.WriteLineAsync($"      {breach}");
            broken += breaches.Count;
        }
        await output.WriteLineAsync(broken == 0 ? "Every invariant holds." : $"{broken} breaches.");
        return broken == 0 ? 0 : 1;
    }

    /// <summary>Checks all invariants in one snapshot; otherwise a sale between two checks would make them disagree.</summary>
    public static async Task<IReadOnlyList<(Invariant Invariant, List<string> Breaches)>> Check(UsherDb db, CancellationToken cancellationToken)
    {
        db.Database.SetCommandTimeout(Patience);
        await using var snapshot = await db.BeginSnapshot(cancellationToken, Patience);
        var results = new List<(Invariant, List<string>)>();
        foreach (var invariant in Invariants.All)
            results.Add((invariant, await invariant.Find(db, cancellationToken).ToListAsync(cancellationToken)));
        return results;
    }

    /// <summary>Checks one invariant in its own snapshot.</summary>
    /// <param name="most">Most breaches to read.</param>
    public static async Task<List<string>> Look(Invariant invariant, UsherDb db, TimeSpan patience, int most, CancellationToken cancellationToken)
    {
        db.Database.SetCommandTimeout(patience + TimeSpan.FromSeconds(5));
        await using var snapshot = await db.BeginSnapshot(cancellationToken, patience);
        return await invariant.Find(db, cancellationToken).Take(most).ToListAsync(cancellationToken);
    }
}
