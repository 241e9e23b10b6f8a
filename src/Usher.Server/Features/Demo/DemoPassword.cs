using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Demo;

internal static class DemoPassword
{
    /// <summary>A database with the demo has an admin whose password is public.</summary>
    public static async Task RefuseDemoPassword(this WebApplication app, CancellationToken cancellationToken)
    {
        if (!app.Environment.IsProduction())
            return;
        await using var scope = app.Services.CreateAsyncScope();
        var (db, passwords) = (scope.ServiceProvider.GetRequiredService<UsherDb>(), scope.ServiceProvider.GetRequiredService<PasswordHasher>());
        // Without migrations there are no accounts.
        if (!(await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Any())
            return;
        var ids = DemoAccount.All.Select(account => account.Id).ToList();
        var open = new List<string>();
        foreach (var user in await db.Users.Where(u => ids.Contains(u.Id) && u.ErasedAt == null).OrderBy(u => u.UsernameKey).Select(u => new { u.Username, u.PasswordHash }).ToListAsync(cancellationToken))
            if (await passwords.Verify(user.PasswordHash, DemoAccount.Password, cancellationToken))
                open.Add(user.Username);
        if (open.Count > 0)
            throw new InvalidOperationException($"Everyone knows the password of the demo, and these accounts have it: {string.Join(", ", open)}. Start on another database, or give them other passwords in Development.");
    }
}
