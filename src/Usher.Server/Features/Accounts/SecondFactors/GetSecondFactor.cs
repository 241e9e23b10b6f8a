using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <param name="Enabled">Whether signing in requires a code.</param>
/// <param name="EnabledAt">Time since which it is on. Null while it is off.</param>
/// <param name="RecoveryCodesLeft">Number of unused recovery codes. Each opens the account once.</param>
public sealed record SecondFactorResponse(bool Enabled, DateTimeOffset? EnabledAt, int RecoveryCodesLeft);

internal static class GetSecondFactor
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/me/second-factor", Methods.Read, Handle)
        .WithName("GetSecondFactor").WithSummary("Get the state of your second factor")
        .WithDescription("States whether the second factor is on, since when, and how many recovery codes are left.");

    private static async Task<Ok<SecondFactorResponse>> Handle(Caller caller, UsherDb db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.SecondFactors.Where(f => f.UserId == caller.UserId && f.ConfirmedAt != null)
            .Select(f => new SecondFactorResponse(true, f.ConfirmedAt, db.RecoveryCodes.Count(c => c.UserId == f.UserId)))
            .SingleOrDefaultAsync(cancellationToken) ?? new(false, null, 0));
}
