using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <summary>Requires the second factor, if the account has one, after the password was verified.</summary>
internal sealed partial class SecondFactorGuard(LogInGuard guard, SecretBox box, DatabaseClock clock, ILogger<SecondFactorGuard> log)
{
    /// <param name="userId">Account with the verified password.</param>
    /// <param name="code">Six digits of the app, or a recovery code, which this uses up.</param>
    /// <param name="db">Without an open transaction: a used code stays used, whatever the outcome of the operation.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Null if the code is correct, or none is required.</returns>
    public async Task<Problem?> Refuse(Guid userId, string? code, UsherDb db, CancellationToken cancellationToken)
    {
        if (await db.SecondFactors.AsNoTracking().SingleOrDefaultAsync(f => f.UserId == userId && f.ConfirmedAt != null, cancellationToken) is not { } factor)
            return null;
        if (string.IsNullOrWhiteSpace(code))
            return new Problem(Problems.SecondFactorRequired);
        var refused = await guard.Refuse(
            LogInGuard.KeyOfCodes(userId), () => Use(factor, RecoveryCode.Clean(code), db, cancellationToken), Problems.InvalidCode, db, cancellationToken);
        if (refused is not null)
            Log.Failed(log, userId);
        return refused;
    }

    private Task<bool> Use(SecondFactor factor, string code, UsherDb db, CancellationToken cancellationToken) =>
        code.Length == Totp.Digits && code.All(char.IsAsciiDigit) ? UseCode(factor, code, db, cancellationToken) : UseRecoveryCode(factor.UserId, code, db, cancellationToken);

    private async Task<bool> UseCode(SecondFactor factor, string code, UsherDb db, CancellationToken cancellationToken)
    {
        if (box.Open(factor) is not { } secret)
        {
            Log.Unreadable(log, factor.UserId);
            return false;
        }
        if (Totp.StepOf(code, secret, clock.Now, factor.LastStep) is not { } step)
            return false;
        await using var change = await Change.Begin(db, cancellationToken);
        // Of concurrent requests with the same code, in any processes, one finds the row unchanged.
        if (await db.SecondFactors.Where(f => f.UserId == factor.UserId && f.Secret == factor.Secret && f.LastStep < step)
                .ExecuteUpdateAsync(set => set.SetProperty(f => f.LastStep, step), cancellationToken) == 0)
            return false;
        await change.Commit(cancellationToken);
        return true;
    }

    private async Task<bool> UseRecoveryCode(Guid userId, string code, UsherDb db, CancellationToken cancellationToken)
    {
        var hash = RefreshChain.Hash(code);
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            if (await db.RecoveryCodes.Where(c => c.UserId == userId && c.Hash == hash).ExecuteDeleteAsync(cancellationToken) == 0)
                return false;
            change.Audit(AuditAction.RecoveryCodeUsed, userId, userId: userId);
            change.Publish(MessageTypes.RecoveryCodeUsed, userId: userId);
            await change.Commit(cancellationToken);
        }
        Log.Recovered(log, userId);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{UserId} gave the right password and a wrong code")]
        public static partial void Failed(ILogger log, Guid userId);

        [LoggerMessage(2, LogLevel.Warning, "{UserId} used a recovery code")]
        public static partial void Recovered(ILogger log, Guid userId);

        [LoggerMessage(3, LogLevel.Error, "The second factor of {UserId} cannot be read: the key it was sealed with is not in Auth:SigningKeyFile. Recovery codes still work.")]
        public static partial void Unreadable(ILogger log, Guid userId);
    }
}
