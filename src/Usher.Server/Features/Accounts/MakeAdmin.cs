using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>The verb <c>admin EMAIL</c>: nobody becomes an admin over HTTP.</summary>
internal static class MakeAdmin
{
    /// <param name="services">Of the program.</param>
    /// <param name="email">Of the account.</param>
    /// <param name="unverified">Whether it may be an account whose address nobody has verified: whoever registered it need not be its reader.</param>
    /// <param name="output">Told what was done.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The exit code: 1 when there is no such account, or it may not be.</returns>
    public static async Task<int> Run(IServiceProvider services, string email, bool unverified, TextWriter output, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        var key = EmailAddress.Key(email);

        await using var change = await Change.Begin(db, cancellationToken);
        var found = await db.Users.Where(u => u.EmailKey == key && u.ErasedAt == null).Select(u => u.Id).SingleOrDefaultAsync(cancellationToken);
        // A log-in that is under way has opened its session before this, which is ended, or opens one that names the new role.
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
        // Their tokens still name the old role.
        await change.ReadClock(cancellationToken);
        var ended = await db.Sessions.Where(s => s.UserId == user.Id).End(change.Now, cancellationToken);
        change.Audit(AuditAction.MadeAdmin, actor: null, userId: user.Id);
        await change.Commit(cancellationToken);
        await output.WriteLineAsync($"{user.Username} is an admin now. Sessions ended: {ended}; the role counts from the next log-in on.");
        return 0;
    }
}
