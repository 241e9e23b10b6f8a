using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Server.Features.Accounts.SecondFactors;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>
/// Verified credentials of an account. The verification takes the time of a password hash, in which the owner may have changed all of them.
/// </summary>
/// <param name="PasswordHash">Hash that the password matched.</param>
/// <param name="SecondFactorSince">Confirmation time of the second factor that was required; null if there was none.</param>
/// <param name="SessionId">Session of a caller who is already signed in.</param>
internal sealed record Credentials(Guid UserId, string PasswordHash, DateTimeOffset? SecondFactorSince, Guid? SessionId);

/// <summary>Verifies a password and, if the account has one, the second factor.</summary>
internal sealed class CredentialCheck(LogInGuard guard, SecondFactorGuard secondFactor)
{
    /// <param name="userId">Null if no account has the name. The check then costs the same and refuses.</param>
    /// <param name="key">Key of the failure count.</param>
    /// <param name="session">Session of a caller who is already signed in.</param>
    /// <param name="password">Password to verify.</param>
    /// <param name="db">Stores the failures.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The credentials at that moment, which must still hold at the commit of a change; otherwise the reason for the refusal.</returns>
    public async Task<(Credentials? Verified, Problem? Refusal)> Password(
        Guid? userId, string key, Guid? session, string password, UsherDb db, CancellationToken cancellationToken)
    {
        var (id, hash, since) = (userId ?? Guid.Empty, (string?)null, (DateTimeOffset?)null);
        var refused = await guard.Refuse(key, Read, password, db, cancellationToken);
        return refused is not null ? (null, refused) : (new Credentials(id, hash!, since, session), null);

        // A guess that waited for earlier guesses must be checked against the current hash.
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

    /// <summary>Also verifies the second factor, if the account has one.</summary>
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
/// The basis of a change of an account must be true at its commit. Each change therefore locks the account's row first and checks again. If
/// a log-in meets a new password, the session is opened before it and ended by it, or not opened.
/// </summary>
internal static class HeldAccounts
{
    /// <summary>Locks the account until the change ends. Refuses a caller whose credentials no longer hold.</summary>
    public static async Task<User> Hold(this Change change, Credentials verified, CancellationToken cancellationToken, AccountLock mode = AccountLock.Change)
    {
        var user = await change.Hold(verified.UserId, verified.SessionId, mode, cancellationToken);
        var since = await change.Db.SecondFactors.Where(f => f.UserId == user.Id).MaxAsync(f => f.ConfirmedAt, cancellationToken);
        return user.PasswordHash == verified.PasswordHash && since == verified.SecondFactorSince ? user
            : throw new ProblemException(new Problem(Problems.InvalidCredentials, "The password or the second factor was changed at the same time. Nothing was done."));
    }

    /// <summary>For operations that need only a session.</summary>
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
