using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Tokens;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Security;

/// <summary>
/// Cache of verified tokens: checking an ES256 signature costs more than selling a ticket. Each use still checks the expiry of the token,
/// its session, and the key that signed it.
/// </summary>
internal sealed class KnownTokens(AccessTokens tokens, SigningKeys keys, RevokedSessions revoked)
{
    public static readonly AuthenticateResult Ended = AuthenticateResult.Fail(new SessionEndedException());

    // Two generations; each entry takes about one and a half kilobytes.
    private const int Generation = 16_384;

    private const string Scheme = "Bearer ";

    private static readonly AuthenticateResult Expired = AuthenticateResult.Fail(new SecurityTokenExpiredException());

    private readonly Lock _turn = new();
    private ConcurrentDictionary<string, Known> _young = new(StringComparer.Ordinal), _old = new(StringComparer.Ordinal);
    private int _count;

    public int Count => _young.Count + _old.Count;

    /// <returns>Null for an unknown token, and for one whose key was removed and that must be verified again.</returns>
    public AuthenticateResult? Find(string authorization)
    {
        var token = TokenIn(authorization);
        if (_young.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out var known))
            return Recheck(known);
        if (!_old.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out known))
            return null;
        Keep(token.ToString(), known);
        return Recheck(known);
    }

    public AuthenticateResult Remember(string authorization, CallerIdentity who, DateTime expires, string scheme)
    {
        var known = new Known(who, expires, AuthenticateResult.Success(new AuthenticationTicket(new(who), scheme)));
        Keep(TokenIn(authorization).ToString(), known);
        return Recheck(known) ?? known.Result;
    }

    /// <summary>
    /// The token alone: a sender can vary the rest of the field without limit, and the cache would store each variant. The framework's
    /// handler extracts it in the same way. Another scheme gives an empty text, which is no token.
    /// </summary>
    private static ReadOnlySpan<char> TokenIn(string authorization) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization.AsSpan(Scheme.Length).Trim() : default;

    private AuthenticateResult? Recheck(Known known) =>
        !keys.Hold(known.Who.Key) ? null
        : !tokens.IsStillGood(known.Expires) ? Expired
        : revoked.Contains(known.Who.Caller.SessionId) ? Ended
        : known.Result;

    /// <summary>A full generation becomes the old one; the previous old one is dropped with its unused tokens.</summary>
    private void Keep(string token, Known known)
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

    private sealed record Known(CallerIdentity Who, DateTime Expires, AuthenticateResult Result);
}

/// <summary>The token is valid, but its session has ended.</summary>
internal sealed class SessionEndedException() : SecurityTokenValidationException("The session has ended.");
