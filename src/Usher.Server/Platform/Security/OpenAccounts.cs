using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Security;

internal static class OpenAccounts
{
    /// <summary>
    /// Locks the account in a change that writes in its name, and refuses if it was erased or suspended. An erasure or a suspension waits
    /// until the change has ended.
    /// </summary>
    public static async Task UseAccount(this Change change, Guid userId, CancellationToken cancellationToken)
    {
        await change.LockAccount(userId, AccountLock.Use, cancellationToken);
        if (!await change.Db.Users.AnyAsync(u => u.Id == userId && u.ErasedAt == null && u.SuspendedAt == null, cancellationToken))
            throw new ProblemException(new Problem(Problems.TokenExpired));
    }
}
