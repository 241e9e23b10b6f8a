using Microsoft.EntityFrameworkCore;
using Usher.Domain.Audit;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>Effects of setting a password, for any reason.</summary>
internal sealed partial class NewPassword(PasswordHasher hasher, RevokedSessions revoked, ILogger<NewPassword> log)
{
    public Task<string> Hash(string password, CancellationToken cancellationToken) => hasher.Hash(password, cancellationToken);

    /// <summary>Commits the change. It ends the sessions that used the old password, and notifies the owner by mail.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="hash">Hash of the password.</param>
    /// <param name="proven">Key of an address that this verifies, if it is still the account's.</param>
    /// <param name="keep">A session that continues.</param>
    /// <param name="change">The change, which holds the account.</param>
    /// <param name="cancellationToken">Cancels the wait before the commit.</param>
    public async Task Set(Guid userId, string hash, string? proven, Guid? keep, Change change, CancellationToken cancellationToken)
    {
        var (db, now) = (change.Db, change.Now);
        var isFirstProof = await db.Users.AnyAsync(u => u.Id == userId && !u.EmailVerified && u.EmailKey == proven, cancellationToken);
        await db.Users.Where(u => u.Id == userId && u.ErasedAt == null).ExecuteUpdateAsync(set => set
            .SetProperty(u => u.PasswordHash, hash)
            .SetProperty(u => u.EmailVerified, u => u.EmailVerified || u.EmailKey == proven)
            .SetProperty(u => u.Version, u => u.Version + 1), cancellationToken);
        await db.LogInFailures.Where(LogInGuard.AreOf(userId)).ExecuteDeleteAsync(cancellationToken);
        // An active second factor was set up by a person who had never read this address. An unconfirmed one was begun by a person who knew
        // the old password.
        if (isFirstProof && await db.SecondFactors.Where(f => f.UserId == userId && f.ConfirmedAt != null).ExecuteDeleteAsync(cancellationToken) > 0)
            change.Audit(AuditAction.SecondFactorOff, userId, userId: userId);
        await db.SecondFactors.Where(f => f.UserId == userId && f.ConfirmedAt == null).ExecuteDeleteAsync(cancellationToken);
        var ended = await db.EndSessions(userId, keep, now, cancellationToken);
        change.Audit(AuditAction.PasswordChanged, userId, userId: userId);
        change.Publish(MessageTypes.PasswordChanged, userId: userId);
        await change.Commit(cancellationToken);
        foreach (var session in ended)
            revoked.Add(session, now);
        Changed(log, userId, ended.Count);
    }

    [LoggerMessage(1, LogLevel.Information, "{UserId} has a new password; sessions ended: {Sessions}")]
    private static partial void Changed(ILogger log, Guid userId, int sessions);
}
