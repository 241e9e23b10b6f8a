using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <param name="CurrentPassword">The current password.</param>
/// <param name="NewPassword">The new password. The same rules as for registration apply.</param>
[ValidatableType]
public sealed record ChangePasswordRequest(
    [property: Required(AllowEmptyStrings = true)] string? CurrentPassword,
    [property: Required(AllowEmptyStrings = true)] string? NewPassword);

internal static class ChangePassword
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/me/password", Handle)
        .WithName("ChangePassword").WithSummary("Change your password")
        .WithDescription("Ends all your sessions except the current one. If two changes arrive at the same time, one is rejected because its current password is no longer " +
            "valid. Wrong current passwords count as failed log-ins.")
        .Refuses(Problems.WeakPassword, Problems.InvalidCredentials, Problems.TooManyAttempts, Problems.Overloaded);

    private static async Task<Results<NoContent, Problem>> Handle(
        Body<ChangePasswordRequest> body, Caller caller, UsherDb db, CredentialCheck credentials, NewPassword passwords, CancellationToken cancellationToken)
    {
        var password = body.Value.NewPassword!;
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == caller.UserId, cancellationToken) is not { } user)
            return new Problem(Problems.TokenExpired);
        if (Password.Objection(password, user.Username, user.Email) is { } objection)
            return Problem.Invalid("newPassword", objection, Problems.WeakPassword);
        var (verified, refused) = await credentials.Password(caller, body.Value.CurrentPassword!, db, cancellationToken);
        if (verified is null)
            return refused!;
        var hash = await passwords.Hash(password, cancellationToken);
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            await change.Hold(verified, cancellationToken);
            await passwords.Set(user.Id, hash, proven: null, keep: caller.SessionId, change, cancellationToken);
        }
        return TypedResults.NoContent();
    }
}
