using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Security;

/// <summary>Issues what <see cref="BearerHandler"/> checks.</summary>
internal sealed class AccessTokens(SigningKeys keys, IOptions<AuthOptions> options, DatabaseClock clock)
{
    /// <summary>RFC 9068: no other token of ours, or signed by the same key, is taken for this kind.</summary>
    public const string Type = "at+jwt";

    /// <summary>Of what is issued here; one that says more would outlive the memory of ended sessions.</summary>
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

    /// <summary>Nothing in the token chooses how it is checked: not the algorithm, and no key but one of ours by its exact id.</summary>
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

    /// <summary>By the database's clock: a server whose own is wrong neither refuses the others' tokens nor issues better ones.</summary>
    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters rules)
    {
        if (expires is null || !IsStillGood(expires.Value))
            throw new SecurityTokenExpiredException($"The token expired at {expires?.ToString("O", CultureInfo.InvariantCulture)}.");
        var latest = clock.Now.UtcDateTime + Skew;
        return expires <= latest + LongestLife && (notBefore is null || notBefore <= latest);
    }

    public bool IsStillGood(DateTime expires) => clock.Now.UtcDateTime - Skew < expires;

    /// <summary>
    /// Whom a checked token names, or null where it does not read as ours do. The framework takes a list for a text, a text for a number
    /// and the last of two members for the only one, and passes over rules it does not know (<c>crit</c>, RFC 7515 section 4.1.11):
    /// two readers could understand two things.
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
