using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Validation;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.Accounts;

/// <param name="Password">Password of the account. A token alone is not enough to erase the account.</param>
/// <param name="Code">Second-factor code, as for log-in. Required if the account has a second factor.</param>
[ValidatableType]
public sealed record EraseMeRequest([property: Required(AllowEmptyStrings = true)] string? Password, [property: StringLength(64)] string? Code = null);

internal sealed partial class EraseMe
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me", Handle)
        .WithName("EraseMe").WithSummary("Erase your account")
        .WithDescription("Erases names, address, sessions and mails at once and permanently. Bookings stay in the records of their events without a name. You cannot erase your " +
            "account while you have tickets for upcoming events or organize upcoming events.")
        .Refuses(Problems.InvalidCredentials, Problems.SecondFactorRequired, Problems.InvalidCode, Problems.TooManyAttempts, Problems.HasUpcomingBookings, Problems.HasUpcomingEvents, Problems.Overloaded);

    private static async Task<Results<NoContent, Problem>> Handle(
        Body<EraseMeRequest> body, Caller caller, UsherDb db, CredentialCheck credentials,
        IEnumerable<IPersonalData> parts, ILogger<EraseMe> log, CancellationToken cancellationToken)
    {
        var (verified, refused) = await credentials.PasswordAndCode(caller, body.Value.Password!, body.Value.Code, db, cancellationToken);
        if (verified is null)
            return refused!;

        var afterwards = new List<Action>();
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            var user = await change.Hold(verified, cancellationToken, AccountLock.Erase);
            foreach (var part in parts)
                if (await part.Objection(user.Id, db, cancellationToken) is { } objection)
                    return objection;
            foreach (var part in parts)
                if (await part.Erase(user.Id, change, cancellationToken) is { } rest)
                    afterwards.Add(rest);
            await change.Commit(cancellationToken);
        }
        foreach (var rest in afterwards)
        {
            try
            {
                rest();
            }
            catch (Exception failure)
            {
                // The account is erased. A job deletes what this left behind.
                LeftBehind(log, caller.UserId, failure);
            }
        }
        Erased(log, caller.UserId);
        return TypedResults.NoContent();
    }

    [LoggerMessage(1, LogLevel.Information, "{UserId} is erased")]
    private static partial void Erased(ILogger log, Guid userId);

    [LoggerMessage(2, LogLevel.Error, "{UserId} is erased, but not everything outside the database could be deleted yet")]
    private static partial void LeftBehind(ILogger log, Guid userId, Exception failure);
}
