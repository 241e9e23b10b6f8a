using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Server.Features.Accounts.SecondFactors;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <param name="Password">Of the account: a token that was left lying about must not erase it.</param>
/// <param name="Code">As when signing in, where the account has a second factor.</param>
[ValidatableType]
public sealed record EraseMeRequest([property: Required(AllowEmptyStrings = true)] string? Password, [property: StringLength(64)] string? Code = null);

internal sealed partial class EraseMe
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me", Handle)
        .WithName("EraseMe").WithSummary("Erase your account")
        .WithDescription("Names, address, sessions and mails are gone at once and for good. Bookings stay in the books of their events without a name. " +
            "Not while you have tickets for something that is still to come, or offer such events yourself.")
        .Refuses(Problems.InvalidCredentials, Problems.SecondFactorRequired, Problems.InvalidCode, Problems.TooManyAttempts, Problems.HasUpcomingBookings, Problems.HasUpcomingEvents, Problems.Overloaded);

    private static async Task<Results<NoContent, Problem>> Handle(
        Body<EraseMeRequest> body, Caller caller, UsherDb db, IDatabaseEngine engine, LogInGuard guard, SecondFactorGuard secondFactor,
        IEnumerable<IPersonalData> parts, ILogger<EraseMe> log, CancellationToken cancellationToken)
    {
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == caller.UserId && u.ErasedAt == null, cancellationToken) is not { } user)
            return new Problem(Problems.TokenExpired);
        if (await guard.Refuse(LogInGuard.KeyOf(user.Id), user.PasswordHash, body.Value.Password!, db, engine, cancellationToken) is { } refused)
            return refused;
        if (await secondFactor.Refuse(user.Id, body.Value.Code, db, engine, cancellationToken) is { } incomplete)
            return incomplete;

        var afterwards = new List<Action>();
        await using (var change = await Change.Begin(db, engine, cancellationToken))
        {
            foreach (var part in parts)
                if (await part.Objection(user.Id, db, cancellationToken) is { } objection)
                    return objection;
            foreach (var part in parts)
                if (await part.Erase(user.Id, db, cancellationToken) is { } rest)
                    afterwards.Add(rest);
            await change.Commit(cancellationToken);
        }
        afterwards.ForEach(rest => rest());
        Erased(log, user.Id);
        return TypedResults.NoContent();
    }

    [LoggerMessage(1, LogLevel.Information, "{UserId} is erased")]
    private static partial void Erased(ILogger log, Guid userId);
}
