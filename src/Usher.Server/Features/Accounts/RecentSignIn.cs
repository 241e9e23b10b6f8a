using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>
/// Step-up authentication (RFC 9470): a token that was left lying about is not enough for what gives the account away. A session is opened by
/// the password and the second factor, and refreshing it does not make it younger.
/// </summary>
internal sealed class RecentSignIn(DatabaseClock clock, IOptions<AccountOptions> options)
{
    public static Problem Refusal => new(Problems.ReauthenticationRequired);

    public Task<bool> Is(Caller caller, UsherDb db, CancellationToken cancellationToken)
    {
        var since = clock.Now.AddMinutes(-options.Value.RecentSignInMinutes);
        return db.Sessions.AnyAsync(s => s.Id == caller.SessionId && s.UserId == caller.UserId && s.RevokedAt == null && s.CreatedAt > since, cancellationToken);
    }
}
