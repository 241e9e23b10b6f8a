using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;

namespace Usher.Server.Platform.Security;

/// <summary>Names of policies. The default policy requires a signed-in caller; an endpoint without a policy is denied to everyone.</summary>
internal static class Policies
{
    /// <summary>Organizers and admins.</summary>
    public const string Organizer = "Organizer";
    public const string Admin = "Admin";
}

internal static partial class SecurityModule
{
    public static void AddSecurity(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateDataAnnotations()
            .Validate((AuthOptions auth, IHostEnvironment environment) => environment.IsDevelopment() || !string.IsNullOrEmpty(auth.SigningKeyFile),
                "Auth:SigningKeyFile must name a PEM file with a P-256 private key; only Development makes one by itself.")
            .ValidateOnStart();
        services.AddSingleton<SigningKeys>();
        services.AddHostedService<ReadSigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton(provider => new Cursors(() => provider.GetRequiredService<SigningKeys>().Derive("usher cursors v1")));
        services.AddSingleton<RefreshChain>();
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<RevokedSessions>();
        services.AddSingleton<KnownTokens>();
        services.AddSingleton<VerifiedEmail>();
        services.AddTransient<BearerHandler>();
        services.AddHostedService<ReadRevokedSessions>();

        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        ForgetCookieKeys(services);
        services.Configure<AuthenticationOptions>(authentication =>
            authentication.SchemeMap[JwtBearerDefaults.AuthenticationScheme].HandlerType = typeof(BearerHandler));
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<AccessTokens>((bearer, tokens) =>
            {
                bearer.MapInboundClaims = false;
                bearer.SaveToken = false;
                bearer.TokenValidationParameters = tokens.Rules;
                bearer.Events = new JwtBearerEvents { OnTokenValidated = ReadCaller, OnChallenge = AskForToken, OnForbidden = RefuseRole };
            })
            // Finds an unreadable key at the start, not on the first request.
            .ValidateOnStart();

        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Organizer, policy => policy.RequireRole(WireNames<Role>.Of(Role.Organizer), WireNames<Role>.Of(Role.Admin)))
            .AddPolicy(Policies.Admin, policy => policy.RequireRole(WireNames<Role>.Of(Role.Admin)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
    }

    public static void UseSecurity(this WebApplication app)
    {
        app.UseAuthorization();
        Jwks.Map(app);
    }

    /// <summary>
    /// Removes the cookie keys of the framework, because there are no cookies. Otherwise each start would create keys in a folder that a
    /// container lacks, with two irrelevant warnings.
    /// </summary>
    private static void ForgetCookieKeys(IServiceCollection services)
    {
        foreach (var start in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Namespace == "Microsoft.AspNetCore.DataProtection.Internal").ToList())
            services.Remove(start);
    }

    private static Task ReadCaller(TokenValidatedContext context)
    {
        if (AccessTokens.Read((JsonWebToken)context.SecurityToken) is { } caller)
            context.Principal = new(new CallerIdentity(caller, context.SecurityToken.SigningKey));
        else
            context.Fail(new SecurityTokenValidationException("The token does not read as one of ours."));
        return Task.CompletedTask;
    }

    /// <summary>RFC 6750: a missing token is not an invalid token.</summary>
    private static Task AskForToken(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var (problem, challenge) = context.AuthenticateFailure switch
        {
            null => (new Problem(Problems.Unauthenticated), "Bearer"),
            SecurityTokenExpiredException or SessionEndedException => (new Problem(Problems.TokenExpired), Challenge("The token has expired or its session has ended.")),
            _ => (new Problem(Problems.Unauthenticated, "The token is not valid."), Challenge("The token is not valid.")),
        };
        var log = context.HttpContext.RequestServices.GetRequiredService<ILogger<AccessTokens>>();
        if (problem.Type == Problems.Unauthenticated && context.AuthenticateFailure is { } failure)
            Log.Foreign(log, failure.GetType().Name);
        else
            Log.Refused(log, context.AuthenticateFailure?.GetType().Name ?? "none was sent");
        context.Response.Headers.WWWAuthenticate = challenge;
        return problem.ExecuteAsync(context.HttpContext);
    }

    private static string Challenge(string reason) => $"Bearer error=\"invalid_token\", error_description=\"{reason}\"";

    private static Task RefuseRole(ForbiddenContext context)
    {
        var asksForRole = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null;
        return new Problem(asksForRole ? Problems.RoleMayNot : Problems.Forbidden).ExecuteAsync(context.HttpContext);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "No access without a good token: {Reason}")]
        public static partial void Refused(ILogger log, string reason);

        [LoggerMessage(2, LogLevel.Warning, "No access with a token that is not one of ours: {Reason}")]
        public static partial void Foreign(ILogger log, string reason);
    }
}
