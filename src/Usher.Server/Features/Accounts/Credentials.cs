using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Server.Features.Accounts.SecondFactors;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>What was verified of an account. It takes the time of a password's hash, in which the owner may have changed all of it.</summary>
/// <param name="PasswordHash">Which the password was right for.</param>
/// <param name="SecondFactorSince">Of the second factor that was asked for; null when there was none.</param>
/// <param name="SessionId">Of whoever is signed in already.</param>
internal sealed record Credentials(Guid UserId, string PasswordHash, DateTimeOffset? SecondFactorSince, Guid? SessionId);

/// <summary>Verifies a password and, where the account has one, the second factor.</summary>
internal sealed class CredentialCheck(LogInGuard guard, SecondFactorGuard secondFactor)
{
    /// <param name="userId">Null where no account has the name: it costs the same then, and is refused.</param>
    /// <param name="key">Whose failures count.</param>
    /// <param name="session">Of whoever is signed in already.</param>
    /// <param name="password">That is tried.</param>
    /// <param name="db">Where failures are noted.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What holds at that moment, and has to hold still when something is done on the strength of it; else why not.</returns>
    public async Task<(Credentials? Verified, Problem? Refusal)> Password(
        Guid? userId, string key, Guid? session, string password, UsherDb db, CancellationToken cancellationToken)
    {
        var (id, hash, since) = (userId ?? Guid.Empty, (string?)null, (DateTimeOffset?)null);
        var refused = await guard.Refuse(key, Read, password, db, cancellationToken);
        return refused is not null ? (null, refused) : (new Credentials(id, hash!, since, session), null);

        // Whoever waited for those who guessed before has to be measured by what is stored now.
        async Task<string?> Read()
        {
            var stored = await db.Users.Where(u => u.Id == id && u.ErasedAt == null)
                .Select(u => new { u.PasswordHash, Since = db.SecondFactors.Where(f => f.UserId == u.Id).Max(f => f.ConfirmedAt) }).SingleOrDefaultAsync(cancellationToken);
            (hash, since) = (stored?.PasswordHash, stored?.Since);
            return hash;
        }
    }

    public async Task<(Credentials? Verified, Problem? Refusal)> Password(Caller caller, string password, UsherDb db, CancellationToken cancellationToken)
    {
        var origin = await db.Sessions.Where(s => s.Id == caller.SessionId).Select(s => s.Origin).SingleOrDefaultAsync(cancellationToken);
        return await Password(caller.UserId, LogInGuard.KeyOf(caller.UserId, origin), caller.SessionId, password, db, cancellationToken);
    }

    /// <summary>The second factor as well, where the account has one.</summary>
    public async Task<(Credentials? Verified, Problem? Refusal)> WithCode(Credentials verified, string? code, UsherDb db, CancellationToken cancellationToken) =>
        verified.SecondFactorSince is not null && await secondFactor.Refuse(verified.UserId, code, db, cancellationToken) is { } incomplete
            ? (null, incomplete)
            : (verified, null);

    public async Task<(Credentials? Verified, Problem? Refusal)> PasswordAndCode(
        Caller caller, string password, string? code, UsherDb db, CancellationToken cancellationToken)
    {
        var (verified, refused) = await Password(caller, password, db, cancellationToken);
        return verified is null ? (null, refused) : await WithCode(verified, code, db, cancellationToken);
    }
}

/// <summary>
/// What a change of an account rests on must be true when it commits. So the first thing each does is to take the account's row and look again:
/// of a log-in and a new password that meet, the session is opened before and ended by it, or not opened.
/// </summary>
internal static class HeldAccounts
{
    /// <summary>The account as it stays until the change ends. Refuses whoever is not its owner any more.</summary>
    public static async Task<User> Hold(this Change change, Credentials verified, CancellationToken cancellationToken, AccountLock mode = AccountLock.Change)
    {
        var user = await change.Hold(verified.UserId, verified.SessionId, mode, cancellationToken);
        var since = await change.Db.SecondFactors.Where(f => f.UserId == user.Id).MaxAsync(f => f.ConfirmedAt, cancellationToken);
        return user.PasswordHash == verified.PasswordHash && since == verified.SecondFactorSince ? user
            : throw new ProblemException(new Problem(Problems.InvalidCredentials, "The password or the second factor was changed at the same time. Nothing was done."));
    }

    /// <summary>For what a session alone may do.</summary>
    public static Task<User> Hold(this Change change, Caller caller, CancellationToken cancellationToken) =>
        change.Hold(caller.UserId, caller.SessionId, AccountLock.Change, cancellationToken);

    private static async Task<User> Hold(this Change change, Guid userId, Guid? session, AccountLock mode, CancellationToken cancellationToken)
    {
        var db = change.Db;
        await change.LockAccount(userId, mode, cancellationToken);
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == userId && u.ErasedAt == null, cancellationToken);
        var isOpen = session is null || await db.Sessions.AnyAsync(s => s.Id == session && s.UserId == userId && s.RevokedAt == null, cancellationToken);
        return user is null || !isOpen ? throw new ProblemException(new Problem(session is null ? Problems.InvalidCredentials : Problems.TokenExpired))
            : user.SuspendedAt is not null ? throw new ProblemException(new Problem(Problems.AccountSuspended))
            : user;
    }
}
