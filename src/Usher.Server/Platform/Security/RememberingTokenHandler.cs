using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Usher.Server.Platform.Security;

/// <summary>
/// Checks a token's signature once, and then remembers who it stands for: ES256 costs more than selling a ticket.
/// Its end is checked each time, that of its life and that of its session.
/// </summary>
internal sealed class RememberingTokenHandler(AccessTokens tokens, RevokedSessions revoked) : TokenHandler
{
    // Two generations of about a kilobyte and a half each entry.
    private const int Generation = 16_384;

    private static readonly Task<TokenValidationResult> Expired = Task.FromResult(new TokenValidationResult { Exception = new SecurityTokenExpiredException() });
    private static readonly Task<TokenValidationResult> Ended = Task.FromResult(new TokenValidationResult { Exception = new SessionEndedException() });

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly Lock _turn = new();
    private ConcurrentDictionary<string, Remembered> _young = new(StringComparer.Ordinal), _old = new(StringComparer.Ordinal);
    private int _count;

    public override Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (_young.TryGetValue(token, out var known))
            return Recheck(known);
        if (_old.TryGetValue(token, out known))
        {
            Remember(token, known);
            return Recheck(known);
        }
        return Check(token, validationParameters);
    }

    private Task<TokenValidationResult> Recheck(Remembered known) =>
        !tokens.IsStillGood(known.Expires) ? Expired
        : revoked.Contains(known.Caller.SessionId) ? Ended
        : known.Result;

    private async Task<TokenValidationResult> Check(string token, TokenValidationParameters rules)
    {
        var result = await _handler.ValidateTokenAsync(token, rules);
        if (!result.IsValid)
            return result;
        var jwt = (JsonWebToken)result.SecurityToken;
        if (Read(jwt) is not { } caller)
            return new TokenValidationResult { Exception = new SecurityTokenValidationException("The token names no caller.") };

        var known = new Remembered(caller, jwt.ValidTo, Task.FromResult(new TokenValidationResult
        {
            IsValid = true,
            ClaimsIdentity = new CallerIdentity(caller),
            SecurityToken = new Checked(jwt.ValidFrom, jwt.ValidTo),
        }));
        Remember(token, known);
        return await Recheck(known);
    }

    private static Caller? Read(JsonWebToken jwt) =>
        jwt.TryGetPayloadValue<string>(CallerIdentity.UserClaim, out var user) && Guid.TryParseExact(user, "D", out var userId)
        && jwt.TryGetPayloadValue<string>(CallerIdentity.SessionClaim, out var session) && Guid.TryParseExact(session, "D", out var sessionId)
        && jwt.TryGetPayloadValue<string>(CallerIdentity.RoleClaim, out var name) && CallerIdentity.RoleOf(name) is { } role
            ? new Caller(userId, sessionId, role)
            : null;

    /// <summary>A full generation becomes the old one; what nobody brings any more goes with the one before.</summary>
    private void Remember(string token, Remembered known)
    {
        if (!_young.TryAdd(token, known) || Interlocked.Increment(ref _count) < Generation)
            return;
        lock (_turn)
        {
            if (_count < Generation)
                return;
            (_old, _young, _count) = (_young, new(StringComparer.Ordinal), 0);
        }
    }

    private sealed record Remembered(Caller Caller, DateTime Expires, Task<TokenValidationResult> Result);

    /// <summary>All that is kept of a token: its own class would keep its parsed JSON.</summary>
    private sealed class Checked(DateTime from, DateTime to) : SecurityToken
    {
        public override string Id => "";
        public override string Issuer => "";
        public override SecurityKey? SecurityKey => null;
        public override SecurityKey? SigningKey { get => null; set { } }
        public override DateTime ValidFrom { get; } = from;
        public override DateTime ValidTo { get; } = to;
    }
}

/// <summary>The token is good, but its session was ended.</summary>
internal sealed class SessionEndedException() : SecurityTokenValidationException("The session has ended.");
