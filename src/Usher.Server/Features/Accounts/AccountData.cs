using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Audit;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>The account itself. After an erasure its row stays, without a name, for the bookings and events that refer to it.</summary>
internal sealed class AccountData(RevokedSessions revoked, ErasedNames names) : IPersonalData
{
    public string Name => "account";

    public async Task Export(Guid userId, UsherDb db, Utf8JsonWriter json, CancellationToken cancellationToken)
    {
        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Id == userId, cancellationToken);
        var account = JsonSerializer.SerializeToNode(UserResponse.Of(user), StrictJson.Options)!;
        account["sessions"] = JsonSerializer.SerializeToNode(await db.Sessions.Where(s => s.UserId == userId).OrderBy(s => s.Id)
            .Select(s => new { s.Id, s.CreatedAt, s.LastUsedAt, s.ExpiresAt, EndedAt = s.RevokedAt, s.UserAgent }).ToListAsync(cancellationToken), StrictJson.Options);
        account["linksByMail"] = JsonSerializer.SerializeToNode(await db.AccountLinks.Where(l => l.UserId == userId).OrderBy(l => l.Id)
            .Select(l => new { l.Purpose, l.CreatedAt, l.ExpiresAt, l.UsedAt }).ToListAsync(cancellationToken), StrictJson.Options);
        account["formerAddresses"] = JsonSerializer.SerializeToNode(await db.FormerAddresses.Where(a => a.UserId == userId).OrderBy(a => a.Id)
            .Select(a => new { a.Email, a.ReplacedAt }).ToListAsync(cancellationToken), StrictJson.Options);
        // Only that it exists; the secret stays between the device and the server.
        account["secondFactor"] = JsonSerializer.SerializeToNode(await db.SecondFactors.Where(f => f.UserId == userId)
            .Select(f => new { f.CreatedAt, f.ConfirmedAt, RecoveryCodesLeft = db.RecoveryCodes.Count(c => c.UserId == userId) })
            .SingleOrDefaultAsync(cancellationToken), StrictJson.Options);
        account.WriteTo(json);
    }

    public async Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken)
    {
        var db = change.Db;
        // A registered name never has a tilde, and the key of an address always has an @, so no other account can have these.
        var (now, name) = (change.Now, $"~{userId:N}");
        var email = $"{name}@erased.invalid";
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set
            .SetProperty(u => u.Username, name).SetProperty(u => u.UsernameKey, name)
            .SetProperty(u => u.Email, email).SetProperty(u => u.EmailKey, name)
            .SetProperty(u => u.PendingEmail, (string?)null).SetProperty(u => u.PendingEmailKey, (string?)null)
            .SetProperty(u => u.DisplayName, (string?)null)
            .SetProperty(u => u.PasswordHash, "")
            .SetProperty(u => u.EmailVerified, false)
            .SetProperty(u => u.TimeZone, "UTC")
            .SetProperty(u => u.ErasedAt, now)
            .SetProperty(u => u.Version, u => u.Version + 1), cancellationToken);
        var sessions = await db.EndSessions(userId, keep: null, now, cancellationToken);
        await db.Sessions.Where(s => s.UserId == userId).ExecuteUpdateAsync(set => set.SetProperty(s => s.UserAgent, (string?)null).SetProperty(s => s.Origin, (string?)null), cancellationToken);
        await db.AccountLinks.Where(l => l.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await db.FormerAddresses.Where(a => a.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await db.SecondFactors.Where(f => f.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await db.LogInFailures.Where(LogInGuard.AreOf(userId)).ExecuteDeleteAsync(cancellationToken);
        await db.LogInFailures.Where(f => f.Key == LogInGuard.KeyOfCodes(userId)).ExecuteDeleteAsync(cancellationToken);
        // The stored responses name the person's bookings.
        await db.IdempotencyKeys.Where(k => k.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        change.Audit(AuditAction.AccountErased, userId, userId: userId);
        return () =>
        {
            sessions.ForEach(session => revoked.Add(session, now));
            names.Note();
        };
    }
}
