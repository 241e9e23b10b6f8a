using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Security;

/// <summary>Where <c>Auth:RequireVerifiedEmail</c> is set, only who has verified their address books and publishes.</summary>
internal sealed class VerifiedEmail(IOptions<AuthOptions> options)
{
    /// <summary>As it is now: who has just verified need not wait for another token.</summary>
    public async ValueTask<Problem?> Refuse(Caller caller, UsherDb db, CancellationToken cancellationToken) =>
        !options.Value.RequireVerifiedEmail || await db.Users.AnyAsync(u => u.Id == caller.UserId && u.EmailVerified, cancellationToken)
            ? null
            : new Problem(Problems.EmailNotVerified, "Open the link in the mail that was sent to you, or request a new link.");
}

internal static class VerifiedEmailConventions
{
    /// <summary>For a whole endpoint. Where nobody has to have verified anything, nothing is added to it, and no request pays for it.</summary>
    public static RouteHandlerBuilder AsksForVerifiedEmail(this RouteHandlerBuilder endpoint, IEndpointRouteBuilder routes)
    {
        endpoint.Refuses(Problems.EmailNotVerified);
        if (routes.ServiceProvider.GetRequiredService<IOptions<AuthOptions>>().Value.RequireVerifiedEmail)
            endpoint.AddEndpointFilter(async (call, next) =>
            {
                var context = call.HttpContext;
                var (services, verified) = (context.RequestServices, context.RequestServices.GetRequiredService<VerifiedEmail>());
                return await verified.Refuse(context.User.Caller()!, services.GetRequiredService<UsherDb>(), context.RequestAborted) ?? await next(call);
            });
        return endpoint;
    }
}
