using Microsoft.Extensions.Options;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <summary>The account that signed in, and the tokens for further requests.</summary>
/// <param name="AccessToken">Access token. Send it as <c>Authorization: Bearer …</c>.</param>
/// <param name="Token">The same as <c>accessToken</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Number of seconds until the access token expires.</param>
/// <param name="RefreshToken">Token for the next pair of tokens. It works once.</param>
public sealed record SignedInResponse(UserResponse User, string AccessToken, string Token, string TokenType, int ExpiresIn, string RefreshToken);

/// <summary>Opens a session and returns its tokens.</summary>
internal sealed class SignIn(AccessTokens tokens, KnownOrigins origins, DatabaseClock clock, IOptions<AuthOptions> options)
{
    private const int LongestUserAgent = 200;

    public SignedInResponse Open(User user, UsherDb db, HttpContext context)
    {
        var now = clock.Now;
        var userAgent = context.Request.Headers.UserAgent.ToString();
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            UserId = user.Id,
            CreatedAt = now,
            LastUsedAt = now,
            ExpiresAt = EndOfSession(now),
            Origin = origins.Of(user.Id, context),
            UserAgent = userAgent.Length == 0 ? null : userAgent[..Math.Min(userAgent.Length, LongestUserAgent)],
        };
        var refreshToken = RefreshChain.First();
        db.Sessions.Add(session);
        db.RefreshTokens.Add(new RefreshToken { Hash = RefreshChain.Hash(refreshToken), SessionId = session.Id, CreatedAt = now });
        return Answer(user, session.Id, refreshToken);
    }

    public SignedInResponse Answer(User user, Guid sessionId, string refreshToken)
    {
        var accessToken = tokens.Issue(new Caller(user.Id, sessionId, user.Role));
        return new(UserResponse.Of(user), accessToken, accessToken, "Bearer", (int)options.Value.AccessTokenLife.TotalSeconds, refreshToken);
    }

    public DateTimeOffset EndOfSession(DateTimeOffset lastUse) => lastUse.AddDays(options.Value.RefreshTokenDays);
}
