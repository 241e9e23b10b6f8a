using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice.Verification;

internal sealed class VerifyOptions
{
    public const string Section = "Verify";

    /// <summary>Minutes between two rounds over all invariants; 0 for never.</summary>
    [Range(0, 1440)]
    public double EveryMinutes { get; init; } = 60;

    /// <summary>
    /// Seconds that the check of one invariant may take on PostgreSQL; then it counts as unchecked. On SQLite, a check cannot be
    /// cancelled.
    /// </summary>
    [Range(1, 3600)]
    public int MostSeconds { get; init; } = 60;
}

/// <summary>
/// Checks the invariants continuously, like the verb <c>verify</c>. Each invariant is one statement with its own snapshot. The rests
/// between them let the database vacuum behind the sale, and leave three quarters of the time to other work.
/// </summary>
internal sealed partial class VerifyRegularly(
    IServiceScopeFactory scopes, IDatabaseEngine engine, IOptions<VerifyOptions> options, JobHealth jobs, TimeProvider time, ILogger<VerifyRegularly> log)
    : SupervisedWork(jobs, time, log)
{
    private const int RestsPerLook = 3;

    /// <summary>Limit of the count of breaches.</summary>
    private const int Most = 1_000;

    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(1);

    private static readonly Figure Breaches = new(
        "usher.verify.breaches", "{breach}", "Breaches that the last round found, by `invariant`. Any value above 0 is a defect. Counted up to 1,000 each.", "invariant");

    private static readonly Figure Unchecked = new("usher.verify.unchecked", "{invariant}", "Invariants that the last round could not check, because they were too slow or the database was unreachable.");

    private static readonly Figure EndedAt = new("usher.verify.time", "s", "End of the last round, in seconds since 1970.");

    private static readonly Figure Took = new("usher.verify.duration", "s", "Duration of the last round, including its rests.");

    private readonly TimeSpan _pause = TimeSpan.FromMinutes(options.Value.EveryMinutes);

    protected override async Task Run(CancellationToken stoppingToken)
    {
        if (_pause == TimeSpan.Zero)
            return;
        IAlone? alone = null;
        try
        {
            for (var pause = _pause < AfterStart ? _pause : AfterStart; ; pause = _pause)
            {
                await Task.Delay(pause, Time, stoppingToken);
                alone = await Keep(alone, stoppingToken);
                if (alone is not null)
                    await Round(stoppingToken);
                else
                    Forget();
            }
        }
        finally
        {
            if (alone is not null)
                await alone.DisposeAsync();
        }
    }

    /// <summary>The lock is held during the rests, so that one of many processes verifies, and not each in turn.</summary>
    private async Task<IAlone?> Keep(IAlone? alone, CancellationToken cancellationToken)
    {
        if (alone is not null && await alone.IsHeld(cancellationToken))
            return alone;
        if (alone is not null)
            await alone.DisposeAsync();
        return await engine.TryRunAlone(nameof(VerifyRegularly), cancellationToken);
    }

    private async Task Round(CancellationToken cancellationToken)
    {
        var (began, goodFor, broken, failures) = (Time.GetTimestamp(), _pause * 2 + TimeSpan.FromHours(1), new Dictionary<string, int>(), new List<Exception>());
        foreach (var invariant in Invariants.All)
        {
            var since = Stopwatch.GetTimestamp();
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var breaches = await Verify.Look(invariant, scope.ServiceProvider.GetRequiredService<UsherDb>(), TimeSpan.FromSeconds(options.Value.MostSeconds), Most, cancellationToken);
                broken[invariant.Id] = broken.GetValueOrDefault(invariant.Id) + breaches.Count;
                if (breaches.Count > 0)
                    Log.Broken(log, invariant.Id, invariant.Name, breaches.Count, breaches[0]);
            }
            catch (Exception away) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add(away);
                Log.Unchecked(log, invariant.Id, invariant.Name, away.Message);
            }
            await Task.Delay(Stopwatch.GetElapsedTime(since) * RestsPerLook, Time, cancellationToken);
        }
        foreach (var (id, count) in broken)
            Breaches.Set(count, goodFor, id);
        Unchecked.Set(failures.Count, goodFor);
        Took.Set(Time.GetElapsedTime(began).TotalSeconds, goodFor);
        EndedAt.Set(Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d, goodFor);
        Log.Verified(log, Invariants.All.Count - failures.Count, broken.Values.Sum());
        if (failures.Find(failure => !engine.IsTransient(failure)) is { } wrong)
            Failed(wrong);
        else
            Worked();
    }

    private static void Forget()
    {
        foreach (var figure in (Figure[])[Breaches, Unchecked, EndedAt, Took])
            figure.Forget();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Checked {Invariants} invariants: {Breaches} breaches")]
        public static partial void Verified(ILogger log, int invariants, int breaches);

        [LoggerMessage(2, LogLevel.Critical, "Broken: {Invariant} {Name}, {Breaches} times, such as {Breach}")]
        public static partial void Broken(ILogger log, string invariant, string name, int breaches, string breach);

        [LoggerMessage(3, LogLevel.Warning, "{Invariant} {Name} could not be checked: {Reason}")]
        public static partial void Unchecked(ILogger log, string invariant, string name, string reason);
    }
}
