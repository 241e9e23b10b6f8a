using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts.Contract;

/// <summary>
/// Links by mail. A token is computed from the id of its link and a key that only the servers have: what is kept is its hash,
/// and a mail that is sent a second time has the same token.
/// </summary>
internal sealed class AccountLinks(SigningKeys keys, DatabaseClock clock, PublicAddress address, IOptions<AccountOptions> options)
{
    private IReadOnlyList<byte[]> Keys => keys.Derive("usher account links");

    /// <summary>Makes a link and has it mailed; not again for an address that has just been sent one.</summary>
    public async Task Ask(LinkPurpose purpose, string emailKey, Guid? userId, UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var last = now.AddSeconds(-options.Value.LinkEverySeconds);
        if (await db.AccountLinks.AnyAsync(l => l.EmailKey == emailKey && l.Purpose == purpose && l.CreatedAt > last && l.UsedAt == null, cancellationToken))
            return;
        Add(purpose, emailKey, userId, db);
        db.Tell(purpose == LinkPurpose.ResetPassword ? MessageTypes.PasswordResetAsked : MessageTypes.VerificationAsked, now, userId: userId);
    }

    /// <summary>Makes a link, for a mail that is on its way already.</summary>
    public void Add(LinkPurpose purpose, string emailKey, Guid? userId, UsherDb db)
    {
        var now = clock.Now;
        var id = Guid.CreateVersion7(now);
        db.AccountLinks.Add(new AccountLink
        {
            Id = id,
            Purpose = purpose,
            UserId = userId,
            EmailKey = emailKey,
            Hash = RefreshChain.Hash(Token(id, Keys[0])),
            CreatedAt = now,
            ExpiresAt = now + (purpose == LinkPurpose.ResetPassword ? TimeSpan.FromMinutes(options.Value.ResetLinkMinutes) : TimeSpan.FromHours(options.Value.VerifyLinkHours)),
        });
    }

    /// <summary>The account that this token is good for, without using it up; null when it is not, or not any more.</summary>
    public Task<User?> Owner(LinkPurpose purpose, string token, UsherDb db, CancellationToken cancellationToken)
    {
        var good = Good(purpose, token, db);
        return db.Users.AsNoTracking().SingleOrDefaultAsync(u => good.Any(l => l.UserId == u.Id && l.EmailKey == u.EmailKey), cancellationToken);
    }

    /// <summary>Inside a transaction: uses the token up, and with it all links of that purpose. Of two at once one succeeds.</summary>
    public async Task<bool> Use(LinkPurpose purpose, string token, Guid userId, UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        if (await Good(purpose, token, db).Where(l => l.UserId == userId).ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedAt, now), cancellationToken) == 0)
            return false;
        await db.AccountLinks.Where(l => l.UserId == userId && l.Purpose == purpose && l.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedAt, now), cancellationToken);
        return true;
    }

    private IQueryable<AccountLink> Good(LinkPurpose purpose, string token, UsherDb db)
    {
        var (hash, now) = (RefreshChain.Hash(token), clock.Now);
        return db.AccountLinks.Where(l => l.Hash == hash && l.Purpose == purpose && l.UsedAt == null && l.ExpiresAt > now);
    }

    /// <summary>What the mail leads to; null when it leads nowhere any more.</summary>
    public string? AddressOf(AccountLink link)
    {
        // The key that signs may be a new one since.
        var token = Keys.Select(key => Token(link.Id, key)).FirstOrDefault(token => RefreshChain.Hash(token) == link.Hash);
        var page = link.Purpose == LinkPurpose.ResetPassword ? AccountPages.ResetPassword : AccountPages.VerifyEmail;
        // Behind a #, which no browser sends to a server: the token is in no log on the way.
        return token is null || link.UsedAt is not null || link.ExpiresAt <= clock.Now ? null : $"{address.Value}{page}#{token}";
    }

    private static string Token(Guid link, byte[] key) => Base64UrlEncoder.Encode(HMACSHA256.HashData(key, link.ToByteArray()));
}
