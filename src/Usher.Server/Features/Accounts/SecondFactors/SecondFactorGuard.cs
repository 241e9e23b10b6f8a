using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <summary>Asks for the second factor of accounts that have one, after the password was right.</summary>
internal sealed partial class SecondFactorGuard(LogInGuard guard, SecretBox box, DatabaseClock clock, ILogger<SecondFactorGuard> log)
{
    /// <param name="userId">Who has given the right password.</param>
    /// <param name="code">Six digits of the app, or a recovery code. It is used up.</param>
    /// <param name="db">With no transaction begun: that a code was used stays so, whatever becomes of what it was for.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null when the code is right, or none is asked for.</returns>
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
        // Of two who bring the same code, in whatever processes, one finds the row as it was.
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
