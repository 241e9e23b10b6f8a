using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Security;

/// <summary>Issues what <see cref="BearerHandler"/> checks.</summary>
internal sealed class AccessTokens(SigningKeys keys, IOptions<AuthOptions> options, DatabaseClock clock)
{
    /// <summary>RFC 9068: no other token of ours, or signed by the same key, is taken for this kind.</summary>
    public const string Type = "at+jwt";

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials = new(keys.Signing, SecurityAlgorithms.EcdsaSha256);

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
            SigningCredentials = _credentials,
            Claims = new Dictionary<string, object>
            {
                [CallerIdentity.UserClaim] = caller.UserId.ToString(),
                [CallerIdentity.SessionClaim] = caller.SessionId.ToString(),
                [CallerIdentity.RoleClaim] = CallerIdentity.NameOf(caller.Role),
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
        IssuerSigningKeys = keys.All,
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
        return notBefore is null || notBefore <= clock.Now.UtcDateTime + Skew;
    }

    public bool IsStillGood(DateTime expires) => clock.Now.UtcDateTime < expires + Skew;
}
