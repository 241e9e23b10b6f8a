using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Observability;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Security;

/// <summary>The framework's verification of a token, and a check that its session exists: once for each token.</summary>
internal sealed class BearerHandler(KnownTokens known, IOptionsMonitor<JwtBearerOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : JwtBearerHandler(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var authorization = Request.Headers.Authorization.ToString();
        if (authorization.Length == 0)
            return AuthenticateResult.NoResult();
        var result = known.Find(authorization) ?? await Check(authorization);
        if (result.Principal?.Caller() is { } caller)
            RequestMark.Name(caller.UserId);
        return result;
    }

    private async Task<AuthenticateResult> Check(string authorization)
    {
        var result = await base.HandleAuthenticateAsync();
        if (!result.Succeeded)
            return result;
        if (result.Principal.Identity is not CallerIdentity who || result.Properties.ExpiresUtc is not { } expires)
            return AuthenticateResult.Fail(new SecurityTokenValidationException("The token names no caller."));
        return await IsOpen(who.Caller) ? known.Remember(authorization, who, expires.UtcDateTime, Scheme.Name) : KnownTokens.Ended;
    }

    /// <summary>The key may be older than the database: after a restore, or with a new database, its tokens may name no session.</summary>
    private Task<bool> IsOpen(Caller caller) => Context.RequestServices.GetRequiredService<UsherDb>().Sessions
        .AnyAsync(s => s.Id == caller.SessionId && s.UserId == caller.UserId && s.RevokedAt == null, Context.RequestAborted);
}
