using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain;
using Usher.Domain.Accounts;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <param name="Email">E-mail address of the account. It is not case-sensitive.</param>
[ValidatableType]
public sealed record ForgotPasswordRequest([property: JsonConverter(typeof(CleanVisible)), Required, StringLength(254), Email] string? Email);

internal static class ForgotPassword
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/forgot-password", Handle)
        .WithName("ForgotPassword").WithSummary("Request a link to set a new password")
        .WithDescription("If an account has this address, the address gets a mail with a link that works once and for one hour. The response and its cost do not reveal whether " +
            "the account exists. Each address gets at most one mail a minute, and only a few in total.");

    private static async Task<Accepted> Handle(
        Body<ForgotPasswordRequest> body, UsherDb db, AccountLinks links, CancellationToken cancellationToken)
    {
        var key = EmailAddress.Key(body.Value.Email!);
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            var user = await db.Users.Where(u => u.EmailKey == key && u.ErasedAt == null).Select(u => new { u.Id, u.EmailVerified }).SingleOrDefaultAsync(cancellationToken);
            await links.Ask(LinkPurpose.ResetPassword, key, user?.Id, user?.EmailVerified ?? false, change, cancellationToken);
            await change.Commit(cancellationToken);
        }
        return TypedResults.Accepted((string?)null);
    }
}
