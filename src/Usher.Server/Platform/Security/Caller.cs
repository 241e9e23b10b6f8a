using Usher.Domain.Accounts;

namespace Usher.Server.Platform.Security;

internal readonly record struct Caller(Guid UserId, Guid SessionId, Role Role)
{
    public bool IsAdmin => Role == Role.Admin;

    public static ValueTask<Caller> BindAsync(HttpContext context) => default;
}
