using Usher.Domain.Accounts;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>Retention of what accounts leave behind: links that lead nowhere any more, and mistakes that are forgotten.</summary>
internal sealed class ForgetAccountTraces(IServiceScopeFactory scopes, IDatabaseEngine engine, DatabaseClock clock, TimeProvider time, ILogger<ForgetAccountTraces> log)
    : RepeatedWork(scopes, TimeSpan.FromMinutes(10), time, log)
{
    private static readonly TimeSpan KeepLinks = TimeSpan.FromDays(1);

    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var (links, failures) = (clock.Now - KeepLinks, clock.Now - LogInFailures.Memory);
        await db.Forget(engine, db.AccountLinks.Where(l => l.ExpiresAt < links).OrderBy(l => l.ExpiresAt), cancellationToken);
        await db.Forget(engine, db.LogInFailures.Where(f => f.LastAt < failures).OrderBy(f => f.LastAt), cancellationToken);
    }
}
