using Microsoft.Extensions.Options;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Audit;

/// <summary>Deletes expired entries.</summary>
internal sealed class ForgetAudit(
    IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, IOptions<AuditOptions> options, ILogger<ForgetAudit> log)
    : RepeatedWork(scopes, TimeSpan.FromHours(1), time, log)
{
    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var before = clock.Now.AddDays(-options.Value.KeepDays);
        // By id, which is in order of time.
        await db.Forget(db.AuditEntries.Where(a => a.At < before).OrderBy(a => a.Id), cancellationToken);
    }
}
