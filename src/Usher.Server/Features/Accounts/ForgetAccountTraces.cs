using Microsoft.Extensions.Options;
using Usher.Domain.Accounts;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>Retention of what accounts leave behind: links that lead nowhere any more, mistakes that are forgotten, former addresses, second factors that were begun, sessions that ended.</summary>
internal sealed class ForgetAccountTraces(
    IServiceScopeFactory scopes, DatabaseClock clock, TimeProvider time, IOptions<AccountOptions> accounts, IOptions<AuthOptions> auth, ILogger<ForgetAccountTraces> log)
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
        await db.Forget(db.AccountLinks.Where(l => l.ExpiresAt < links).OrderBy(l => l.ExpiresAt), cancellationToken);
        await db.Forget(db.LogInFailures.Where(f => f.LastAt < failures).OrderBy(f => f.LastAt), cancellationToken);
        var (addresses, unconfirmed) = (clock.Now - KeepAddresses, clock.Now - KeepUnconfirmed);
        await db.Forget(db.FormerAddresses.Where(a => a.ReplacedAt < addresses).OrderBy(a => a.ReplacedAt), cancellationToken);
        var counts = clock.Now - MailBounds.Longest;
        await db.Forget(db.MailCounts.Where(c => c.LastAt < counts).OrderBy(c => c.LastAt), cancellationToken);
        await db.Forget(db.SecondFactors.Where(f => f.ConfirmedAt == null && f.CreatedAt < unconfirmed).OrderBy(f => f.CreatedAt), cancellationToken);
        await ForgetSessions(db, clock.Now.AddDays(-accounts.Value.KeepSessionsDays), clock.Now.AddDays(-auth.Value.RefreshTokenDays), cancellationToken);
    }

    /// <summary>An ended one, too, runs to the end it would have had.</summary>
    /// <param name="db">Of the program.</param>
    /// <param name="sessions">Those that ended before.</param>
    /// <param name="tokens">Those that were used before. A thief may come with one for as long as a session is open without being used.</param>
    /// <param name="cancellationToken">Ends it between two transactions.</param>
    internal static async Task ForgetSessions(UsherDb db, DateTimeOffset sessions, DateTimeOffset tokens, CancellationToken cancellationToken)
    {
        await db.Forget(db.Sessions.Where(s => s.ExpiresAt < sessions).OrderBy(s => s.ExpiresAt), cancellationToken);
        await db.Forget(db.RefreshTokens.Where(t => t.UsedAt < tokens).OrderBy(t => t.UsedAt), cancellationToken);
    }
}
