using System.Reflection;
using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;
using Usher.Domain.Accounts;

namespace Usher.Server.Platform.Http;

/// <summary>The caller. A handler parameter <c>Caller</c> is the signed-in account; <c>Caller?</c> is null for an anonymous caller.</summary>
internal sealed record Caller(Guid UserId, Guid SessionId, Role Role) : IBindableFromHttpContext<Caller>
{
    public bool IsAdmin => Role == Role.Admin;

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => new(context.User.Caller());
}

/// <summary>Claims of a verified token, read once for all requests with it.</summary>
/// <param name="key">Key that signed the token.</param>
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
    /// <summary>Null for an anonymous caller.</summary>
    public static Caller? Caller(this ClaimsPrincipal user) => (user.Identity as CallerIdentity)?.Caller;
}
