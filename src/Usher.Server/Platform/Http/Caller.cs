using System.Reflection;
using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;
using Usher.Domain.Accounts;

namespace Usher.Server.Platform.Http;

/// <summary>Who is asking. As a parameter of a handler it is who signed in; <c>Caller?</c> is null for the public.</summary>
internal sealed record Caller(Guid UserId, Guid SessionId, Role Role) : IBindableFromHttpContext<Caller>
{
    public bool IsAdmin => Role == Role.Admin;

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => new(context.User.Caller());
}

/// <summary>The claims of a checked token, read once for all requests that bring it.</summary>
/// <param name="key">Which signed the token.</param>
internal sealed class CallerIdentity(Caller caller, SecurityKey key) : ClaimsIdentity(
    [new(UserClaim, caller.UserId.ToString()), new(SessionClaim, caller.SessionId.ToString()), new(RoleClaim, WireNames<Role>.Of(caller.Role))],
    "Bearer", UserClaim, RoleClaim)
{
    public const string UserClaim = "sub";
    public const string SessionClaim = "sid";
    public const string RoleClaim = "role";

    public Caller Caller => caller;

    public SecurityKey Key => key;
}

internal static class CallerExtensions
{
    /// <summary>Null for the public.</summary>
    public static Caller? Caller(this ClaimsPrincipal user) => (user.Identity as CallerIdentity)?.Caller;
}
