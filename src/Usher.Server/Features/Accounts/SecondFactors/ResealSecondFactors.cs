using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <summary>After a rotation of the signing key: encrypts the secrets again with the new key, while both keys are in the file.</summary>
internal sealed partial class ResealSecondFactors(
    IServiceScopeFactory scopes, SecretBox box, TimeProvider time, ILogger<ResealSecondFactors> log)
    : RepeatedWork(scopes, TimeSpan.FromMinutes(1), time, log)
{
    protected override bool RunsAlone => true;

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var current = box.KeyId;
        var (done, lost) = await Reseal(db.SecondFactors.Where(f => f.KeyId != current), db, box, cancellationToken);
        if (done > 0)
            Resealed(log, done);
        if (lost > 0)
            Lost(log, lost);
    }

    internal static async Task<(int Done, int Lost)> Reseal(IQueryable<SecondFactor> factors, UsherDb db, SecretBox box, CancellationToken cancellationToken)
    {
        var (done, lost) = (0, 0);
        foreach (var factor in await factors.AsNoTracking().ToListAsync(cancellationToken))
        {
            if (box.Open(factor) is not { } secret)
            {
                lost++;
                continue;
            }
            var (seal, key) = box.Seal(secret, factor.UserId);
            await using var change = await Change.Begin(db, cancellationToken);
            done += await db.SecondFactors.Where(f => f.UserId == factor.UserId && f.Secret == factor.Secret)
                .ExecuteUpdateAsync(set => set.SetProperty(f => f.Secret, seal).SetProperty(f => f.KeyId, key), cancellationToken);
            await change.Commit(cancellationToken);
        }
        return (done, lost);
    }

    [LoggerMessage(1, LogLevel.Information, "{Count} second factors are sealed with the new key")]
    private static partial void Resealed(ILogger log, int count);

    [LoggerMessage(2, LogLevel.Error, "{Count} second factors were sealed with a key that is not in Auth:SigningKeyFile any more: put it back behind the first, or only their recovery codes work")]
    private static partial void Lost(ILogger log, int count);
}
