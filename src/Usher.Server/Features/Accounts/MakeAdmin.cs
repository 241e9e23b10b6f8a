using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>The verb <c>admin EMAIL</c>: no HTTP request makes an admin.</summary>
internal static class MakeAdmin
{
    /// <param name="services">Services of the program.</param>
    /// <param name="email">Address of the account.</param>
    /// <param name="unverified">Whether the address may be unverified: the person who registered it may not be its reader.</param>
    /// <param name="output">Receives the result.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Exit code: 1 if there is no such account or it is not allowed.</returns>
    public static async Task<int> Run(IServiceProvider services, string email, bool unverified, TextWriter output, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        var key = EmailAddress.Key(email);

        await using var change = await Change.Begin(db, cancellationToken);
        var found = await db.Users.Where(u => u.EmailKey == key && u.ErasedAt == null).Select(u => u.Id).SingleOrDefaultAsync(cancellationToken);
        // A concurrent log-in has opened its session before this lock, and the session is ended, or it opens one with the new role.
        await change.LockAccount(found, AccountLock.Change, cancellationToken);
        if (await db.Users.SingleOrDefaultAsync(u => u.Id == found && u.EmailKey == key, cancellationToken) is not { } user)
        {
            await output.WriteLineAsync($"There is no account with the address {email}. Register it first.");
            return 1;
        }
        if (!user.EmailVerified && !unverified)
        {
            await output.WriteLineAsync($"Nobody has verified {email}: whoever registered the account need not be its reader. Have them open the link that was sent to it, or say --unverified.");
            return 1;
        }
        if (user.Role == Role.Admin)
        {
            await output.WriteLineAsync($"{user.Username} is an admin already.");
            return 0;
        }
        user.Role = Role.Admin;
        // Their tokens still have the old role.
        await change.ReadClock(cancellationToken);
        var ended = await db.Sessions.Where(s => s.UserId == user.Id).End(change.Now, cancellationToken);
        change.Audit(AuditAction.MadeAdmin, actor: null, userId: user.Id);
        await change.Commit(cancellationToken);
        await output.WriteLineAsync($"{user.Username} is an admin now. Sessions ended: {ended}; the role counts from the next log-in on.");
        return 0;
    }
}
