using Microsoft.EntityFrameworkCore;
using Usher.Domain.Audit;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>What setting a password brings with it, for whatever reason it is set.</summary>
internal sealed partial class NewPassword(PasswordHasher hasher, RevokedSessions revoked, ILogger<NewPassword> log)
{
    public Task<string> Hash(string password, CancellationToken cancellationToken) => hasher.Hash(password, cancellationToken);

    /// <summary>Commits the change: whoever knew the old password is signed out, and its owner is told by mail.</summary>
    /// <param name="userId">Whose it is.</param>
    /// <param name="hash">Of the password.</param>
    /// <param name="proven">The key of an address that is verified by this, if it still is the account's.</param>
    /// <param name="keep">A session that goes on.</param>
    /// <param name="change">All that belongs to it; it holds the account.</param>
    /// <param name="cancellationToken">Ends the waiting until it commits.</param>
    public async Task Set(Guid userId, string hash, string? proven, Guid? keep, Change change, CancellationToken cancellationToken)
    {
        var (db, now) = (change.Db, change.Now);
        var isFirstProof = await db.Users.AnyAsync(u => u.Id == userId && !u.EmailVerified && u.EmailKey == proven, cancellationToken);
        await db.Users.Where(u => u.Id == userId && u.ErasedAt == null).ExecuteUpdateAsync(set => set
            .SetProperty(u => u.PasswordHash, hash)
            .SetProperty(u => u.EmailVerified, u => u.EmailVerified || u.EmailKey == proven)
            .SetProperty(u => u.Version, u => u.Version + 1), cancellationToken);
        await db.LogInFailures.Where(LogInGuard.AreOf(userId)).ExecuteDeleteAsync(cancellationToken);
        // One that is on was set up by somebody who had never read this address. Whoever began one knew the old password.
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
