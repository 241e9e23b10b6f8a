using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Domain.Audit;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>
/// The verbs <c>suspend EMAIL</c> and <c>unsuspend EMAIL</c> stop an account without deleting its data. Its sessions end, and it cannot log
/// in, book or publish. Its events and bookings stay as they are.
/// </summary>
internal static class SuspendAccount
{
    /// <returns>Exit code: 1 if there is no such account.</returns>
    public static async Task<int> Run(IServiceProvider services, string email, bool suspend, TextWriter output, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        var key = EmailAddress.Key(email);

        await using var change = await Change.Begin(db, cancellationToken);
        var found = await db.Users.Where(u => u.EmailKey == key && u.ErasedAt == null).Select(u => u.Id).SingleOrDefaultAsync(cancellationToken);
        await change.LockAccount(found, AccountLock.Erase, cancellationToken);
        if (await db.Users.SingleOrDefaultAsync(u => u.Id == found && u.EmailKey == key, cancellationToken) is not { } user)
        {
            await output.WriteLineAsync($"There is no account with the address {email}.");
            return 1;
        }
        if (user.SuspendedAt is not null == suspend)
        {
            await output.WriteLineAsync($"{user.Username} is {(suspend ? "suspended already" : "not suspended")}.");
            return 0;
        }
        await change.ReadClock(cancellationToken);
        user.SuspendedAt = suspend ? change.Now : null;
        var ended = await db.Sessions.Where(s => s.UserId == user.Id).End(change.Now, cancellationToken);
        change.Audit(suspend ? AuditAction.AccountSuspended : AuditAction.AccountUnsuspended, actor: null, userId: user.Id);
        await change.Commit(cancellationToken);
        await output.WriteLineAsync(suspend ? $"{user.Username} is suspended. Sessions ended: {ended}; servers that are running hear of it within seconds." : $"{user.Username} is not suspended any more.");
        return 0;
    }
}
