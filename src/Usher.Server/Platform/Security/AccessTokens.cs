using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Security;

/// <summary>Issues the tokens that <see cref="BearerHandler"/> verifies.</summary>
internal sealed class AccessTokens(SigningKeys keys, IOptions<AuthOptions> options, DatabaseClock clock)
{
    /// <summary>RFC 9068: no other kind of token with a valid signature is accepted as an access token.</summary>
    public const string Type = "at+jwt";

    /// <summary>Longest lifetime of an access token. A longer one would outlive the list of ended sessions.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(AuthOptions.MostAccessTokenMinutes);

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public string Issue(Caller caller)
    {
        var now = clock.Now.UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            Issuer = options.Value.Issuer,
            Audience = options.Value.Audience,
            IssuedAt = now,
            Expires = now + options.Value.AccessTokenLife,
            SigningCredentials = new(keys.Signing, SecurityAlgorithms.EcdsaSha256),
            Claims = new Dictionary<string, object>
            {
                [CallerIdentity.UserClaim] = caller.UserId.ToString(),
                [CallerIdentity.SessionClaim] = caller.SessionId.ToString(),
                [CallerIdentity.RoleClaim] = WireNames<Role>.Of(caller.Role),
            },
        });
    }

    /// <summary>The token cannot choose how it is verified: neither the algorithm nor the key, which is found by its exact id.</summary>
    public TokenValidationParameters Rules => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ValidTypes = [Type],
        ValidIssuer = options.Value.Issuer,
        ValidAudience = options.Value.Audience,
        IssuerSigningKeyResolver = (_, _, id, _) => keys.Find(id) is { } key ? [key] : [],
        TryAllIssuerSigningKeys = false,
        ClockSkew = Skew,
        LifetimeValidator = IsAlive,
        NameClaimType = CallerIdentity.UserClaim,
        RoleClaimType = CallerIdentity.RoleClaim,
    };

    /// <summary>By the database's clock: a server with a wrong clock neither rejects valid tokens nor issues invalid ones.</summary>
    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters rules)
    {
        if (expires is null || !IsStillGood(expires.Value))
            throw new SecurityTokenExpiredException($"The token expired at {expires?.ToString("O", CultureInfo.InvariantCulture)}.");
        var latest = clock.Now.UtcDateTime + Skew;
        return expires <= latest + LongestLife && (notBefore is null || notBefore <= latest);
    }

    public bool IsStillGood(DateTime expires) => clock.Now.UtcDateTime - Skew < expires;

    /// <summary>
    /// The caller of a verified token, or null if the token is not in the form that we issue. The framework accepts a list for a text, a
    /// text for a number, and the last of two members, and it ignores critical headers that it does not know (<c>crit</c>, RFC 7515 section
    /// 4.1.11), so two readers could understand two different things.
    /// </summary>
    public static Caller? Read(JsonWebToken token)
    {
        if (!token.EncodedToken.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            return null;
        try
        {
            return Read<Header>(token.EncodedHeader) is { Crit: null } && Read<Claims>(token.EncodedPayload) is { Sub: var userId, Sid: var sessionId } claims
                && userId != Guid.Empty && sessionId != Guid.Empty && WireNames<Role>.Read(claims.Role) is { } role
                    ? new Caller(userId, sessionId, role)
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static T? Read<T>(string encoded) => JsonSerializer.Deserialize<T>(Base64UrlEncoder.DecodeBytes(encoded), StrictJson.Options);

    private sealed record Header(string? Alg, string? Typ, string? Kid, JsonElement? Crit);

    private sealed record Claims(string? Iss, string? Aud, long Iat, long Exp, Guid Sub, Guid Sid, string? Role);
}
