using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Validation;
using Usher.Domain.Accounts;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <param name="Token">Token from the link: everything after the #.</param>
/// <param name="NewPassword">The new password. The same rules as for registration apply.</param>
[ValidatableType]
public sealed record ResetPasswordRequest(
    [property: Required, StringLength(200)] string? Token,
    [property: Required(AllowEmptyStrings = true)] string? NewPassword);

internal static partial class ResetPassword
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/reset-password", Handle)
        .WithName("ResetPassword").WithSummary("Set a new password with a link")
        .WithDescription("Ends all sessions of the account. The link proves that its user can read the mail, so the address becomes verified. If the address was not verified " +
            "before, any second factor on the account is turned off, because it was set up without that proof.")
        .Refuses(Problems.WeakPassword, Problems.LinkExpired, Problems.Overloaded);

    private static async Task<Results<NoContent, Problem>> Handle(
        Body<ResetPasswordRequest> body, UsherDb db, AccountLinks links, NewPassword passwords, CancellationToken cancellationToken)
    {
        var (token, password) = (body.Value.Token!, body.Value.NewPassword!);
        // Before the expensive hash.
        if (await links.Owner(LinkPurpose.ResetPassword, token, db, cancellationToken) is not ({ } user, _))
            return new Problem(Problems.LinkExpired);
        if (Password.Objection(password, user.Username, user.Email) is { } objection)
            return Problem.Invalid("newPassword", objection, Problems.WeakPassword);
        var hash = await passwords.Hash(password, cancellationToken);

        await using (var change = await Change.Begin(db, cancellationToken))
        {
            if (await links.HoldOwner(LinkPurpose.ResetPassword, token, change, cancellationToken) is null || !await links.Use(LinkPurpose.ResetPassword, token, user.Id, change, cancellationToken))
                return new Problem(Problems.LinkExpired);
            await passwords.Set(user.Id, hash, proven: user.EmailKey, keep: null, change, cancellationToken);
        }
        return TypedResults.NoContent();
    }
}
