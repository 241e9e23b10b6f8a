using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>
/// Exponential backoff for secrets that can be guessed: each failure of an account delays the next try longer. Time and answer are the
/// same for an account that does not exist.
/// </summary>
internal sealed partial class LogInGuard(PasswordHasher passwords, DatabaseClock clock, IOptions<RateLimitingOptions> limits, ILogger<LogInGuard> log)
{
    /// <summary>Of two guesses at one account, the second waits here until the failure of the first is stored.</summary>
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 1024).Select(_ => new SemaphoreSlim(1))];

    public static string KeyOf(Guid userId) => userId.ToString();

    /// <summary>Failures from a known origin count separately: a stranger's one guess every five minutes delays strangers, not the owner.</summary>
    public static string KeyOf(Guid userId, string? knownOrigin) => knownOrigin is null ? KeyOf(userId) : $"{userId} at {knownOrigin}";

    /// <summary>Failures of an account's password, from all origins.</summary>
    public static Expression<Func<LogInFailures, bool>> AreOf(Guid userId)
    {
        var (key, somewhere) = (KeyOf(userId), KeyOf(userId, "%"));
        return f => f.Key == key || EF.Functions.Like(f.Key, somewhere);
    }

    /// <summary>
    /// Codes count separately. A correct password does not reset their count, and neither does a new password; otherwise a person who reads
    /// the account's mails could reset it after every five wrong codes.
    /// </summary>
    public static string KeyOfCodes(Guid userId) => $"{userId} code";

    /// <summary>A hash of a name without an account; the name itself is not stored.</summary>
    public static string KeyOf(string name) => RefreshChain.Hash(name);

    /// <param name="key">Key of the failure count.</param>
    /// <param name="stored">Reads the hash when the check begins: null if there is no such account.</param>
    /// <param name="password">Password to verify.</param>
    /// <param name="db">Stores the failures, for all processes.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Null if the password is correct.</returns>
    public Task<Problem?> Refuse(string key, Func<Task<string?>> stored, string password, UsherDb db, CancellationToken cancellationToken) =>
        Refuse(key, async () => await passwords.Verify(await stored(), password, cancellationToken), Problems.InvalidCredentials, db, cancellationToken);

    /// <param name="key">Key of the failure count.</param>
    /// <param name="isRight">Runs the check when it begins.</param>
    /// <param name="wrong">Response to a failure.</param>
    /// <param name="db">Stores the failures, for all processes.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<Problem?> Refuse(string key, Func<Task<bool>> isRight, ProblemType wrong, UsherDb db, CancellationToken cancellationToken)
    {
        if (!limits.Value.Enabled)
            return await isRight() ? null : new Problem(wrong);
        var turn = _turns[(key.GetHashCode(StringComparison.Ordinal) & int.MaxValue) % _turns.Length];
        await turn.WaitAsync(cancellationToken);
        try
        {
            var failures = await db.LogInFailures.AsNoTracking().SingleOrDefaultAsync(f => f.Key == key, cancellationToken);
            var wait = failures?.NextAt - clock.Now;
            if (wait > TimeSpan.Zero)
            {
                Paused(log, key);
                Guard.Rejected(Guard.LogInPause);
                return new Problem(Problems.TooManyAttempts, "Too many attempts have failed for this account.") { RetryAfterSeconds = (int)Math.Ceiling(wait.Value.TotalSeconds) };
            }
            var right = await isRight();
            if (!right || failures is not null)
                await Note(key, right, db, cancellationToken);
            return right ? null : new Problem(wrong);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task Note(string key, bool right, UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var sql = right ? Sql.Of($"DELETE FROM log_in_failures WHERE key = {key}") : Sql.Of($"""
            INSERT INTO log_in_failures (key, count, last_at) VALUES ({key}, 1, {db.Engine.ValueOf(now)})
            ON CONFLICT (key) DO UPDATE SET last_at = excluded.last_at,
                count = CASE WHEN log_in_failures.last_at < {db.Engine.ValueOf(now - LogInFailures.Memory)} THEN 1 ELSE log_in_failures.count + 1 END
            """);
        // A flood of guesses must not flush the disk as often as the sale does; a crash loses half a second of failures.
        await using var change = await Change.BeginLazily(db, cancellationToken);
        await db.Database.ExecuteSqlRawAsync(sql.Text, sql.Values, cancellationToken);
        await change.Commit(cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "Log-ins are paused for {Account}")]
    private static partial void Paused(ILogger log, string account);
}
