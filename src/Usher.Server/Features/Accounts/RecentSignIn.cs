using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <summary>
/// Step-up authentication (RFC 9470): a stolen token is not enough for operations that give the account away. Password and second factor
/// open a session, and a refresh does not make it more recent.
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
