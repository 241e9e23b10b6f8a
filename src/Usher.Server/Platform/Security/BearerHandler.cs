using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Usher.Server.Platform.Security;

/// <summary>The framework's check of a token, done once for each token.</summary>
internal sealed class BearerHandler(KnownTokens known, IOptionsMonitor<JwtBearerOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : JwtBearerHandler(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var authorization = Request.Headers.Authorization.ToString();
        if (authorization.Length == 0)
            return AuthenticateResult.NoResult();
        if (known.Find(authorization) is { } result)
            return result;

        result = await base.HandleAuthenticateAsync();
        if (!result.Succeeded)
            return result;
        return Read(result.Principal) is { } caller && result.Properties.ExpiresUtc is { } expires
            ? known.Remember(authorization, caller, expires.UtcDateTime, Scheme.Name)
            : AuthenticateResult.Fail(new SecurityTokenValidationException("The token names no caller."));
    }

    private static Caller? Read(System.Security.Claims.ClaimsPrincipal user) =>
        Guid.TryParseExact(user.FindFirst(CallerIdentity.UserClaim)?.Value, "D", out var userId)
        && Guid.TryParseExact(user.FindFirst(CallerIdentity.SessionClaim)?.Value, "D", out var sessionId)
        && CallerIdentity.RoleOf(user.FindFirst(CallerIdentity.RoleClaim)?.Value) is { } role
            ? new Caller(userId, sessionId, role)
            : null;
}
