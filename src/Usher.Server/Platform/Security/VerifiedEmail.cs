using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Security;

/// <summary>Enforces <c>Auth:RequireVerifiedEmail</c>: only accounts with a verified address can book and publish.</summary>
internal sealed class VerifiedEmail(IOptions<AuthOptions> options)
{
    /// <summary>Reads the current state, so that a user who has just verified needs no new token.</summary>
    public async ValueTask<Problem?> Refuse(Caller caller, UsherDb db, CancellationToken cancellationToken) =>
        !options.Value.RequireVerifiedEmail || await db.Users.AnyAsync(u => u.Id == caller.UserId && u.EmailVerified, cancellationToken)
            ? null
            : new Problem(Problems.EmailNotVerified, "Open the link in the mail that was sent to you, or request a new link.");
}

internal static class VerifiedEmailConventions
{
    /// <summary>For a whole endpoint. If the setting is off, the filter is not added, and no request pays for it.</summary>
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
