using Usher.Domain.Accounts;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>Retention of what accounts leave behind: links that lead nowhere any more, mistakes that are forgotten, former addresses, second factors that were begun.</summary>
internal sealed class ForgetAccountTraces(IServiceScopeFactory scopes, IDatabaseEngine engine, DatabaseClock clock, TimeProvider time, ILogger<ForgetAccountTraces> log)
    : RepeatedWork(scopes, TimeSpan.FromMinutes(10), time, log)
{
    private static readonly TimeSpan KeepLinks = TimeSpan.FromDays(1);

    /// <summary>Of a second factor that nobody confirms.</summary>
    private static readonly TimeSpan KeepUnconfirmed = TimeSpan.FromDays(1);

    /// <summary>Longer than any mail is tried.</summary>
    private static readonly TimeSpan KeepAddresses = TimeSpan.FromDays(11);

    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var (links, failures) = (clock.Now - KeepLinks, clock.Now - LogInFailures.Memory);
        await db.Forget(engine, db.AccountLinks.Where(l => l.ExpiresAt < links).OrderBy(l => l.ExpiresAt), cancellationToken);
        await db.Forget(engine, db.LogInFailures.Where(f => f.LastAt < failures).OrderBy(f => f.LastAt), cancellationToken);
        var (addresses, unconfirmed) = (clock.Now - KeepAddresses, clock.Now - KeepUnconfirmed);
        await db.Forget(engine, db.FormerAddresses.Where(a => a.ReplacedAt < addresses).OrderBy(a => a.ReplacedAt), cancellationToken);
        await db.Forget(engine, db.SecondFactors.Where(f => f.ConfirmedAt == null && f.CreatedAt < unconfirmed).OrderBy(f => f.CreatedAt), cancellationToken);
    }
}
