using Microsoft.Extensions.Options;
using Usher.Domain.Accounts;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>Retention of account data: expired links, forgotten failures, former addresses, unconfirmed second factors, ended sessions.</summary>
internal sealed class ForgetAccountTraces(
    IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, IOptions<AccountOptions> accounts, IOptions<AuthOptions> auth, ILogger<ForgetAccountTraces> log)
    : RepeatedWork(scopes, TimeSpan.FromMinutes(10), time, log)
{
    private static readonly TimeSpan KeepLinks = TimeSpan.FromDays(1);

    /// <summary>Retention of an unconfirmed second factor.</summary>
    private static readonly TimeSpan KeepUnconfirmed = TimeSpan.FromDays(1);

    /// <summary>Longer than the attempts of any mail.</summary>
    private static readonly TimeSpan KeepAddresses = TimeSpan.FromDays(11);

    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var (links, failures) = (clock.Now - KeepLinks, clock.Now - LogInFailures.Memory);
        await db.Forget(db.AccountLinks.Where(l => l.ExpiresAt < links).OrderBy(l => l.ExpiresAt), cancellationToken);
        await db.Forget(db.LogInFailures.Where(f => f.LastAt < failures).OrderBy(f => f.LastAt), cancellationToken);
        var (addresses, unconfirmed) = (clock.Now - KeepAddresses, clock.Now - KeepUnconfirmed);
        await db.Forget(db.FormerAddresses.Where(a => a.ReplacedAt < addresses).OrderBy(a => a.ReplacedAt), cancellationToken);
        var counts = clock.Now - MailBounds.Longest;
        await db.Forget(db.MailCounts.Where(c => c.LastAt < counts).OrderBy(c => c.LastAt), cancellationToken);
        await db.Forget(db.SecondFactors.Where(f => f.ConfirmedAt == null && f.CreatedAt < unconfirmed).OrderBy(f => f.CreatedAt), cancellationToken);
        await ForgetSessions(db, clock.Now.AddDays(-accounts.Value.KeepSessionsDays), clock.Now.AddDays(-auth.Value.RefreshTokenDays), cancellationToken);
    }

    /// <summary>An ended session is also stored until the end that it would have had.</summary>
    /// <param name="db">The database.</param>
    /// <param name="sessions">Deletes sessions that ended before.</param>
    /// <param name="tokens">Deletes tokens that were used before. A thief may present a used token for as long as an unused session stays open.</param>
    /// <param name="cancellationToken">Stops between two transactions.</param>
    internal static async Task ForgetSessions(UsherDb db, DateTimeOffset sessions, DateTimeOffset tokens, CancellationToken cancellationToken)
    {
        await db.Forget(db.Sessions.Where(s => s.ExpiresAt < sessions).OrderBy(s => s.ExpiresAt), cancellationToken);
        await db.Forget(db.RefreshTokens.Where(t => t.UsedAt < tokens).OrderBy(t => t.UsedAt), cancellationToken);
    }
}
