using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <param name="Enabled">A code is asked for when signing in.</param>
/// <param name="EnabledAt">Since when; null while it is not.</param>
/// <param name="RecoveryCodesLeft">Each opens the account once.</param>
public sealed record SecondFactorResponse(bool Enabled, DateTimeOffset? EnabledAt, int RecoveryCodesLeft);

internal static class GetSecondFactor
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/me/second-factor", Methods.Read, Handle)
        .WithName("GetSecondFactor").WithSummary("Whether your account asks for a second factor")
        .WithDescription("Since when, and how many recovery codes are left.");

    private static async Task<Ok<SecondFactorResponse>> Handle(Caller caller, UsherDb db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.SecondFactors.Where(f => f.UserId == caller.UserId && f.ConfirmedAt != null)
            .Select(f => new SecondFactorResponse(true, f.ConfirmedAt, db.RecoveryCodes.Count(c => c.UserId == f.UserId)))
            .SingleOrDefaultAsync(cancellationToken) ?? new(false, null, 0));
}
