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
/// Mail links. A token is computed from the id of its link and a key of the servers. Only its hash is stored, and a mail that is sent again
/// has the same token.
/// </summary>
internal sealed class AccountLinks(SigningKeys keys, MailBounds bounds, DatabaseClock clock, PublicAddress address, IOptions<AccountOptions> options)
{
    private IReadOnlyList<byte[]> Keys => keys.Derive("usher account links");

    /// <summary>Creates a link and has it mailed, unless the address has just got one or has reached its limit.</summary>
    /// <param name="isVerified">Whether the account has verified the address.</param>
    /// <returns>False if nothing was sent.</returns>
    public async Task<bool> Ask(LinkPurpose purpose, string emailKey, Guid? userId, bool isVerified, Change change, CancellationToken cancellationToken)
    {
        if (!await MayMail(purpose, emailKey, userId, isVerified, change.Db, cancellationToken))
            return false;
        // The mail finds its link, which goes to one address, by the instant of the change.
        Add(purpose, emailKey, userId, change);
        change.Publish(purpose == LinkPurpose.ResetPassword ? MessageTypes.PasswordResetAsked : MessageTypes.VerificationAsked, userId: userId);
        return true;
    }

    /// <summary>Counts a mail with a link, in a transaction.</summary>
    public async Task<bool> MayMail(LinkPurpose purpose, string emailKey, Guid? userId, bool isVerified, UsherDb db, CancellationToken cancellationToken)
    {
        var (settings, aDay) = (options.Value, TimeSpan.FromDays(1));
        var isReset = purpose == LinkPurpose.ResetPassword;
        var bound = new MailBound(settings.LinksPerAddress, isReset && isVerified ? Life(purpose) : aDay, TimeSpan.FromSeconds(settings.LinkEverySeconds));
        return await bounds.Take(MailBounds.OfAddress(isReset ? "reset" : "verify", emailKey), bound, db, cancellationToken)
            && (isReset || await bounds.Take($"account {userId}", new(settings.LinksPerAccount, aDay), db, cancellationToken));
    }

    /// <summary>Whether a valid link to verify this address has been sent or will be sent.</summary>
    public Task<bool> HasGoodLink(string emailKey, Guid userId, UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        return db.AccountLinks.AnyAsync(l => l.EmailKey == emailKey && l.Purpose == LinkPurpose.VerifyEmail && l.UserId == userId && l.UsedAt == null && l.ExpiresAt > now, cancellationToken);
    }

    private TimeSpan Life(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.ResetPassword => TimeSpan.FromMinutes(options.Value.ResetLinkMinutes),
        LinkPurpose.UndoEmailChange => TimeSpan.FromHours(options.Value.UndoEmailHours),
        _ => TimeSpan.FromHours(options.Value.VerifyLinkHours),
    };

    /// <summary>Creates a link for a mail that is already queued.</summary>
    public void Add(LinkPurpose purpose, string emailKey, Guid? userId, Change change)
    {
        var now = change.Now;
        var id = Guid.CreateVersion7(now);
        change.Db.AccountLinks.Add(new AccountLink
        {
            Id = id,
            Purpose = purpose,
            UserId = userId,
            EmailKey = emailKey,
            Hash = RefreshChain.Hash(Token(id, Keys[0])),
            CreatedAt = now,
            ExpiresAt = now + Life(purpose),
        });
    }

    /// <summary>Owner and link of a token, without using the token; null if it is not valid, or no longer.</summary>
    public async Task<LinkOwner?> Owner(LinkPurpose purpose, string token, UsherDb db, CancellationToken cancellationToken) =>
        await Good(purpose, token, db).AsNoTracking()
            .Join(db.Users.AsNoTracking(), l => l.UserId, u => (Guid?)u.Id, (l, u) => new LinkOwner(u, l))
            .SingleOrDefaultAsync(cancellationToken) is { } found && found.IsFor(purpose) ? found : null;

    /// <summary>The same in a transaction: locks the account until its end.</summary>
    public async Task<LinkOwner?> HoldOwner(LinkPurpose purpose, string token, Change change, CancellationToken cancellationToken)
    {
        if (await Owner(purpose, token, change.Db, cancellationToken) is not { } found)
            return null;
        await change.LockAccount(found.User.Id, AccountLock.Change, cancellationToken);
        return await Owner(purpose, token, change.Db, cancellationToken);
    }

    /// <summary>Uses the token, and with it all links of that purpose, in a transaction. Of two concurrent uses, one succeeds.</summary>
    public async Task<bool> Use(LinkPurpose purpose, string token, Guid userId, Change change, CancellationToken cancellationToken)
    {
        var (db, now) = (change.Db, change.Now);
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

    /// <summary>Address of the link in a mail; null if the link is no longer valid.</summary>
    public string? AddressOf(AccountLink link)
    {
        // The signing key may have changed since.
        var token = Keys.Select(key => Token(link.Id, key)).FirstOrDefault(token => RefreshChain.Hash(token) == link.Hash);
        var page = link.Purpose switch
        {
            LinkPurpose.ResetPassword => AccountPages.ResetPassword,
            LinkPurpose.UndoEmailChange => AccountPages.UndoEmailChange,
            _ => AccountPages.VerifyEmail,
        };
        // In the fragment, which no browser sends to a server: no log on the way contains the token.
        return token is null || link.UsedAt is not null || link.ExpiresAt <= clock.Now ? null : $"{address.Value}{page}#{token}";
    }

    private static string Token(Guid link, byte[] key) => Base64UrlEncoder.Encode(HMACSHA256.HashData(key, link.ToByteArray()));
}

/// <summary>A link and the account that it belongs to.</summary>
internal sealed record LinkOwner(User User, AccountLink Link)
{
    /// <summary>The link proves only the address that it was sent to.</summary>
    public bool IsFor(LinkPurpose purpose) => User.ErasedAt is null && purpose switch
    {
        LinkPurpose.UndoEmailChange => true,
        LinkPurpose.VerifyEmail => Link.EmailKey == User.EmailKey || Link.EmailKey == User.PendingEmailKey,
        _ => Link.EmailKey == User.EmailKey,
    };
}
